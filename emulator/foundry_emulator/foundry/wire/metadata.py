"""The metadata of agents, toolboxes and vector stores."""

from __future__ import annotations

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.wire import shape

# Source: docstrings of azure-ai-projects.
METADATA_PAIRS, METADATA_KEY, METADATA_VALUE = 16, 64, 512


def check(value: object) -> dict[str, str]:
    """The metadata to store. Raises ServiceError. Texts inferred: only the limits are documented."""
    if value is None:
        return {}
    metadata = shape.texts(value, "/metadata")
    if len(metadata) > METADATA_PAIRS:
        raise errors.invalid("metadata", f"Metadata can have at most {METADATA_PAIRS} key-value pairs.")
    for key, text in metadata.items():
        if len(key) > METADATA_KEY:
            message = f"Metadata keys can have at most {METADATA_KEY} characters."
            raise errors.invalid(f"metadata.{key}", message)
        if len(text) > METADATA_VALUE:
            message = f"Metadata values can have at most {METADATA_VALUE} characters."
            raise errors.invalid(f"metadata.{key}", message)
    return metadata
