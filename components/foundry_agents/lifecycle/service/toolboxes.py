"""The toolboxes of a project, as requests to the service."""

from __future__ import annotations

from collections.abc import Callable

from ..errors.exceptions import ServiceError
from .answers import NewToolboxVersion, Toolbox, ToolboxVersion
from .client import DataPlane


class ToolboxService(DataPlane):
    """The toolboxes of one project."""

    async def look(self, toolbox: str) -> tuple[Toolbox | None, list[ToolboxVersion]]:
        """The toolbox and all its versions; None and no versions if it definitely does not exist.

        A missing project raises `ProjectNotFound`. Only what both requests say is definite: one wrong answer would make
        the state forget the toolbox.
        """
        for _ in range(2):
            found, listed = await self.find_toolbox(toolbox), await self.list_versions(toolbox)
            if (found is None) == (not listed):
                return found, listed
        tried = f"reading toolbox '{toolbox}'"
        raise ServiceError(tried, 0, "", "the service returns the toolbox and reports that it does not exist")

    async def find_toolbox(self, toolbox: str) -> Toolbox | None:
        """The toolbox, or None."""
        return await self.read(f"reading toolbox '{toolbox}'", Toolbox, lambda: self.client.toolboxes.get(toolbox))

    async def list_versions(self, toolbox: str) -> list[ToolboxVersion]:
        """All versions, newest first; none if the toolbox does not exist."""
        return await self.list(
            f"listing the versions of toolbox '{toolbox}'",
            ToolboxVersion,
            lambda: self.client.toolboxes.list_versions(toolbox, limit=100, order="desc"),
        )

    async def create_version(
        self,
        toolbox: str,
        body: NewToolboxVersion,
        find_created: Callable[[list[ToolboxVersion]], ToolboxVersion | None],
    ) -> ToolboxVersion:
        """Creates a version, and the toolbox if it does not exist.

        The service creates another version of an equal body, so a request is not repeated blindly: if its answer was
        lost, `find_created` finds the version among the existing ones.
        """
        tried = f"creating a version of toolbox '{toolbox}'"
        attempts = 0

        async def request() -> object:
            nonlocal attempts
            attempts += 1
            found = find_created(await self.list_versions(toolbox)) if attempts > 1 else None
            return found or await self.client.toolboxes.create_version(toolbox, {**body})

        created = await self.write(tried, ToolboxVersion, request)
        if not created.get("version"):  # accepted, but without a body
            created = find_created(await self.list_versions(toolbox)) or {}
        if not created:
            raise ServiceError(tried, 0, "", "the service accepted the request, but the version does not exist")
        return created

    async def _find_version(self, toolbox: str, version: str) -> ToolboxVersion | None:
        return await self.read(
            f"reading version {version} of toolbox '{toolbox}'",
            ToolboxVersion,
            lambda: self.client.toolboxes.get_version(toolbox, version),
        )

    async def set_default(self, toolbox: str, version: str) -> None:
        """Makes a version the one that the toolbox's endpoint serves."""
        await self.write(
            f"making version {version} the default of toolbox '{toolbox}'",
            Toolbox,
            lambda: self.client.toolboxes.update(toolbox, default_version=version),
        )

    async def delete_version(self, toolbox: str, version: str) -> None:
        """Deletes a version, if it exists. The service refuses to delete the default version."""
        await self.delete(
            f"deleting version {version} of toolbox '{toolbox}'",
            "version",
            lambda: self.client.toolboxes.delete_version(toolbox, version),
            lambda: self._find_version(toolbox, version),
        )

    async def delete_toolbox(self, toolbox: str, may_delete: Callable[[ToolboxVersion], bool]) -> ToolboxVersion | None:
        """Deletes a toolbox with its versions, if it exists and `may_delete` allows it for its newest version.

        Returns the newest version of the toolbox that is left. `may_delete` judges before every attempt.
        """
        left: ToolboxVersion | None = None

        async def request() -> object:
            nonlocal left
            found, listed = await self.look(toolbox)
            left = None if found is None or may_delete(listed[0]) else listed[0]
            if found is not None and left is None:
                await self.client.toolboxes.delete(toolbox)
            return {}

        await self.delete(f"deleting toolbox '{toolbox}'", "toolbox", request, lambda: self.find_toolbox(toolbox))
        return left
