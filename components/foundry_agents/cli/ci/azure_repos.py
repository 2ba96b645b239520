"""Comments on a pull request of Azure Repos: one thread per subject, closed so that it does not block completion.

The variables are those of Azure Pipelines, and `SYSTEM_ACCESSTOKEN`, which the pipeline must pass on.
Source: REST reference "Pull Request Threads", api-version 7.1.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from ..errors import CommandError
from .github import send

LONGEST = 150_000


def keep_comment(text: str) -> None:
    """Write the comment, or edit the existing one on the same subject."""
    marker, text = text.partition("\n")[0], text[:LONGEST]
    for thread in _ask("GET", "threads")["value"]:
        first: dict[str, Any] = next(iter(thread.get("comments") or []), {})
        if not thread.get("isDeleted") and str(first.get("content") or "").startswith(marker):
            _ask("PATCH", f"threads/{thread['id']}/comments/{first['id']}", {"content": text})
            return
    comment = {"parentCommentId": 0, "content": text, "commentType": 1}
    _ask("POST", "threads", {"comments": [comment], "status": "closed"})


def refuse_forks() -> None:
    """A fork's code must not run with an identity that may change anything."""
    if os.environ.get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true":
        raise CommandError("The pull request comes from a fork. Forks get no environment.")


def _ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    collection, project = _variable("SYSTEM_COLLECTIONURI").rstrip("/"), _variable("SYSTEM_TEAMPROJECTID")
    repository, number = _variable("BUILD_REPOSITORY_ID"), _variable("SYSTEM_PULLREQUEST_PULLREQUESTID")
    request = urllib.request.Request(
        f"{collection}/{project}/_apis/git/repositories/{repository}/pullRequests/{number}/{path}?api-version=7.1",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {_variable('SYSTEM_ACCESSTOKEN')}", "Content-Type": "application/json"},
    )
    return send(request)


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CommandError(f"{name} is not set.")
    return value
