"""The toolboxes of a project, as requests to the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors.exceptions import NotFound, ProjectNotFound, ServiceError
from .answers import Answer
from .client import DataPlane, or_none, plain


class ToolboxService(DataPlane):
    """The toolboxes of one project."""

    async def look(self, toolbox: str) -> tuple[Answer | None, list[Answer]]:
        """The toolbox and all its versions; None and no versions if there definitely is none.

        A missing project raises `ProjectNotFound`. Only what both say is definite: whole toolboxes would be forgotten
        for one wrong answer.
        """
        for _ in range(2):
            found, listed = await self.find_toolbox(toolbox), await self.list_versions(toolbox)
            if (found is None) == (not listed):
                return found, listed
        tried = f"reading toolbox '{toolbox}'"
        raise ServiceError(tried, 0, "", "the service shows the toolbox and says that there is none")

    async def find_toolbox(self, toolbox: str) -> Answer | None:
        """The toolbox, or None."""
        tried = f"reading toolbox '{toolbox}'"
        return await or_none(self.call(tried, lambda: self.client.toolboxes.get(toolbox), reads=True))

    async def list_versions(self, toolbox: str) -> list[Answer]:
        """All versions, newest first. Of a missing toolbox: none."""

        async def collect() -> list[Answer]:
            return [plain(item) async for item in self.client.toolboxes.list_versions(toolbox, limit=100, order="desc")]

        try:
            return await self.attempt(f"listing the versions of toolbox '{toolbox}'", collect)
        except ProjectNotFound:
            raise
        except NotFound:
            return []

    async def create_version(
        self, toolbox: str, body: Mapping[str, Any], is_made: Callable[[list[Answer]], Answer | None]
    ) -> Answer:
        """Makes a version, and the toolbox if it is not there.

        The service makes another one of an equal body, so a request is not repeated blindly: where its answer was
        lost, `is_made` finds the version among those that are there.
        """
        tried = f"creating a version of toolbox '{toolbox}'"
        attempts = 0

        async def request() -> Any:
            nonlocal attempts
            attempts += 1
            found = is_made(await self.list_versions(toolbox)) if attempts > 1 else None
            return found or await self.client.toolboxes.create_version(toolbox, dict(body))

        made = await self.call(tried, request)
        if not made.get("version"):  # accepted, but without a body
            made = is_made(await self.list_versions(toolbox)) or {}
        if not made:
            raise ServiceError(tried, 0, "", "the service accepted it, but there is no such version")
        return made

    async def _find_version(self, toolbox: str, version: str) -> Answer | None:
        tried = f"reading version {version} of toolbox '{toolbox}'"
        return await or_none(self.call(tried, lambda: self.client.toolboxes.get_version(toolbox, version), reads=True))

    async def set_default(self, toolbox: str, version: str) -> None:
        """Makes a version the one that the toolbox's endpoint serves."""
        await self.call(
            f"making version {version} the default of toolbox '{toolbox}'",
            lambda: self.client.toolboxes.update(toolbox, default_version=version),
        )

    async def delete_version(self, toolbox: str, version: str) -> None:
        """Deletes a version; one that is gone already is fine. The service refuses to delete the default one."""
        await self.delete(
            f"deleting version {version} of toolbox '{toolbox}'",
            "version",
            lambda: self.client.toolboxes.delete_version(toolbox, version),
            lambda: self._find_version(toolbox, version),
        )

    async def delete_toolbox(self, toolbox: str) -> None:
        """Deletes a toolbox with its versions; one that is gone already is fine."""
        await self.delete(
            f"deleting toolbox '{toolbox}'",
            "toolbox",
            lambda: self.client.toolboxes.delete(toolbox),
            lambda: self.find_toolbox(toolbox),
        )
