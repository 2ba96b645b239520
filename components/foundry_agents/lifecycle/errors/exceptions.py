"""What can go wrong with a deployment.

    DeploymentError                 everything below
    ├── InvalidInputs               refused before any request; `.problems` has all of them
    ├── ServiceError                the service refused a request; `.status`, `.code`
    │   ├── NotFound                what was asked for definitely does not exist
    │   │   └── ProjectNotFound     nor does its project
    │   ├── AccessDenied            the caller lacks a role, or its role assignment is still propagating
    │   └── Conflict                something else uses it or changes it
    ├── VersionFailed               a version was created and did not become active; `.code`
    ├── VersionDisappeared          something else deleted a version during the deployment
    ├── NotActiveInTime             a version is neither active nor failed after `active_timeout`
    ├── Interrupted                 the run was cancelled, or its time was over
    ├── NotVerified                 an active version does not start, or does not answer as expected
    ├── RolloutFailed               traffic had begun to move, and is back where it was
    ├── NotServable                 `serve_version` names a version that cannot serve
    ├── TooManyVersions             the service's limit of versions is reached
    ├── StillServing                a version that gets traffic cannot be deleted
    ├── OwnershipConflict           the agent or the toolbox has another owner, or none
    └── NotAdopted                  the service created no version with this stack's mark

The message of each says what was tried, what the service answered, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from .catalogue import explain
from .input_issue import InputIssue


class DeploymentError(Exception):
    """Anything that keeps an agent or a toolbox from being deployed.

    `afterwards` says how the deployment ended: what serves, what was deleted, and what the next `up` does.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.afterwards: list[str] = []
        self.leaves_own = False
        """Whether a create that failed leaves what it created, for the state to record."""

    def __str__(self) -> str:
        return "\n".join(filter(None, (super().__str__(), "; ".join(self.afterwards))))

    @property
    def first_line(self) -> str:
        """What was tried and what the service answered, without the advice."""
        return super().__str__().partition("\n")[0]


class Interrupted(DeploymentError):
    """The run was cancelled, or took longer than it may. The deployment ends as after any other failure."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"interrupted: {reason}" if reason else "interrupted")


class InvalidInputs(DeploymentError):
    """The inputs are invalid. `problems` has all of them."""

    def __init__(self, problems: Sequence[InputIssue]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


class ServiceError(DeploymentError):
    """The service refused a request, or did not answer it.

    `status` is the HTTP status, 0 if there was no answer; `code` is the service's error code.
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
    """401 `PermissionDenied` or 403: a data-plane role is missing, or its assignment is still propagating."""


class Conflict(ServiceError):
    """409 or 412."""


class VersionFailed(DeploymentError):
    """The service created a version, and it failed.

    `code` is the service's error code, such as `ImageError`; `diagnosis` is what this package found out about the
    cause; `may_recover` says whether another version may well succeed.
    """

    def __init__(
        self, agent: str, version: str, code: str, message: str, diagnosis: str = "", *, may_recover: bool = False
    ) -> None:
        text = f"version {version} of agent '{agent}' failed: {code}: {message}"
        super().__init__(f"{diagnosis}\n({text})" if diagnosis else _with_advice(text, code))
        self.version, self.code, self.may_recover = version, code, may_recover


class VersionDisappeared(DeploymentError):
    """A version that something else deleted during the deployment."""

    def __init__(self, agent: str, version: str) -> None:
        super().__init__(
            f"something else deleted version {version} of agent '{agent}' during the deployment; run `pulumi up` again"
        )
        self.version = version


class NotActiveInTime(DeploymentError):
    """A version that is neither active nor failed when `active_timeout` is over."""

    def __init__(self, agent: str, version: str, seconds: float, status: str) -> None:
        super().__init__(
            f"version {version} of agent '{agent}' is still '{status}' after {seconds:.0f} s; "
            "run `pulumi up` again, or raise active_timeout if the image is large"
        )


class NotVerified(DeploymentError):
    """A version that is active, but does not start, or does not answer as `verify` expects.

    `log` has the last lines of its container's log.
    """

    def __init__(self, agent: str, version: str, reason: str, code: str = "", log: Sequence[str] = ()) -> None:
        text = f"version {version} of agent '{agent}' is active, but {reason}"
        if log:
            text += "\nlast lines of its container's log:\n" + "\n".join(f"  | {line}" for line in log)
        super().__init__(_with_advice(text, code))
        self.version, self.code, self.log = version, code, list(log)


class RolloutFailed(DeploymentError):
    """A version failed while it got a share of the traffic. `afterwards` says where the traffic is now."""

    def __init__(self, percent: int, reason: DeploymentError) -> None:
        super().__init__(f"the rollout stopped at {percent}% of the traffic: {reason}")
        self.percent, self.reason = percent, reason


class NotServable(DeploymentError):
    """`serve_version` names a version that does not exist, or is not active."""

    def __init__(self, agent: str, version: str, reason: str, others: Sequence[str]) -> None:
        choice = f"set one that can serve: {', '.join(others)}" if others else "remove serve_version"
        super().__init__(f"serve_version: version {version} of agent '{agent}' {reason}; {choice}")
        self.version = version


class TooManyVersions(DeploymentError):
    """The service's limit of versions is reached, and the next create would be refused."""

    def __init__(self, agent: str, found: str, limit: str) -> None:
        super().__init__(
            f"agent '{agent}' has {found}, and the service's limit is {limit}; "
            "delete versions that you no longer need, or lower keep_versions"
        )


class StillServing(DeploymentError):
    """A version that gets traffic is never deleted."""

    def __init__(self, agent: str, version: str) -> None:
        super().__init__(f"version {version} of agent '{agent}' gets traffic; deploy another definition first")


class OwnershipConflict(DeploymentError):
    """An agent or a toolbox of this name has another owner, or none.

    `name_input` is the input with its name; `sibling` is the name of the resource of the same stack that owns it.
    """

    def __init__(
        self, name_input: str, name: str, owner: str, wanted: str, *, may_adopt: bool, sibling: str = ""
    ) -> None:
        managed = f"is managed by {owner}, not by {wanted}" if owner else "is not managed by any stack"
        what = _named(name_input, name)
        if sibling:
            text = (
                f"{what} is managed by the resource '{sibling}' of the same stack; if you renamed or moved that "
                f"resource, set `aliases` in the options of the new one, otherwise use another {name_input}"
            )
        elif may_adopt:
            text = f"{what} already exists and {managed}; use another {name_input}, or set adopt: true to take it over"
        else:
            text = f"{what} {managed}; use another {name_input}, or remove it from the other stack"
        super().__init__(text)


class NotAdopted(DeploymentError):
    """The service answered the first version of the new owner with one that exists, so that nothing has its mark."""

    def __init__(self, name_input: str, name: str, owner: str, version: str) -> None:
        danger = f"a destroy of {owner} would delete" if owner else "another stack might delete"
        what = name_input.removesuffix("_name")
        super().__init__(
            f"{_named(name_input, name)} cannot be taken over: the service returned its version {version} instead of "
            f"creating one with this stack's mark, and without it {danger} the {what}; change the definition, "
            "for example its description or an environment variable"
        )
        self.version = version


def _named(name_input: str, name: str) -> str:
    return f"{name_input.removesuffix('_name')} '{name}'"


def _with_advice(text: str, code: str, status: int | None = None) -> str:
    entry = explain(code, status)
    return f"{text}\nlikely cause: {entry.cause}\nwhat to do: {entry.cure}" if entry else text
