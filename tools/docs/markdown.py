"""Text in Markdown."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\*<>\[\]~|]")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, except for `code`."""
    parts = re.split("(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\g<0>", part) for part in parts)
