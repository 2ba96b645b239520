"""How much processor and memory a hosted agent may have.

Sources: the hosted-agent documentation (deploy-hosted-agent-terraform.md, 2026-09-23) names the three
documented pairs; the service refuses what is no tier with `bad_request`. Earlier documentation and the
other deployment tools agree on memory being twice the processor, in steps of a quarter.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ..errors.problem import shown

MIN_CPU = Decimal("0.5")
MAX_CPU = Decimal(4)
CPU_STEP = Decimal("0.25")
GIB_PER_CPU = 2
DEFAULT_CPU = "1"
DOCUMENTED = {"0.5": "1Gi", "1": "2Gi", "2": "4Gi"}

_CPU = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)Gi")


def parse_cpu(value: object) -> Decimal:
    """Reads a number of processors, given as number or text. Raises `ValueError`."""
    if isinstance(value, str) and _CPU.fullmatch(value):
        cpu = Decimal(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cpu = Decimal(value)  # exact, and so is every allowed size
    else:
        raise ValueError(f"{shown(value)} is not a number of processors")
    if not cpu.is_finite() or not MIN_CPU <= cpu <= MAX_CPU or cpu % CPU_STEP:
        raise ValueError(f"{shown(value)} is not between {MIN_CPU} and {MAX_CPU} in steps of {CPU_STEP}")
    return cpu


def parse_memory(value: object) -> Decimal:
    """Reads an amount of memory such as `2Gi`, in gibibytes. Raises `ValueError`."""
    match = _MEMORY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{shown(value)} is not an amount of memory such as `2Gi`")
    memory = Decimal(match[1])
    low, high = MIN_CPU * GIB_PER_CPU, MAX_CPU * GIB_PER_CPU
    if not low <= memory <= high:
        raise ValueError(f"{shown(value)} is not between {plain(low)}Gi and {plain(high)}Gi")
    return memory


def memory_for(cpu: Decimal) -> str:
    """The memory that belongs to so many processors."""
    return f"{plain(cpu * GIB_PER_CPU)}Gi"


def plain(number: Decimal) -> str:
    """The shortest notation: `1`, not `1.0`, so that equal sizes are equal text."""
    return f"{number.normalize():f}"
