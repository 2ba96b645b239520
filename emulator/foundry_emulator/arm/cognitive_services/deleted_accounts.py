"""Soft-deleted accounts: listed, restored or purged; otherwise they keep their name for two days.

Source: recorded test traffic of Azure/azure-cli (test_cognitiveservices_softdelete), 2025-10.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import is_within, key, segment
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.state import DeletedAccount, Resource
from foundry_emulator.arm.wire import answer, empty, iso, listing, resource_body

TYPE = "Microsoft.CognitiveServices/deletedAccounts"


def remember(arm: Arm, account: Resource) -> None:
    """An account was deleted, on its own or with its group."""
    now = arm.clock.now()
    arm.state.deleted_accounts[key(account.id)] = DeletedAccount(
        account=account.model_copy(update={"gone_at": None}),
        resource_group=segment(account.id, "resourceGroups"),
        deleted_at=now,
        purge_at=now + arm.clock.scaled(arm.settings.soft_delete_seconds),
    )


def find(arm: Arm, account_id: str) -> DeletedAccount | None:
    """The soft-deleted account that holds this id."""
    found = arm.state.deleted_accounts.get(key(account_id))
    if found is not None and arm.clock.now() >= found.purge_at:
        forget(arm, account_id)
        return None
    return found


def forget(arm: Arm, account_id: str) -> None:
    """The account is restored or purged: its name is free."""
    arm.state.deleted_accounts.pop(key(account_id), None)


async def get(call: Call) -> Response:
    """Read one."""
    return answer(200, _body(call, _existing(call)))


async def list_all(call: Call) -> Response:
    """All of the subscription."""
    scope = f"/subscriptions/{call.parameters['subscription']}"
    known = [find(call.arm, place) for place in list(call.arm.state.deleted_accounts) if is_within(place, scope)]
    return listing([_body(call, one) for one in known if one is not None])


async def purge(call: Call) -> Response:
    """Delete for good: 202, and an operation to poll."""
    deleted = _existing(call)
    operation = call.arm.operations.begin(deleted.account.id, call.arm.settings.account_purge_seconds, "Deleting")
    # The name stays in use until the operation is over.
    deleted.purge_at = operation.ends_at
    return empty(202, call.arm.operations.both_urls(call.arm.operations.cognitive_path(deleted.account), operation))


def _existing(call: Call) -> DeletedAccount:
    found = call.parameters
    place = (
        f"/subscriptions/{found['subscription']}/resourceGroups/{found['group']}"
        f"/providers/Microsoft.CognitiveServices/accounts/{found['account']}"
    )
    deleted = find(call.arm, place)
    if deleted is None or deleted.account.location != found["location"].replace(" ", "").lower():
        raise errors.resource_not_found(f"{TYPE}/{found['account']}", found["group"])
    return deleted


def _body(call: Call, deleted: DeletedAccount) -> dict[str, Any]:
    account = deleted.account
    body = resource_body(account, call.now)
    body["type"] = TYPE
    body["id"] = (
        f"/subscriptions/{segment(account.id, 'subscriptions')}/providers/Microsoft.CognitiveServices"
        f"/locations/{account.location}/resourceGroups/{deleted.resource_group}/deletedAccounts/{account.name}"
    )
    body["properties"]["deletionDate"] = iso(deleted.deleted_at)
    body["properties"]["scheduledPurgeDate"] = iso(deleted.purge_at)
    return body
