"""The client of Resource Manager: requests with a token, retries, and polling of operations."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import jwt
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential

from azure_native.configuration import Configuration
from azure_native.errors import ArmFailure, ProviderError, Unfinished

RETRIED = (408, 429, 500, 502, 503, 504)
ATTEMPTS = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
REQUEST_SECONDS = 60


@dataclass(frozen=True)
class Caller:
    """Who is signed in."""

    client_id: str
    object_id: str
    tenant_id: str


class Interrupted(ProviderError):
    """The user, or a timeout of the resource, canceled the operation."""


class Arm:
    """A connection to Resource Manager, discovered when it is first used."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._session = requests.Session()
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=64))
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._endpoint = ""
        self._scope = ""
        self._credential: DefaultAzureCredential | None = None

    def cancel(self) -> None:
        """End all waiting."""
        self._cancelled.set()

    def caller(self) -> Caller:
        """Who is signed in, from the token itself."""
        claims = jwt.decode(self.token(), options={"verify_signature": False})
        return Caller(claims.get("appid", ""), claims.get("oid", ""), claims.get("tid", ""))

    def token(self, scope: str = "") -> str:
        """An access token, for Resource Manager unless another scope is named."""
        with self._lock:
            self._discover()
            if self._credential is None:
                self._credential = DefaultAzureCredential()
        try:
            return str(self._credential.get_token(scope or self._scope).token)
        except ClientAuthenticationError as problem:
            lines = [line.strip() for line in str(problem.message).splitlines()]
            reason = " ".join(line for line in lines if line and not line.startswith("To mitigate"))
            raise ProviderError(f"DefaultAzureCredential returned no token: {reason}") from problem

    def get(self, path: str, api_version: str) -> dict[str, Any] | None:
        """A resource. None if it does not exist."""
        response = self._send("GET", self._url(path, api_version))
        return None if response.status_code == 404 else _json(_checked(response))

    def put(self, path: str, api_version: str, body: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Write a resource and wait until it is provisioned. Returns the resource.

        Raises Unfinished where the write was accepted and went wrong after that.
        """
        url = self._url(path, api_version)
        response = _checked(self._send("PUT", url, body))
        deadline = _deadline(timeout)
        try:
            if self._wait(response, deadline):
                response = _checked(self._send("GET", url))
            return self._settled(url, _json(response), deadline)
        except ProviderError as problem:
            raise Unfinished(str(problem)) from problem

    def delete(self, path: str, api_version: str, timeout: float) -> None:
        """Delete a resource and wait until it is deleted. One that does not exist is deleted."""
        response = self._send("DELETE", self._url(path, api_version))
        if response.status_code == 404:
            return
        self._wait(_checked(response), _deadline(timeout))

    def _discover(self) -> None:
        if self._endpoint:
            return
        url = f"{self._configuration.metadata_host}/metadata/endpoints?api-version=2022-09-01"
        try:
            found = _json(_checked(self._session.get(url, timeout=REQUEST_SECONDS)))
        except requests.RequestException as problem:
            raise ProviderError(
                f"the local Azure does not answer at {self._configuration.metadata_host}; run `foundry-emulator start`"
            ) from problem
        self._scope = found["authentication"]["audiences"][0].rstrip("/") + "/.default"
        self._endpoint = found["resourceManager"].rstrip("/")

    def _url(self, path: str, api_version: str) -> str:
        with self._lock:
            self._discover()
        return f"{self._endpoint}{path}?api-version={api_version}"

    def _send(self, method: str, url: str, body: dict[str, Any] | None = None) -> requests.Response:
        """One request, retried after transient errors (as azcore does, with shorter pauses)."""
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            headers = {"Authorization": f"Bearer {self.token()}", "Accept": "application/json"}
            response = None
            try:
                response = self._session.request(method, url, json=body, headers=headers, timeout=REQUEST_SECONDS)
            except requests.RequestException as problem:
                if attempt == ATTEMPTS:
                    raise ProviderError(f"{method} {url.partition('?')[0]}: no answer ({problem})") from problem
            if response is not None and (response.status_code not in RETRIED or attempt == ATTEMPTS):
                return response
            self._pause(_retry_after(response) or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, response: requests.Response, deadline: float) -> bool:
        """Poll the operation that the answer names until it ends. False if it names none."""
        status_url = response.headers.get("Azure-AsyncOperation")
        result_url = response.headers.get("Location")
        if not status_url and not (result_url and response.status_code in (201, 202)):
            return False
        pause = FIRST_PAUSE
        while True:
            self._pause(_retry_after(response) or pause, deadline)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            response = _checked(self._send("GET", status_url or result_url or ""))
            if not status_url:
                if response.status_code != 202:
                    return True
                continue
            state = _json(response)
            if state.get("status") == "Succeeded":
                return True
            if state.get("status") in ("Failed", "Canceled"):
                raise _failure(response.status_code, state)

    def _settled(self, url: str, resource: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Poll the resource of a provider without operations until it is provisioned."""
        pause = FIRST_PAUSE
        while True:
            properties = resource.get("properties")
            state = properties.get("provisioningState") if isinstance(properties, dict) else None
            if state in (None, "Succeeded"):
                return resource
            if state in ("Failed", "Canceled"):
                raise ArmFailure(200, str(state), f"The resource is in state {state}.")
            self._pause(pause, deadline)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            resource = _json(_checked(self._send("GET", url)))

    def _pause(self, seconds: float, deadline: float = float("inf")) -> None:
        if time.monotonic() >= deadline:
            raise Interrupted("timeout while waiting for the operation to complete")
        if self._cancelled.wait(min(seconds, max(0.0, deadline - time.monotonic()))):
            raise Interrupted("the operation was cancelled")


def _deadline(timeout: float) -> float:
    return time.monotonic() + timeout if timeout else float("inf")


def _retry_after(response: requests.Response | None) -> float:
    text = response.headers.get("Retry-After", "") if response is not None else ""
    return float(text) if text.isdigit() else 0.0


def _checked(response: requests.Response) -> requests.Response:
    if response.status_code < 400:
        return response
    raise _failure(response.status_code, _json(response))


def _failure(status: int, body: dict[str, Any]) -> ArmFailure:
    error = body.get("error")
    if not isinstance(error, dict):
        return ArmFailure(status, str(status), "The answer does not say what is wrong.")
    return ArmFailure(status, str(error.get("code", status)), str(error.get("message", "")))


def _json(response: requests.Response) -> dict[str, Any]:
    if not response.content:
        return {}
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
