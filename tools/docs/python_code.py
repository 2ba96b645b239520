"""Python code, formatted as ruff formats it."""

from __future__ import annotations

import textwrap

WIDTH = 120
INDENT = "    "


def docstring(text: str, indent: str = INDENT) -> str:
    """A docstring, one line or more."""
    if len(indent) + len(text) + 6 <= WIDTH:
        return f'{indent}"""{text}"""\n'
    first, *others = textwrap.wrap(text, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False)
    lines = [f'"""{first}', *others]
    if len(indent) + len(lines[-1]) + 3 > WIDTH:
        lines.append("")
    lines[-1] += '"""'
    return "".join(f"{indent}{line}\n" for line in lines)
