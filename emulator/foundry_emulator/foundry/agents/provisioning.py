"""Provisioning of a new version: it becomes active after a while, or fails with a reason.

It is decided when the version is created and stored with its time, so that it does not depend on
who polls when, and survives a restart. `active` means that the image can be pulled, no more.
Sources: Azure-Samples/holiday-peak-hub status report, MicrosoftDocs/azure-ai-docs#759.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from foundry_emulator.foundry.agents import definition as rules
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import VersionError
from foundry_emulator.registry.pull import PullProblem


@dataclass(frozen=True)
class Outcome:
    settled_at: float
    error: VersionError | None = None
    image_digest: str | None = None


def begin(call: Call, definition: dict[str, Any]) -> Outcome:
    """The image is pulled as the project's identity, not as the agent's."""
    clock, settings = call.plane.clock, call.plane.settings
    image = rules.image_of(definition) or ""
    pulled = call.plane.images.check(call.project.principal_id, image)
    if isinstance(pulled, PullProblem):
        # The service does not tell why; the log does (`foundry-emulator log`).
        sys.stdout.write(f"Cannot pull image {image} ({pulled.cause}): {pulled.message}\n")
        sys.stdout.flush()
        return Outcome(clock.after(settings.image_error_seconds), image_error(image))
    seconds = 0 if settings.already_active else settings.provisioning_seconds
    return Outcome(clock.after(seconds), image_digest=pulled.digest)


def image_error(image: str) -> VersionError:
    """The service names the registry's host only, and one text for every cause."""
    host = image.split("/", 1)[0] if "/" in image else image
    return VersionError(
        code="ImageError",
        message=(
            "Failed to pull container image. Please check the image URI and ACR permissions, then retry. "
            f"(image: {host}) For troubleshooting, see https://aka.ms/hostedagents/tsg/image"
        ),
    )
