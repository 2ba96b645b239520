"""Clients with Azure's own host names, through `foundry-emulator proxy`: nothing in them points to the local Azure."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.host import names
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, TENANT_ID
from foundry_emulator.testing import LocalAzure, Project

DOCUMENT = Path(__file__).parents[2] / "docs" / "local-azure.md"
OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"

# What a user's program looks like: default hosts, a login with a client secret, a proxy in the environment.
_CLIENT = """
import json, os, sys
from azure.ai.projects import AIProjectClient
from azure.containerregistry import ContainerRegistryClient
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

tenant, client_id, subscription = sys.argv[1:]
credential = ClientSecretCredential(tenant, client_id, "local")
accounts = CognitiveServicesManagementClient(credential, subscription).accounts.list()
project = AIProjectClient("https://acc1.services.ai.azure.com/api/projects/p1", credential)
registry = ContainerRegistryClient("https://registry1.azurecr.io", credential)
secrets = SecretClient("https://proxiedvault.vault.azure.net", credential)
secrets.set_secret("a", "1")
print(json.dumps({
    "accounts": [one.name for one in accounts],
    "agents": [one.name for one in project.agents.list()],
    "repositories": list(registry.list_repository_names()),
    "secret": secrets.get_secret("a").value,
}))
"""


@pytest.fixture(scope="module")
def through_proxy(azure: LocalAzure) -> Iterator[dict[str, str]]:
    """The environment of a client that uses the proxy."""
    command = [sys.executable, "-m", "foundry_emulator.cli", "proxy", "--home", str(azure.home.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    address = said.removeprefix("Proxy at ").split(". ")[0]
    assert address.startswith("http://127.0.0.1:") and f"export HTTPS_PROXY={address}" in said
    yield {**os.environ, "HTTPS_PROXY": address, "https_proxy": address}
    process.terminate()
    process.wait()


def _run(code: str, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=env, check=False
    )


def _make_vault(azure: LocalAzure) -> None:
    place = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/proxiedvault"
    properties = {
        "tenantId": TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
        "accessPolicies": [],
    }
    body: dict[str, Any] = {"location": "swedencentral", "properties": properties}
    assert azure.arm("PUT", f"{place}?api-version=2023-07-01", body).status in (200, 201)
    azure.grant(OFFICER, DEPLOYER_OBJECT_ID, place)


def test_clients_with_default_hosts_reach_every_part_of_the_local_azure(
    azure: LocalAzure, project: Project, deploy: Any, through_proxy: dict[str, str]
) -> None:
    deploy("by-name")
    _make_vault(azure)
    principal = azure.state()["directory"]["principals"][DEPLOYER_OBJECT_ID]
    done = _run(_CLIENT, through_proxy, TENANT_ID, principal["app_id"], SUBSCRIPTION_ID)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {"accounts": ["acc1"], "agents": ["by-name"], "repositories": ["app"], "secret": "1"}
    assert any(one["plane"] == "data" for one in azure.requests(path="^/api/projects/p1/agents"))


def test_the_documented_client_reaches_the_local_azure(
    azure: LocalAzure, project: Project, deploy: Any, through_proxy: dict[str, str]
) -> None:
    deploy("documented")
    found = re.search(r"<!-- tested: proxy -->\n```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    code = found[1].replace("contoso-agents", "acc1").replace("/support", "/p1")
    done = _run(code, {**azure.environment(), **through_proxy})
    assert done.returncode == 0, done.stderr
    assert "documented" in done.stdout.split()


@pytest.mark.parametrize(
    ("url", "status", "reason"),
    [
        ("https://elsewhere.example", 403, "not part of the local Azure"),
        ("https://acc1.openai.azure.com", 403, "not part of the local Azure"),
        ("https://never9.azurecr.io", 502, "nothing that answers"),
    ],
)
def test_other_hosts_are_refused(through_proxy: dict[str, str], url: str, status: int, reason: str) -> None:
    host, port = through_proxy["HTTPS_PROXY"].removeprefix("http://").split(":")
    code = (
        "import socket, sys\n"
        "with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as to:\n"
        "    to.sendall(f'CONNECT {sys.argv[3]}:443 HTTP/1.1\\r\\n\\r\\n'.encode())\n"
        "    print(b''.join(iter(lambda: to.recv(1000), b'')).decode())\n"
    )
    answer = _run(code, through_proxy, host, port, url.removeprefix("https://")).stdout
    assert answer.startswith(f"HTTP/1.1 {status} ") and reason in answer


def test_no_proxy_without_a_local_azure(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "foundry_emulator.cli", "proxy", "--home", str(tmp_path)]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "Run `foundry-emulator start`" in failed.stderr


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("management.azure.com", "azure"),
        ("LOGIN.microsoftonline.com", "azure"),
        ("acc1.services.ai.azure.com", "azure"),
        ("Registry1.azurecr.io", "registry-registry1"),
        ("v1.vault.azure.net", "vault-v1"),
        (".azurecr.io", None),
        ("a.b.azurecr.io", None),
        ("azurecr.io.example", None),
        ("portal.azure.com", None),
    ],
)
def test_a_host_name_leads_to_its_server(host: str, server: str | None) -> None:
    assert names.server_of(host) == server
