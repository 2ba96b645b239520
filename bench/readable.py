"""Results as JSON that is short and shows well in a diff."""

from __future__ import annotations

import json
from typing import Any


def readable(value: Any, indent: str = "") -> str:
    """JSON with one line for each list or object that holds only plain values."""
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(isinstance(item, dict | list) for item in items):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    lines = [readable(item, inner) for item in items]
    if isinstance(value, dict):
        lines = [f"{json.dumps(name, ensure_ascii=False)}: {line}" for name, line in zip(value, lines, strict=True)]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return f"{begin}\n{inner}" + f",\n{inner}".join(lines) + f"\n{indent}{end}"
