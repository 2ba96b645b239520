"""The CPU and memory of an agent.

Sources: the hosted-agent documentation (deploy-hosted-agent-terraform.md, 2026-09-23) lists three sizes; the service
refuses other sizes that it does not have with `bad_request`. Earlier documentation and Microsoft's deployment tools
agree that memory in GiB is twice the CPU, in steps of a quarter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..errors.input_issue import Issues, shown
from .unknown import UNKNOWN, Unknown

MIN_CPU = Decimal("0.5")
MAX_CPU = Decimal(4)
CPU_STEP = Decimal("0.25")
GIB_PER_CPU = 2
DEFAULT_CPU = "1"
DOCUMENTED = {"0.5": "1Gi", "1": "2Gi", "2": "4Gi"}

_CPU = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)Gi")


def check(inputs: dict[str, Any], issues: Issues) -> None:
    """Checks cpu and memory, which depend on each other; sets the memory that is not set."""
    cpu = _parsed(parse_cpu, inputs["cpu"], "cpu", issues)
    if cpu is not None:
        inputs["cpu"] = plain(cpu)
        inputs.setdefault("memory", memory_for(cpu))
    given_memory = inputs.setdefault("memory", UNKNOWN)
    memory = _parsed(parse_memory, given_memory, "memory", issues)
    if memory is not None:
        inputs["memory"] = f"{plain(memory)}Gi"
    if cpu is None or memory is None:
        return
    if memory != cpu * GIB_PER_CPU:
        issues.refuse(
            "memory",
            f"{shown(given_memory)} does not match cpu {plain(cpu)}",
            f"use {memory_for(cpu)}, twice the CPU",
        )
    elif inputs["cpu"] not in DOCUMENTED:
        sizes = ", ".join(f"{cpu} with {memory}" for cpu, memory in DOCUMENTED.items())
        issues.warn(
            "cpu", f"{inputs['cpu']} with {inputs['memory']} is not a documented size", f"documented are {sizes}"
        )


def _parsed(parse: Callable[[object], Decimal], value: Any, path: str, issues: Issues) -> Decimal | None:
    if isinstance(value, Unknown):
        return None
    try:
        return parse(value)
    except ValueError as error:
        issues.refuse(path, str(error), "for example cpu: 1, memory: 2Gi")
        return None


def parse_cpu(value: object) -> Decimal:
    """Reads a CPU size, a number or a string.

    :raises ValueError: with the reason.
    """
    if isinstance(value, str) and _CPU.fullmatch(value):
        cpu = Decimal(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cpu = Decimal(value)  # exact, and so is every allowed size
    else:
        raise ValueError(f"{shown(value)} is not a number")
    if not cpu.is_finite() or not MIN_CPU <= cpu <= MAX_CPU or cpu % CPU_STEP:
        raise ValueError(f"{shown(value)} is not between {MIN_CPU} and {MAX_CPU} in steps of {CPU_STEP}")
    return cpu


def parse_memory(value: object) -> Decimal:
    """Reads a memory size such as `2Gi`, in GiB.

    :raises ValueError: with the reason.
    """
    match = _MEMORY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{shown(value)} is not a memory size such as `2Gi`")
    memory = Decimal(match[1])
    low, high = MIN_CPU * GIB_PER_CPU, MAX_CPU * GIB_PER_CPU
    if not low <= memory <= high:
        raise ValueError(f"{shown(value)} is not between {plain(low)}Gi and {plain(high)}Gi")
    return memory


def memory_for(cpu: Decimal) -> str:
    """The memory of a CPU size."""
    return f"{plain(cpu * GIB_PER_CPU)}Gi"


def plain(number: Decimal) -> str:
    """The shortest notation: `1`, not `1.0`, so that equal sizes are equal text."""
    return f"{number.normalize():f}"
