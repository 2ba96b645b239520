"""A local Azure for the fault matrix, and the way to it: in one process, without Pulumi."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import aiohttp.connector
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from foundry_agents.lifecycle.service.client import DataPlane
from foundry_emulator.testing import FOUNDRY, LocalAzure, Project

from .stack import STAND_IN

SETTINGS = {"time_scale": 0.001, "role_propagation_seconds": 0, "agent_start_timeout": 5}
SILENCE = 0.5
"""Seconds of silence that end a request."""

Report = list[str]
Service = TypeVar("Service", bound=DataPlane)


class World:
    """A local Azure with one project, and two images."""

    def __init__(self, azure: LocalAzure) -> None:
        self.azure = azure
        self.project: Project = azure.make_project()
        for tag in ("v1", "v2"):
            azure.push(f"{self.project.login_server}/echo:{tag}", STAND_IN)
        self.told: Report = []
        self.empty = azure.state()

    def service(self, kind: type[Service]) -> Service:
        """Agents or toolboxes of the project."""
        return kind(self.project.endpoint, _Credential(self.azure), read_timeout=SILENCE, first_pause=0.02)


def trust(azure: LocalAzure) -> None:
    """aiohttp made its TLS context when it was imported; the local Azure's authority is newer."""
    aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(azure.home.ca)


def start(folder: Path) -> World:
    """A world in an empty folder."""
    azure = LocalAzure.start(folder, **SETTINGS)
    trust(azure)
    return World(azure)


class _Credential(AsyncTokenCredential):
    """The deployer's tokens, got once."""

    def __init__(self, azure: LocalAzure) -> None:
        self._token = AccessToken(azure.token(FOUNDRY), 2**31)

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return self._token

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *_exc: object) -> None:
        """Nothing is open."""
