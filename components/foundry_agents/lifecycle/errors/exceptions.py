"""What can go wrong with an agent, drawn once.

    AgentError                      everything below
    ├── InvalidInputs               refused before any request; `.problems` has them all
    ├── ServiceError                the service refused a request; `.status`, `.code`
    │   ├── NotFound                what was asked for is definitely not there
    │   │   └── ProjectNotFound     nor is its project
    │   ├── AccessDenied            the caller lacks a role, or it does not work yet
    │   └── Conflict                something else holds or changes it
    ├── VersionFailed               a version was made and did not become active; `.code`
    ├── NotActiveInTime             neither active nor failed within `active_timeout`
    ├── NotVerified                 a version is active and does not start, or does not answer as it should
    ├── RolloutFailed               traffic had begun to move, and is back where it was
    ├── NotServable                 `serve_version` names a version that cannot serve
    ├── TooManyVersions             the service's limit of versions is reached
    ├── StillServing                a version that gets traffic was to be deleted
    └── NotOurs                     the agent or the toolbox belongs to something else

The text of each says what was tried, what the service said, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from .catalogue import explain
from .input_issue import InputIssue


class AgentError(Exception):
    """Anything that keeps an agent from being as its program says."""


class InvalidInputs(AgentError):
    """The inputs would fail. `problems` has them all."""

    def __init__(self, problems: Sequence[InputIssue]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


class ServiceError(AgentError):
    """The service refused a request, or did not answer it.

    `status` is the HTTP status, 0 where there was no answer; `code` the service's own word.
    """

    def __init__(self, tried: str, status: int, code: str, message: str) -> None:
        said = f"{code}: {message}" if code and code != message else message or f"HTTP {status}"
        super().__init__(_with_advice(f"{tried}: {said}", code, status))
        self.tried, self.status, self.code, self.message = tried, status, code, message


class NotFound(ServiceError):
    """A definite 404."""


class ProjectNotFound(NotFound):
    """The project (or its account) does not exist."""


class AccessDenied(ServiceError):
    """401 `PermissionDenied` or 403: a data-plane role is missing or does not work yet."""


class Conflict(ServiceError):
    """409 or 412."""


class VersionFailed(AgentError):
    """The service made a version and gave up on it.

    `code` is such as `ImageError`; `finding` is what a look of our own shows; `may_heal` says whether another
    version may well succeed.
    """

    def __init__(
        self, agent: str, version: str, code: str, message: str, finding: str = "", *, may_heal: bool = False
    ) -> None:
        text = f"version {version} of agent '{agent}' failed: {code}: {message}"
        super().__init__(f"{finding}\n({text})" if finding else _with_advice(text, code))
        self.version, self.code, self.may_heal = version, code, may_heal


class NotActiveInTime(AgentError):
    """A version that is neither active nor failed when `active_timeout` is over."""

    def __init__(self, agent: str, version: str, seconds: float, status: str) -> None:
        super().__init__(
            f"version {version} of agent '{agent}' is still '{status}' after {seconds:.0f} s; "
            "run up again, or raise active_timeout if the image is large"
        )


class NotVerified(AgentError):
    """A version that is active, and does not start or does not answer as `verify` wants.

    `log` are the last lines that its container wrote.
    """

    def __init__(self, agent: str, version: str, reason: str, code: str = "", log: Sequence[str] = ()) -> None:
        text = f"version {version} of agent '{agent}' is active, but {reason}"
        if log:
            text += "\nits container wrote last:\n" + "\n".join(f"  | {line}" for line in log)
        super().__init__(_with_advice(text, code))
        self.version, self.code, self.log = version, code, list(log)


class RolloutFailed(AgentError):
    """A version failed while it got its share of the traffic. The text says where traffic is now."""

    def __init__(self, percent: int, reason: AgentError, afterwards: str) -> None:
        super().__init__(f"the rollout stopped at {percent} % of the traffic: {reason}\n{afterwards}")
        self.percent, self.reason = percent, reason


class NotServable(AgentError):
    """`serve_version` names a version that does not exist, or is not active."""

    def __init__(self, agent: str, version: str, reason: str, others: Sequence[str]) -> None:
        choice = f"name one that can serve: {', '.join(others)}" if others else "remove serve_version"
        super().__init__(f"serve_version: version {version} of agent '{agent}' {reason}; {choice}")
        self.version = version


class TooManyVersions(AgentError):
    """The service's limit of versions is reached, and the next create would be refused."""

    def __init__(self, agent: str, found: str, limit: str) -> None:
        super().__init__(
            f"agent '{agent}' has {found}, and the service's limit is {limit}; "
            "delete versions that are not needed, or lower keep_versions"
        )


class StillServing(AgentError):
    """The version that serves is never deleted."""

    def __init__(self, agent: str, version: str) -> None:
        super().__init__(f"version {version} of agent '{agent}' gets traffic; deploy another definition first")


class NotOurs(AgentError):
    """An agent or a toolbox of this name belongs to another program, or to none. `name_input` names it."""

    def __init__(self, name_input: str, name: str, owner: str, wanted: str, *, may_adopt: bool) -> None:
        whose = f"it belongs to {owner}" if owner else "nothing says whose it is"
        cure = "set adopt: true to take it over" if may_adopt else "let one of the two go"
        super().__init__(
            f"{name_input.removesuffix('_name')} '{name}' exists already and {whose}, not to {wanted}; "
            f"use another {name_input}, or {cure}"
        )


def _with_advice(text: str, code: str, status: int | None = None) -> str:
    entry = explain(code, status)
    return f"{text}\nlikely cause: {entry.cause}\nwhat to do: {entry.cure}" if entry else text
