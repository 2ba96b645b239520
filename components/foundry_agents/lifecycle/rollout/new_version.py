"""Creating a version and waiting until it is active, and what to do with one that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, NotActiveInTime, VersionDisappeared, VersionFailed
from ..inputs import image
from ..service.agent_body import full_image, image_of
from ..service.answers import ACTIVE, CREATING, FAILED, AgentVersion, number_of
from ..service.mark import Mark
from ..service.waiting import FIRST_INTERVAL, Wait, once_allowed, poll_until
from . import image_pull, ownership
from .operation import AgentOperation

if TYPE_CHECKING:
    from ..service.agents import AgentService


async def make_active_version(
    service: AgentService,
    operation: AgentOperation,
    role_wait: Wait,
    latest: AgentVersion | None,
    current: AgentVersion | None,
    *,
    must_be_own: bool,
) -> AgentVersion:
    """Creates versions until one is active, and deletes those that failed on the way.

    Raises `NotAdopted`, if it `must_be_own` and the service returns a version without this stack's mark.

    More than one is created only while the pull role may still be propagating: a failed version never recovers.
    """
    older = _position(latest) if latest else 0
    failed: list[str] = []
    while True:
        created = await once_allowed(
            lambda: service.create_version(operation.name, operation.body), role_wait, operation.tell
        )
        number = number_of(created)
        _refuse_if_not_what_was_sent(operation, created, older)
        if must_be_own:
            ownership.refuse_if_unmarked(created, operation)
        is_own = Mark.of(created) == operation.mark
        if is_own and created.get("status") == FAILED and (number in failed or _position(created) <= older):
            # The service does not return a version that failed; should it do so, that one is in the way.
            await service.delete_version(operation.name, number)
            failed = [other for other in failed if other != number]
            continue
        try:
            version = await _until_active(service, operation, created)
        except (VersionFailed, VersionDisappeared, NotActiveInTime) as error:
            if _position(created) > older:
                failed.append(number)
            if not role_wait.is_over and _may_recover(operation, error, current):
                operation.tell(
                    f"version {number} could not pull its image; the pull role may still be propagating. Retrying"
                )
                await role_wait.pause()
                continue
            if latest is not None:
                error.afterwards += await _delete_failed(service, operation, failed)
            raise
        await _delete_all(service, operation, failed)
        return version


async def find_settled(service: AgentService, agent: str, number: str) -> AgentVersion | None:
    """A version; one that shows `creating` is read again, since an active one was seen to do so."""
    return await poll_until(
        lambda version: version is None or version.get("status") != CREATING,
        lambda: service.find_version(agent, number),
        Wait(FIRST_INTERVAL),
    )


def _refuse_if_not_what_was_sent(operation: AgentOperation, created: AgentVersion, older: int) -> None:
    """The answer may be an equal, older version: not another's newer one, nor an older one with another image."""
    number, theirs, agent = number_of(created), Mark.of(created), operation.name
    if _position(created) > older:
        if theirs != operation.mark:
            by = str(theirs) if theirs else "something that sets no mark"
            raise DeploymentError(
                f"{by} created version {number} of agent '{agent}' at the same time; run `pulumi up` again"
            )
    elif (theirs_image := image_of(created)) != (wanted := full_image(operation.inputs)):
        raise DeploymentError(
            f"the service returned version {number} of agent '{agent}', which has the image {theirs_image} instead of "
            f"{wanted}; run `pulumi up` again"
        )


async def _until_active(service: AgentService, operation: AgentOperation, created: AgentVersion) -> AgentVersion:
    number, agent = number_of(created), operation.name
    wait = Wait(float(operation.inputs["active_timeout"]))
    version: AgentVersion | None = created
    if not _is_settled(created):
        operation.tell(f"version {number} is created; waiting for it to become active")
        await wait.pause()
        version = await poll_until(_is_settled, lambda: service.find_version(agent, number), wait)
    if version is None:
        raise VersionDisappeared(agent, number)
    if version.get("status") == FAILED:
        raise await _failure(service, operation, version)
    if version.get("status") != ACTIVE:
        raise NotActiveInTime(agent, number, wait.seconds, str(version.get("status")))
    operation.tell(f"version {number} is active" + ("" if version is created else f" ({wait.elapsed:.0f} s)"))
    return version


def _is_settled(version: AgentVersion | None) -> bool:
    return version is None or version.get("status") in (ACTIVE, FAILED)


async def _failure(service: AgentService, operation: AgentOperation, version: AgentVersion) -> VersionFailed:
    reason = version.get("error") or {}
    code = reason.get("code") or "unknown"
    diagnosis = image_pull.UNRELATED
    if code == "ImageError":
        diagnosis = await image_pull.diagnose(service, _pull(operation))
    message = reason.get("message") or "no reason given"
    return VersionFailed(
        operation.name, number_of(version), code, message, diagnosis.text, may_recover=diagnosis.may_recover
    )


def _may_recover(operation: AgentOperation, error: DeploymentError, current: AgentVersion | None) -> bool:
    """Whether the failure may be a pull role that is still propagating."""
    if not isinstance(error, VersionFailed) or not error.may_recover:
        return False
    # If an image of the same registry serves, pulling has worked before.
    return current is None or image_of(current).partition("/")[0] != _pull(operation).image.host


def _pull(operation: AgentOperation) -> image_pull.Pull:
    inputs = operation.inputs
    return image_pull.Pull(
        image.parse(full_image(inputs)),
        registry=str(inputs.get("registry") or ""),
        registry_id=str(inputs.get("registry_id") or ""),
        principal_id=str(inputs.get("pull_principal_id") or ""),
    )


async def _delete_all(service: AgentService, operation: AgentOperation, numbers: list[str]) -> None:
    for number in numbers:
        await service.delete_version(operation.name, number)


async def _delete_failed(service: AgentService, operation: AgentOperation, numbers: list[str]) -> list[str]:
    """Deletes them after a failure, whose reason is what counts; returns what became of each."""
    said = []
    for number in numbers:
        try:
            await service.delete_version(operation.name, number)
            said.append(f"version {number} is deleted")
        except DeploymentError as error:
            said.append(f"version {number} could not be deleted ({error.first_line})")
    return said


def _position(version: AgentVersion) -> int:
    """Its place in the order of versions; 0 for a draft, which has none."""
    number = number_of(version)
    return int(number) if number.isdigit() else 0
