"""The input `metadata` of agents and toolboxes, and the keys that this package reserves in it.

Source of the limits: `create_version` of azure-ai-projects 2.10 (16 pairs, key 64, value 512 characters).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..errors.input_issue import Issues, under
from .scalars import check_text
from .types import MapOf, Text

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


def check(value: Any, path: str, issues: Issues, *, reserved: Collection[str] = RESERVED_KEYS) -> Any:
    """Checks the user's pairs."""
    checked = TYPE.check(value, path, issues)
    if not isinstance(checked, dict):
        return checked
    if len(checked) > MAX_PAIRS:
        issues.refuse(path, f"has {len(checked)} pairs", f"use at most {MAX_PAIRS}; this package uses the others")
    for key in checked:
        place = under(path, key)
        if key in reserved:
            issues.refuse(place, "is reserved for this package", "use another key")
        check_text(key, place, issues)
        if isinstance(key, str) and not 1 <= len(key) <= MAX_KEY:
            issues.refuse(place, f"the key has {len(key)} characters", f"use 1 to {MAX_KEY}")
    return checked


TYPE = MapOf(Text(longest=MAX_VALUE), "{team: payments}")
LIMITS = f"at most {MAX_PAIRS} pairs; keys of 1-{MAX_KEY}, values of at most {MAX_VALUE} characters"
