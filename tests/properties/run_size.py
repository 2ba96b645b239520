"""How many examples a property is tried on."""

import os

WHOLE = os.environ.get("FOUNDRY_AGENTS_PROPERTIES") == "whole"


def examples(small: int, whole: int) -> int:
    """`small` in `make test`, `whole` in the whole run."""
    return whole if WHOLE else small
