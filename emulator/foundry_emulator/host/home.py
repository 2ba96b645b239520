"""The folder of one local Azure: its files, its ports, the environment that points tools to it."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

AZURE = "azure"
IDENTITY = "identity"
AZURE_NATIVE_VERSION = "3.29.0"
"""The version of the azure-native SDK that the program uses; its stand-in reports the same version."""

# Variables that log a shell in elsewhere: they would take precedence over the local identity.
_OTHER_LOGINS = (
    *("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_ENVIRONMENT"),
    *("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_USE_MSI", "ARM_USE_OIDC"),
    "ARM_ENVIRONMENT",
)


class NotStarted(Exception):
    """No local Azure has been started in this folder."""


@dataclass(frozen=True)
class Home:
    root: Path

    @classmethod
    def at(cls, path: Path) -> Home:
        return cls(path.expanduser().resolve())

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def pid(self) -> Path:
        return self.root / "emulator.pid"

    @property
    def lock(self) -> Path:
        return self.root / "emulator.lock"

    @property
    def log(self) -> Path:
        return self.root / "emulator.log"

    @property
    def ca(self) -> Path:
        return self.root / "ca.pem"

    @property
    def ca_bundle(self) -> Path:
        return self.root / "ca-bundle.pem"

    @property
    def keys(self) -> Path:
        """Private keys of the local certificate authority and of the token endpoint."""
        return self.root / "keys"

    @property
    def env(self) -> Path:
        return self.root / "env"

    @property
    def state(self) -> Path:
        return self.root / "azure.json"

    @property
    def images(self) -> Path:
        return self.root / "images.toml"

    @property
    def agents(self) -> Path:
        """One folder per agent version: its HOME and its log."""
        return self.root / "agents"

    @property
    def azure_native(self) -> Path:
        """Where Pulumi keeps a plugin of this version. Pulumi warns about a plugin that it finds in PATH."""
        return self.pulumi / "plugins" / f"resource-azure-native-v{AZURE_NATIVE_VERSION}"

    @property
    def pulumi(self) -> Path:
        """Pulumi's own folder, PULUMI_HOME."""
        return self.root / "home"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    def read_ports(self) -> dict[str, int]:
        if not self.ports.exists():
            return {}
        ports: dict[str, int] = json.loads(self.ports.read_text())
        return ports


def _own_variables(home: Home) -> dict[str, str]:
    ports = home.read_ports()
    if AZURE not in ports or IDENTITY not in ports:
        raise NotStarted(f"No local Azure has been started in {home.root}. Run `foundry-emulator start`.")
    bundle = str(home.ca_bundle)
    return {
        "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{ports[IDENTITY]}/identity/token",
        "IDENTITY_HEADER": "deployer",
        "ARM_METADATA_HOSTNAME": f"localhost:{ports[AZURE]}",
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "CURL_CA_BUNDLE": bundle,
        "NO_PROXY": ",".join(dict.fromkeys([*_hosts_without_proxy(), "localhost", "127.0.0.1"])),
        "PULUMI_HOME": str(home.pulumi),
        "PULUMI_BACKEND_URL": f"file://{home.root / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "local",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PULUMI_CREDENTIAL_STORE": "plaintext",
        # Pulumi lists the program's packages with pip, which would leave a file in the user's home.
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _hosts_without_proxy() -> list[str]:
    return [host for host in os.environ.get("NO_PROXY", "").split(",") if host]


def _path_prefix(home: Home) -> str:
    # Not the resolved interpreter: bin of the virtual environment is where its link lies.
    return os.pathsep.join([str(home.bin), str(Path(sys.executable).parent)])


def environment(home: Path) -> dict[str, str]:
    """The variables that point Azure SDKs, Pulumi and curl to the local Azure in `home`.

    Only what differs from the environment of the caller; PATH is complete.
    Raises NotStarted if no local Azure has ever been started there.
    """
    place = Home.at(home)
    return {
        **_own_variables(place),
        "PATH": os.pathsep.join([_path_prefix(place), os.environ.get("PATH", os.defpath)]),
    }


def env_file(home: Home) -> str:
    """The same as a file for `source`."""
    lines = [f"unset {' '.join(_OTHER_LOGINS)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in _own_variables(home).items()]
    lines.append(f'export PATH={shlex.quote(_path_prefix(home))}:"$PATH"')
    return "\n".join(["# Points tools to the local Azure. Source this file.", *lines, ""])
