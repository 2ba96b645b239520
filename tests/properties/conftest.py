"""Properties that hold for every definition, not only for those that somebody thought of.

`make test` runs a small, repeatable number of examples; FOUNDRY_AGENTS_PROPERTIES=whole runs many, other ones each time.
"""

import http.client
import json
import os
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

from foundry_emulator.testing import FOUNDRY, LocalAzure, Project

_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

settings.register_profile("small", _COMMON, derandomize=True)
settings.register_profile("whole", _COMMON, print_blob=True, database=None)
settings.load_profile(os.environ.get("FOUNDRY_AGENTS_PROPERTIES", "small"))

_AGENTS_AT_ONCE = 50


class Service:
    """Makes versions over one TLS connection, and removes the agents now and then."""

    def __init__(self, azure: LocalAzure, project: Project) -> None:
        self._azure, self._endpoint = azure, urlsplit(project.endpoint)
        trust = ssl.create_default_context(cafile=str(azure.home.ca))
        self._connection = http.client.HTTPSConnection(self._endpoint.netloc, context=trust)
        self._made: set[str] = set()
        self._renew_token()

    def make_version(self, agent: str, body: dict[str, Any]) -> tuple[int, str]:
        """Status and text of the answer to a create."""
        self._made.add(agent)
        status, text = self._request("POST", f"/agents/{agent}/versions", body)
        if len(self._made) >= _AGENTS_AT_ONCE:
            self.clear()
        return status, text

    def clear(self) -> None:
        for agent in self._made:
            self._request("DELETE", f"/agents/{agent}?force=true")
        self._made.clear()
        self._renew_token()

    def _renew_token(self) -> None:
        self._headers = {
            "Authorization": f"Bearer {self._azure.token(FOUNDRY)}",
            "Content-Type": "application/json",
        }

    def _request(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        path += ("&" if "?" in path else "?") + "api-version=v1"
        content = None if body is None else json.dumps(body)
        self._connection.request(method, self._endpoint.path + path, content, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    azure = LocalAzure.start(
        tmp_path_factory.mktemp("azure") / "home",
        time_scale=0.001,
        role_propagation_seconds=0,
        create_version_seconds=0,
    )
    try:
        yield Service(azure, azure.make_project())
    finally:
        azure.stop()
