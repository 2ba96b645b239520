"""A local Azure for tests: started as a real process, changed and read through its control API."""

from __future__ import annotations

import json
import os
import shlex
import signal
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from foundry_emulator import image_push
from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.host import background
from foundry_emulator.host.home import IDENTITY, Home, environment
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.runner import images

ARM = "https://management.azure.com"
FOUNDRY = "https://ai.azure.com"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None


@dataclass(frozen=True)
class Project:
    """A project with its registry, as `LocalAzure.make_project` creates it."""

    endpoint: str
    """Of the data plane."""
    arm_id: str
    principal_id: str
    registry_id: str
    login_server: str


class LocalAzure:
    """`LocalAzure.start(folder, time_scale=0.01)`; `stop()` when done.

    Settings, faults, requests and state are those of the control API: see `host/settings.py` and `host/faults.py`.
    """

    def __init__(self, home: Home, settings: dict[str, Any]) -> None:
        self.home = home
        self._given = settings
        self.base_url = ""
        self._has_other_settings = False
        self._has_faults = False

    @classmethod
    def start(cls, home: Path, **settings: Any) -> LocalAzure:
        """Raises background.Failed."""
        azure = cls(Home.at(home), settings)
        azure.start_again()
        return azure

    def start_again(self) -> None:
        """Starts it with the same settings as before."""
        assignments = [f"{name}={json.dumps(value)}" for name, value in self._given.items()]
        running = background.start(self.home, assignments)
        self.base_url = running.base_url
        self._has_other_settings = self._has_faults = not running.fresh
        self._trust = ssl.create_default_context(cafile=str(self.home.ca))

    def stop(self) -> None:
        background.stop(self.home)

    def kill(self) -> None:
        """SIGKILL: it saves nothing and cleans up nothing."""
        pid = int(self.home.pid.read_text())
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists() and "Z" not in _process_state(pid):
            time.sleep(0.01)

    def environment(self) -> dict[str, str]:
        """See `foundry_emulator.host.home.environment`."""
        return environment(self.home.root)

    # --- Control API ------------------------------------------------------------------------------

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings, after the given changes."""
        if changes:
            self._has_other_settings = True
            return dict(self._control("PATCH", "settings", changes))
        return dict(self._control("GET", "settings"))

    def reset_settings(self) -> None:
        """Makes the settings those of the start. Without a request if nothing changed them."""
        if self._has_other_settings:
            self.settings(**{**Settings().model_dump(), **self._given})
            self._has_other_settings = False

    def fault(self, preset: str | None = None, **fault: Any) -> None:
        """A preset of `faults.PRESETS`, or a fault by its keys: method, path, nth, times, when, action."""
        self._has_faults = True
        self._control("POST", "faults", {**({"preset": preset} if preset else {}), **fault})

    def faults(self) -> list[dict[str, Any]]:
        return list(self._control("GET", "faults"))

    def clear_faults(self) -> None:
        """Removes all scripted faults. Without a request if there are none."""
        if self._has_faults:
            self._control("DELETE", "faults")
            self._has_faults = False

    def requests(self, **query: str) -> list[dict[str, Any]]:
        """The request log; `plane`, `method` and `path` (a regular expression) choose."""
        return list(self._control("GET", f"requests?{urlencode(query)}"))

    def clear_requests(self) -> None:
        self._control("DELETE", "requests")

    def state(self) -> dict[str, Any]:
        return dict(self._control("GET", "state"))

    def load(self, state: dict[str, Any]) -> None:
        self._control("PUT", "state", state)

    def processes(self) -> list[dict[str, Any]]:
        """The agent processes that run."""
        return list(self._control("GET", "processes"))

    def _control(self, method: str, path: str, body: object = None) -> Any:
        answer = self.http(method, f"{self.base_url}/_emulator/{path}", body)
        if answer.status >= 400:
            raise ValueError(f"{method} {path}: {answer.raw.decode()}")
        return answer.body

    # --- As a client ------------------------------------------------------------------------------

    def http(self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """A request with the local certificate authority trusted; any status is an answer."""
        given = dict(headers or {})
        if body is None:
            return self._send(method, url, None, given)
        return self._send(method, url, json.dumps(body).encode(), {"Content-Type": "application/json", **given})

    def _send(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(url, data=content, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60, context=self._trust) as answer:
                return Answer(answer.status, _lowered(answer.headers.items()), answer.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, _lowered(refusal.headers.items()), refusal.read())

    def token(self, resource: str, identity: str = "deployer") -> str:
        """A token as the managed identity endpoint gives it."""
        port = self.home.read_ports()[IDENTITY]
        query = urlencode({"api-version": "2019-08-01", "resource": resource})
        answer = self.http(
            "GET", f"http://127.0.0.1:{port}/identity/token?{query}", headers={"X-IDENTITY-HEADER": identity}
        )
        return str(answer.body["access_token"])

    def arm(self, method: str, path: str, body: object = None, identity: str = "deployer") -> Answer:
        """A request to Resource Manager; `path` names the api-version."""
        headers = {"Authorization": f"Bearer {self.token(ARM, identity)}"}
        return self.http(method, self.base_url + path, body, headers)

    def data(self, method: str, url: str, body: object = None, identity: str = "deployer") -> Answer:
        """A request to the data plane; `url` is complete, without api-version."""
        separator = "&" if "?" in url else "?"
        headers = {"Authorization": f"Bearer {self.token(FOUNDRY, identity)}"}
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        return self.http(method, f"{url}{separator}api-version=v1", body, headers)

    # --- An environment ---------------------------------------------------------------------------

    def make_project(
        self,
        account: str = "acc1",
        project: str = "p1",
        registry: str = "registry1",
        *,
        grants: bool = True,
        subscription: str = SUBSCRIPTION_ID,
    ) -> Project:
        """Resource group, account, project and registry; with `grants` the deployer may manage agents
        and the project may pull."""
        group = f"/subscriptions/{subscription}/resourceGroups/rg1"
        self._put(f"{group}?api-version=2024-03-01", {"location": "swedencentral"})
        accounts = f"{group}/providers/Microsoft.CognitiveServices/accounts/{account}"
        body = {
            "location": "swedencentral",
            "kind": "AIServices",
            "sku": {"name": "S0"},
            "identity": {"type": "SystemAssigned"},
            "properties": {"customSubDomainName": account, "allowProjectManagement": True},
        }
        self._put(f"{accounts}?api-version=2025-06-01", body)
        project_id = f"{accounts}/projects/{project}"
        made = self._put(
            f"{project_id}?api-version=2025-06-01",
            {"location": "swedencentral", "identity": {"type": "SystemAssigned"}, "properties": {}},
        )
        registry_id = f"{group}/providers/Microsoft.ContainerRegistry/registries/{registry}"
        registered = self._put(
            f"{registry_id}?api-version=2023-07-01", {"location": "swedencentral", "sku": {"name": "Basic"}}
        )
        principal = str(made["identity"]["principalId"])
        if grants:
            self.grant(FOUNDRY_USER, DEPLOYER_OBJECT_ID, project_id)
            self.grant(ACR_PULL, principal, registry_id)
        return Project(
            endpoint=str(made["properties"]["endpoints"]["AI Foundry API"]).rstrip("/"),
            arm_id=project_id,
            principal_id=principal,
            registry_id=registry_id,
            login_server=str(registered["properties"]["loginServer"]),
        )

    def grant(self, role: str, principal_id: str, scope: str) -> None:
        """A role assignment; `role` is the GUID of the definition."""
        definitions = f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions"
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{role} {principal_id} {scope}")
        self._put(
            f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01",
            {
                "properties": {
                    "roleDefinitionId": f"{definitions}/{role}",
                    "principalId": principal_id,
                    "principalType": "ServicePrincipal",
                }
            },
        )

    def push(self, reference: str, command: Sequence[str], *, platform: str = "linux/amd64", **env: str) -> None:
        """Pushes an image as the deployer, without `foundry-emulator push`: that takes a second to start.

        `command` runs here for the image; `env` is the image's own environment.
        """
        parsed = image_push.Reference.parse(reference)
        parsed = replace(parsed, host=image_push.host_of(self.home, parsed))
        runs = shlex.join(command)
        config = image_push.config_of(reference, platform, image_push.mark_of(runs, Path.cwd(), env))
        manifest = image_push.manifest_of(config)
        repository = f"https://{parsed.host}/v2/{parsed.repository}"
        token = self._registry_token(parsed)
        upload = self._send_image("POST", f"{repository}/blobs/uploads/", token).headers["location"]
        blob = f"https://{parsed.host}{upload}?digest={image_push.digest_of(config)}"
        self._send_image("PUT", blob, token, config, "application/octet-stream")
        self._send_image("PUT", f"{repository}/manifests/{parsed.tag}", token, manifest, image_push.MANIFEST_TYPE)
        images.record(
            self.home.images,
            images.ImageCommand(image_push.digest_of(manifest), reference, runs, str(Path.cwd()), env),
        )

    def _registry_token(self, reference: image_push.Reference) -> str:
        """Access to push to the repository, for the deployer."""
        entra = {"grant_type": "access_token", "service": reference.host, "access_token": self.token(ARM)}
        refresh = self.form(f"https://{reference.host}/oauth2/exchange", entra)["refresh_token"]
        wanted = {"scope": f"repository:{reference.repository}:pull,push", "refresh_token": refresh}
        access = self.form(f"https://{reference.host}/oauth2/token", {"grant_type": "refresh_token", **wanted})
        return str(access["access_token"])

    def form(self, url: str, fields: dict[str, str]) -> dict[str, Any]:
        """Posts a form; the answer must be 200."""
        form = "application/x-www-form-urlencoded"
        answer = self._send("POST", url, urlencode(fields).encode(), {"Content-Type": form})
        if answer.status != 200:
            raise AssertionError(f"POST {url}: {answer.status} {answer.raw.decode()}")
        return dict(answer.body)

    def _send_image(self, method: str, url: str, token: str, content: bytes = b"", kind: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {token}", **({"Content-Type": kind} if kind else {})}
        answer = self._send(method, url, content, headers)
        if answer.status not in (201, 202):
            raise AssertionError(f"{method} {url}: {answer.status} {answer.raw.decode()}")
        return answer

    def _put(self, path: str, body: object) -> dict[str, Any]:
        answer = self.arm("PUT", path, body)
        while answer.status < 300 and _is_unfinished(answer.body):
            time.sleep(0.02)
            answer = self.arm("GET", path)
        if answer.status >= 300:
            raise AssertionError(f"PUT {path}: {answer.status} {answer.raw.decode()}")
        return dict(answer.body)


def _is_unfinished(body: Any) -> bool:
    state = (body or {}).get("properties", {}).get("provisioningState", "Succeeded")
    return state not in ("Succeeded", "Failed")


def _lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _process_state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"
