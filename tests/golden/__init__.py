"""What pull requests show, kept as files: `<case>.json` as the engine gave it, `<case>.md` as it is to be shown.

`UPDATE_GOLDEN=1` makes the tests of the engine write both anew; what changed is then for the reader of the diff.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
# What says where the program ran, or what is another every time, and is shown to nobody.
_LEFT_OUT = {
    *("__provider", "sourcePosition", "stackTrace", "created", "modified", "duration"),
    *("dependencies", "propertyDependencies", "parent", "provider"),
}


def without_places(output: str) -> str:
    """The JSON of a preview without what differs between machines and runs."""
    scrubbed = json.dumps(_scrubbed(json.loads(output[output.index("{") :])), indent=1, sort_keys=True)
    return steady(scrubbed) + "\n"


def steady(text: str) -> str:
    """Text with names in place of ports, random suffixes and digests."""
    text = re.sub(r"localhost:\d+/accounts/[\w-]+", "acc.services.ai.azure.com", text)
    text = re.sub(r"localhost:\d+", "registry.azurecr.io", text)
    starts = dict.fromkeys(digest[:12] for digest in re.findall(r"(?<=sha256:)[0-9a-f]{12,64}", text))
    for letter, start in zip("abcdef", starts, strict=False):
        for digest in sorted({*re.findall(rf"(?<=sha256:){start}[0-9a-f]*", text)}, key=len, reverse=True):
            text = text.replace(f"sha256:{digest}", f"sha256:{letter * len(digest)}")
    return text


def compare(name: str, text: str) -> None:
    """Fails if the text is not what the file says."""
    file = FOLDER / name
    if UPDATE:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{name} differs; UPDATE_GOLDEN=1 writes it anew"


def _scrubbed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _scrubbed(item) for key, item in value.items() if key not in _LEFT_OUT}
    return [_scrubbed(item) for item in value] if isinstance(value, list) else value
