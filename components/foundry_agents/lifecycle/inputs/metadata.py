"""The input `metadata` of agents and toolboxes, and the keys that this package reserves in it.

Source of the limits: `create_version` of azure-ai-projects 2.10 (16 pairs, key 64, value 512 characters).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..errors.problem import Findings, under
from .scalars import check_text
from .unknown import Unknown

OWNER_KEY = "pulumi-owner"
NAME_KEY = "pulumi-name"
DESCRIPTION_KEY = "pulumi-description"
"""Of an agent's version: a digest of its description, which the service does not compare when it looks for an equal
version."""
FINGERPRINT_KEY = "pulumi-definition"
"""Of a toolbox's version: what it was made of, since the service never answers with an equal one."""
# Microsoft's own deployment tools send it with every hosted version; without it, the service was seen to
# skip the check of reserved environment variables.
PLATFORM_PAIRS = {"enableVnextExperience": "true"}
RESERVED_KEYS = (OWNER_KEY, NAME_KEY, DESCRIPTION_KEY, *PLATFORM_PAIRS)
TOOLBOX_RESERVED_KEYS = (OWNER_KEY, NAME_KEY, FINGERPRINT_KEY)

MAX_KEY = 64
MAX_VALUE = 512
MAX_PAIRS = 16 - max(len(RESERVED_KEYS), len(TOOLBOX_RESERVED_KEYS))


def check(value: Any, path: str, findings: Findings, *, reserved: Collection[str] = RESERVED_KEYS) -> Any:
    """Checks the user's pairs."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        findings.refuse(path, "must be a map from key to text", "for example {team: payments}")
        return value
    if len(value) > MAX_PAIRS:
        findings.refuse(path, f"has {len(value)} pairs", f"keep at most {MAX_PAIRS}: 16 less those this package needs")
    for key, text in value.items():
        place = under(path, key)
        if key in reserved:
            findings.refuse(place, "is set by this package", "use another key")
        check_text(key, place, findings)
        if isinstance(key, str) and not 1 <= len(key) <= MAX_KEY:
            findings.refuse(place, f"the key has {len(key)} characters", f"keep it between 1 and {MAX_KEY}")
        check_text(text, place, findings, longest=MAX_VALUE)
    return value
