"""Making a version and waiting until it is active, and what to do with one that fails."""

from __future__ import annotations

from contextlib import suppress

from ..errors.exceptions import AgentError, NotActiveInTime, VersionFailed
from ..inputs import image as image_reference
from ..service import agent_body as wire
from ..service.agents import AgentService
from ..service.answers import Answer
from ..service.mark import Mark
from ..service.waiting import FIRST_INTERVAL, Wait
from . import image_pull
from .change import Change
from .role_propagation import once_allowed

ACTIVE, FAILED, CREATING = "active", "failed", "creating"


async def make_active_version(
    service: AgentService, change: Change, patience: Wait, latest: Answer | None, current: Answer | None
) -> Answer:
    """Makes versions until one is active, and deletes those that failed on the way.

    More than one is made only while a role assignment may not work yet: a failed version never heals.
    """
    older = _number(latest) if latest else 0
    failed: list[str] = []
    while True:
        made = await once_allowed(change, patience, lambda: service.create_version(change.agent, change.body))
        number = str(made["version"])
        _refuse_if_not_what_was_sent(change, made, older)
        is_ours = Mark.of(made) == change.mark
        if is_ours and made.get("status") == FAILED and (number in failed or _number(made) <= older):
            # The service does not answer with a version that failed; should it, that one is in the way.
            await service.delete_version(change.agent, number)
            failed = [other for other in failed if other != number]
            continue
        try:
            version = await _until_active(service, change, made)
        except (VersionFailed, NotActiveInTime) as error:
            if _number(made) > older:
                failed.append(number)
            if not patience.is_over and _may_heal(change, error, current):
                change.tell(f"version {number} could not pull its image, perhaps for want of a role; trying again")
                await patience.pause()
                continue
            if latest is not None:
                with suppress(AgentError):
                    await _delete_all(service, change, failed)
            raise
        await _delete_all(service, change, failed)
        return version


def _refuse_if_not_what_was_sent(change: Change, made: Answer, older: int) -> None:
    """The answer may be an older version that is equal: not another's newer one, nor an older one of another image."""
    number, theirs = str(made["version"]), Mark.of(made)
    if _number(made) > older:
        if theirs != change.mark:
            by = f"by {theirs}" if theirs else "by something that leaves no mark"
            raise AgentError(f"version {number} of agent '{change.agent}' was made meanwhile {by}; run up again")
    elif (image := wire.image_of(made)) != (wanted := wire.full_image(change.inputs)):
        raise AgentError(
            f"the service answered with version {number} of agent '{change.agent}', which has the image "
            f"{image} in place of {wanted}; run up again"
        )


async def find_settled(service: AgentService, agent: str, number: str) -> Answer | None:
    """A version; one that shows `creating` is looked at again, since an active one was seen to do so."""
    version = await service.find_version(agent, number)
    if version is not None and version.get("status") == CREATING:
        await Wait(FIRST_INTERVAL).pause()
        version = await service.find_version(agent, number)
    return version


async def _until_active(service: AgentService, change: Change, made: Answer) -> Answer:
    number = str(made["version"])
    wait = Wait(float(change.inputs["active_timeout"]))
    version: Answer | None = made
    told = False
    while version is not None:
        status = version.get("status")
        if status == ACTIVE:
            change.tell(f"version {number} is active" + (f" ({wait.elapsed:.0f} s)" if told else ""))
            return version
        if status == FAILED:
            raise await _failure(service, change, version)
        if wait.is_over:
            raise NotActiveInTime(change.agent, number, wait.seconds, str(status))
        if not told:
            change.tell(f"version {number} is made, waiting for it to become active")
            told = True
        await wait.pause()
        version = await service.find_version(change.agent, number)
    raise VersionFailed(change.agent, number, "deleted", "something else deleted it meanwhile; run up again")


async def _failure(service: AgentService, change: Change, version: Answer) -> VersionFailed:
    reason = version.get("error") or {}
    code = str(reason.get("code") or "unknown")
    finding = image_pull.Finding("", may_heal=False)
    if code == "ImageError":
        finding = await image_pull.explain(service.credential, _pull(change))
    message = str(reason.get("message") or "no reason given")
    return VersionFailed(change.agent, str(version["version"]), code, message, finding.text, may_heal=finding.may_heal)


def _may_heal(change: Change, error: AgentError, current: Answer | None) -> bool:
    """Whether the failure may be a pull role that does not work yet."""
    if not isinstance(error, VersionFailed) or not error.may_heal:
        return False
    # Where an image of the same registry serves, pulling has worked before.
    return current is None or wire.image_of(current).partition("/")[0] != _pull(change).reference.host


def _pull(change: Change) -> image_pull.Pull:
    return image_pull.Pull(
        image_reference.parse(wire.full_image(change.inputs)),
        registry=str(change.inputs.get("registry") or ""),
        registry_id=str(change.inputs.get("registry_id") or ""),
        principal_id=str(change.inputs.get("pull_principal_id") or ""),
    )


async def _delete_all(service: AgentService, change: Change, numbers: list[str]) -> None:
    for number in numbers:
        await service.delete_version(change.agent, number)


def _number(version: Answer) -> int:
    """Its place in the order; a draft has none."""
    number = str(version["version"])
    return int(number) if number.isdigit() else 0
