"""The official management clients, pointed at a local Azure."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.testing import ARM, LocalAzure

LOCATION = "swedencentral"
SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"


@dataclass(frozen=True)
class Clients:
    """One identity's clients. They take bodies as they are on the wire, which their type hints do not say."""

    groups: Any  # ResourceManagementClient
    cognitive: Any  # CognitiveServicesManagementClient
    registries: Any  # ContainerRegistryManagementClient
    authorization: Any  # AuthorizationManagementClient


def clients(azure: LocalAzure, identity: str = "deployer") -> Clients:
    """Clients of one of the identities of the local Azure. Needs the environment of the fixture `azure`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_HEADER", identity)
        options: dict[str, Any] = {
            "base_url": azure.base_url,
            "credential_scopes": [f"{ARM}/.default"],
            # Where an answer names no pause, their pollers wait for half a minute.
            "polling_interval": 0.05,
            "retry_total": 0,
        }
        signed_in = DefaultAzureCredential()
        signed_in.get_token(f"{ARM}/.default")
        return Clients(
            ResourceManagementClient(signed_in, SUBSCRIPTION_ID, **options),
            CognitiveServicesManagementClient(signed_in, SUBSCRIPTION_ID, **options),
            ContainerRegistryManagementClient(signed_in, SUBSCRIPTION_ID, **options),
            AuthorizationManagementClient(signed_in, SUBSCRIPTION_ID, **options),
        )


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message of a call that must be refused."""
    with pytest.raises(HttpResponseError) as caught:
        call()
    error = caught.value.error
    assert error is not None and error.code is not None and error.message is not None
    assert caught.value.status_code is not None
    return caught.value.status_code, error.code, error.message


def account_body(sub_domain: str, **properties: Any) -> dict[str, Any]:
    """A Foundry account that may have projects."""
    return {
        "location": LOCATION,
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": sub_domain, "allowProjectManagement": True, **properties},
    }


def project_body(**properties: Any) -> dict[str, Any]:
    """A project with an identity."""
    return {"location": LOCATION, "identity": {"type": "SystemAssigned"}, "properties": properties}


def assignment(role: str, principal: str, kind: str | None = "ServicePrincipal") -> dict[str, Any]:
    """A grant, as it is sent."""
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {"roleDefinitionId": definition, "principalId": principal}
    return {"properties": properties | ({"principalType": kind} if kind else {})}


def new_name() -> str:
    """The name of an assignment."""
    return str(uuid.uuid4())


def unique(prefix: str) -> Iterator[str]:
    """Names that no other test uses."""
    number = 0
    while True:
        number += 1
        yield f"{prefix}{number:03}"
