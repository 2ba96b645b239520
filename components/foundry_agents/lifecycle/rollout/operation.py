"""One create or update: what is wanted, whose it is, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..service.mark import Mark
from ..service.waiting import Report


@dataclass(frozen=True)
class Operation:
    """The wanted inputs (checked), whose mark it bears, and who is told."""

    NAME_INPUT: ClassVar[str]
    """The input that names it."""

    inputs: Mapping[str, Any]
    mark: Mark
    report: Report

    @property
    def name(self) -> str:
        """Its name in the project."""
        return str(self.inputs[self.NAME_INPUT])

    def tell(self, line: str) -> None:
        """Reports one line about it."""
        self.report(f"{self.name}: {line}")
