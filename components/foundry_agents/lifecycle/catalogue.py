"""The error codes that a hosted agent can meet, with what they mean and what helps: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One code."""

    code: str
    where: str
    cause: str
    cure: str


_GRANT = "give the deployer Foundry User on the project (deployers in the stack config) and wait a few minutes"

CATALOGUE: tuple[Entry, ...] = (
    Entry(
        "ImageError",
        "version",
        "the platform could not pull the image: wrong reference, no pull role for the project's identity, "
        "the registry's ARM-audience policy off, or not built for linux/amd64",
        "check that the image is in the registry and the project's identity has AcrPull, then run up again",
    ),
    Entry(
        "ProvisioningError",
        "version",
        "the platform could not make the sandbox",
        "run up again; if it stays, try another region or see https://aka.ms/hostedagents/tsg/provisioning",
    ),
    Entry(
        "CodeError",
        "version",
        "the code package could not be built",
        "see https://aka.ms/hostedagents/tsg/code",
    ),
    Entry(
        "PermissionDenied",
        "data plane",
        "the caller has no data-plane role on the project, or not yet",
        _GRANT,
    ),
    Entry("UserError", "data plane", "the caller has no data-plane role on the project, or not yet", _GRANT),
    Entry("ForbiddenError", "data plane", "the caller has no data-plane role on the project, or not yet", _GRANT),
    Entry(
        "Unauthorized",
        "data plane",
        "the token is missing, expired or for another audience",
        "log in again (az login), or check the credential's environment variables",
    ),
    Entry(
        "PublicAccessDisabled",
        "data plane",
        "the project answers only inside its virtual network",
        "run pulumi from a machine inside that network",
    ),
    Entry(
        "ResourceNotFound",
        "data plane",
        "the project does not exist",
        "check project_endpoint, or run up for the environment first",
    ),
    Entry(
        "invalid_payload",
        "data plane",
        "the service does not accept the definition",
        "correct the property that the message names",
    ),
    Entry(
        "bad_request",
        "data plane",
        "the size is no tier of the service",
        "use cpu 0.5, 1 or 2 with memory 1Gi, 2Gi or 4Gi",
    ),
    Entry(
        "conflict",
        "data plane",
        "sessions are active, or something else changes the agent at the same time",
        "run up again when it is done",
    ),
    Entry(
        "precondition_failed",
        "data plane",
        "something else changes the agent at the same time",
        "run up again",
    ),
    Entry(
        "rate_limit_exceeded",
        "data plane",
        "too many requests",
        "run up again in a minute, with fewer resources at once (--parallel)",
    ),
    Entry("server_error", "data plane", "the service failed", "run up again"),
)

_BY_CODE = {entry.code: entry for entry in CATALOGUE}


def explain(code: str) -> Entry | None:
    """The entry of a code; None for one that is not known."""
    return _BY_CODE.get(code)
