"""The identities of the tenant."""

import uuid

from pydantic import BaseModel, Field

TENANT_ID = "7f3a1c52-0d4e-4b7a-9a61-5c0d2e8f1a01"

# Three identities that exist from the start. What each may do is decided by role assignments:
# the deployer owns the subscriptions (and has, as in Azure, no data-plane role), the reader reads them.
DEPLOYER_OBJECT_ID = "b5f0c1d2-3e4f-4a5b-8c6d-7e8f90a1b201"
READER_OBJECT_ID = "b5f0c1d2-3e4f-4a5b-8c6d-7e8f90a1b202"
NOBODY_OBJECT_ID = "b5f0c1d2-3e4f-4a5b-8c6d-7e8f90a1b203"


class Principal(BaseModel):
    """A service principal: an application, a managed identity or an agent identity."""

    object_id: str
    app_id: str
    display_name: str
    secret: str | None = None
    """Client secret. Only the three identities of the start have one: `local`."""

    name: str | None = None
    """Its name at the managed identity endpoint, which also accepts the object id."""


def _initial() -> dict[str, Principal]:
    known = {"deployer": DEPLOYER_OBJECT_ID, "reader": READER_OBJECT_ID, "nobody": NOBODY_OBJECT_ID}
    return {
        object_id: Principal(
            object_id=object_id,
            app_id=str(uuid.uuid5(uuid.UUID(TENANT_ID), name)),
            display_name=name,
            secret="local",
            name=name,
        )
        for name, object_id in known.items()
    }


class Directory(BaseModel):
    """The tenant and its principals, by object id."""

    tenant_id: str = TENANT_ID
    principals: dict[str, Principal] = Field(default_factory=_initial)

    def add_service_principal(self, display_name: str) -> Principal:
        """A new identity, with an object id and an application id of its own."""
        principal = Principal(object_id=str(uuid.uuid4()), app_id=str(uuid.uuid4()), display_name=display_name)
        self.principals[principal.object_id] = principal
        return principal

    def add_agent_identity(self, agent_name: str) -> Principal:
        """An agent's identity. Its client id is its object id.

        Source: recorded test traffic of azure-ai-projects, 2026-02 to 2026-07.
        """
        object_id = str(uuid.uuid4())
        principal = Principal(object_id=object_id, app_id=object_id, display_name=agent_name)
        self.principals[object_id] = principal
        return principal

    def remove(self, object_id: str) -> None:
        self.principals.pop(object_id, None)

    def get(self, object_id: str) -> Principal | None:
        return self.principals.get(object_id)

    def named(self, name: str) -> Principal | None:
        """By name (`deployer`) or by object id."""
        if name in self.principals:
            return self.principals[name]
        return next((p for p in self.principals.values() if p.name == name), None)

    def with_app_id(self, app_id: str) -> Principal | None:
        return next((p for p in self.principals.values() if p.app_id == app_id), None)
