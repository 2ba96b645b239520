"""An Azure container registry, and what Resource Manager says of it: as much as a look for the cause of a failed pull."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from .wire import Answer, Request

HOST = "acme.azurecr.io"
ARM_HOST = "management.azure.com"
ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acme"
PRINCIPAL = "33333333-3333-3333-3333-333333333333"
_DENIED = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})


class Registry:
    """`images` has the platforms by `repository:tag`. None: the deployer may not look."""

    def __init__(self) -> None:
        self.images: dict[str, list[str]] | None = None
        self.properties: dict[str, Any] | None = None
        """As Resource Manager shows them. None: the deployer may not look."""
        self.roles: dict[str, timedelta] = {}
        """How long ago the project's identity got a role, by the id of the role."""

    def answer(self, request: Request) -> Answer:
        return self._by_arm(request) if request.host == ARM_HOST else self._by_registry(request)

    def _by_registry(self, request: Request) -> Answer:
        if request.path == "/oauth2/exchange":
            return Answer(200, {"refresh_token": "r"})
        if request.path == "/oauth2/token":
            return Answer(200, {"access_token": "a"})
        if self.images is None:
            return Answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]})
        _, repository, kind, name = request.path.removeprefix("/").split("/")
        if kind == "blobs":
            system, architecture = name.removeprefix("config-of-").split("-")
            return Answer(200, {"os": system, "architecture": architecture})
        platforms = self.images.get(f"{repository}:{name}")
        if platforms is None:
            return Answer(404, {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "not found"}]})
        if len(platforms) == 1:
            return Answer(200, {"config": {"digest": f"config-of-{platforms[0].replace('/', '-')}"}})
        parts = [one.split("/") for one in platforms]
        return Answer(200, {"manifests": [{"platform": {"os": one, "architecture": two}} for one, two in parts]})

    def _by_arm(self, request: Request) -> Answer:
        if self.properties is None:
            return _DENIED
        if request.path == ID:
            if request.method == "PATCH":
                self.properties = {**self.properties, **request.body["properties"]}
            return Answer(200, {"id": ID, "properties": self.properties})
        assert request.path == f"{ID}/providers/Microsoft.Authorization/roleAssignments"
        assert request.query["$filter"] == f"assignedTo('{PRINCIPAL}')"
        now = datetime.now(timezone.utc)
        granted = [
            {"roleDefinitionId": f"/x/roleDefinitions/{role}", "createdOn": f"{(now - age):%Y-%m-%dT%H:%M:%S}.1234567Z"}
            for role, age in self.roles.items()
        ]
        return Answer(200, {"value": [{"properties": one} for one in granted]})
