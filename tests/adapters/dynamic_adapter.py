"""The dynamic providers, as Pulumi's server for them calls them: from threads, with numbers as floats."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN
from tests.rollout.foundry import Foundry

from foundry_agents import dynamic
from foundry_agents.adapters import engine_log, provider_process
from foundry_agents.adapters.registration import PREVIEW
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.service.connections import Connections

from .life import NAME, OWNER, Adapter, Change, Properties, Refused, Verdict
from .memory import MemoryServices

_PROVIDERS = {"HostedAgent": dynamic.PROVIDER, "Toolbox": dynamic.TOOLBOX_PROVIDER}


@contextmanager
def dynamic_adapter(kind: str, foundry: Foundry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Adapter]:
    """The provider of a kind, on a service in memory."""
    said: list[str] = []
    connections = Connections()
    monkeypatch.setattr(connections, "_services", MemoryServices(foundry))
    monkeypatch.setattr(provider_process, "_connections", lambda: connections)
    monkeypatch.setattr(engine_log, "notice", said.append)
    monkeypatch.setattr(engine_log, "progress", said.append)
    yield _Dynamic(kind, said)
    atexit.unregister(connections.close)
    connections.close()


class _Dynamic(Adapter):
    name = "dynamic"

    def __init__(self, kind: str, said: list[str]) -> None:
        self.said, self._provider = said, _PROVIDERS[kind]

    async def check(self, olds: Properties, news: Properties, *, preview: bool) -> Verdict:
        given = {"owner": OWNER, "logicalName": NAME, **news, **({PREVIEW: True} if preview else {})}
        checked = await asyncio.to_thread(self._provider.check, _sent(olds), _sent(given))
        return Verdict(_received(checked.inputs), [f"{one.property}: {one.reason}" for one in checked.failures])

    async def diff(self, id_: str, olds: Properties, old_inputs: Properties, news: Properties) -> Change:
        found = await _answer(self._provider.diff, id_, _sent(olds), _sent(news))
        return Change(bool(found.changes), [*found.replaces])

    async def plan(self, id_: str, olds: Properties | None, news: Properties) -> Properties | None:
        return None

    async def create(self, news: Properties) -> tuple[str, Properties]:
        created = await _answer(self._provider.create, _sent(news))
        return created.id, _received(created.outs)

    async def update(self, id_: str, olds: Properties, old_inputs: Properties, news: Properties) -> Properties:
        updated = await _answer(self._provider.update, id_, _sent(olds), _sent(news))
        properties: Properties = _received(updated.outs)
        return properties

    async def read(self, id_: str, inputs: Properties, properties: Properties) -> tuple[Properties, Properties] | None:
        found = await _answer(self._provider.read, id_, _sent(properties))
        return (_received(found.outs), _received(found.inputs)) if found.id else None

    async def delete(self, id_: str, properties: Properties) -> None:
        await _answer(self._provider.delete, id_, _sent(properties))


async def _answer(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return await asyncio.to_thread(call, *arguments)
    except dynamic.DeployError as error:
        raise Refused(str(error)) from None


def _sent(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sent(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_sent(one) for one in value]
    if value is UNKNOWN:
        return PULUMI_UNKNOWN
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _received(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _received(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_received(one) for one in value]
    return UNKNOWN if value is PULUMI_UNKNOWN else value
