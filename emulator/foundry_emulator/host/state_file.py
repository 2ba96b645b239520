"""The saved state of a local Azure: one JSON file, loaded at the start and written when something changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel

SAVE_EVERY_SECONDS = 0.5


class StateFile:
    """Keeps `state` in a file.

    Services hold the parts of the state, so loading another state fills these parts and does not replace them.
    """

    def __init__(self, path: Path, state: BaseModel) -> None:
        self._path = path
        self._state = state
        self._is_saved = True

    def load(self) -> None:
        """Loads what an earlier run saved. Raises pydantic's ValidationError for a file of another format."""
        if self._path.exists():
            _fill(self._state, self.parse(self._path.read_bytes()))

    def parse(self, raw: bytes) -> BaseModel:
        """Raises pydantic's ValidationError."""
        return type(self._state).model_validate_json(raw)

    def fill(self, other: BaseModel) -> None:
        """Takes over the content of another state."""
        _fill(self._state, other)
        self.changed()

    def dump(self) -> str:
        return self._state.model_dump_json()

    def changed(self) -> None:
        """Schedules a save."""
        self._is_saved = False

    def save(self) -> None:
        self._is_saved = True
        temporary = self._path.with_suffix(".new")
        temporary.write_text(self._state.model_dump_json(indent=1))
        temporary.replace(self._path)

    async def keep_saved(self) -> None:
        """Saves changes, at most twice a second. Never returns."""
        while True:
            await asyncio.sleep(SAVE_EVERY_SECONDS)
            if not self._is_saved:
                self.save()


def _fill(target: BaseModel, source: BaseModel) -> None:
    for name in type(target).model_fields:
        present, wanted = getattr(target, name), getattr(source, name)
        if isinstance(present, BaseModel) and isinstance(wanted, BaseModel):
            _fill(present, wanted)
        else:
            setattr(target, name, wanted)
