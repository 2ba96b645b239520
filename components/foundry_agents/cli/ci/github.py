"""Comments on a pull request and issues on GitHub: one per subject.

The text of a subject begins with a hidden line that identifies it, so the next run edits the same comment. The
variables are those of GitHub Actions, and `GITHUB_TOKEN`.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import CommandError

LONGEST = 65_000  # characters; GitHub accepts 65,536
_PAGE = 100


def event() -> dict[str, Any]:
    """The event that started the run."""
    file = os.environ.get("GITHUB_EVENT_PATH")
    if not file:
        return {}
    content: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return content


def pull_request() -> int:
    """The number of the pull request that this run is for."""
    number = (event().get("pull_request") or {}).get("number")
    if not isinstance(number, int):
        raise CommandError("This run is not for a pull request.")
    return number


def refuse_forks() -> None:
    """A fork's code must not run with an identity that may change anything."""
    request = event().get("pull_request")
    if request is None:
        return
    source = ((request.get("head") or {}).get("repo") or {}).get("full_name")
    if source != os.environ.get("GITHUB_REPOSITORY"):
        raise CommandError(f"The pull request comes from {source or 'a deleted fork'}. Forks get no environment.")


def keep_comment(text: str) -> None:
    """Write the comment, or edit the existing one on the same subject."""
    number, marker = pull_request(), text.partition("\n")[0]
    for comment in _all(f"issues/{number}/comments"):
        if _is_by_workflow(comment, marker):
            _ask("PATCH", f"issues/comments/{comment['id']}", {"body": _fitting(text)})
            return
    _ask("POST", f"issues/{number}/comments", {"body": _fitting(text)})


def keep_issue(marker: str, title: str, text: str | None) -> None:
    """Open the issue, edit the open one, or close it if `text` is None."""
    is_open = next((issue for issue in _all("issues?state=open") if _is_by_workflow(issue, marker)), None)
    if text is None and is_open:
        _ask("PATCH", f"issues/{is_open['number']}", {"state": "closed", "state_reason": "completed"})
    elif text is not None and is_open:
        _ask("PATCH", f"issues/{is_open['number']}", {"body": _fitting(text)})
    elif text is not None:
        _ask("POST", "issues", {"title": title, "body": _fitting(text)})


def is_closed(number: int) -> bool:
    """Whether the pull request has been closed since the run started."""
    return bool(event().get("pull_request")) and _ask("GET", f"pulls/{number}")["state"] != "open"


def _is_by_workflow(written: dict[str, Any], marker: str) -> bool:
    """Anyone can write the hidden line; only a comment by an app or a workflow is edited."""
    by_app = (written.get("user") or {}).get("type") == "Bot"
    return by_app and "pull_request" not in written and (written["body"] or "").startswith(marker)


def _fitting(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(chr(10))[0]}\n\n… the rest is on the summary page of the run.\n"


def _all(path: str) -> Iterator[dict[str, Any]]:
    joint = "&" if "?" in path else "?"
    page = 1
    while True:
        found = _ask("GET", f"{path}{joint}per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    address = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = urllib.request.Request(
        f"{address}/repos/{_variable('GITHUB_REPOSITORY')}/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {_variable('GITHUB_TOKEN')}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    return send(request)


def send(request: urllib.request.Request) -> Any:
    """Return the JSON of the answer.

    :raises CommandError: if the request fails.
    """
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        reason = error.read().decode(errors="replace")[:500]
        raise CommandError(f"{request.method} {request.full_url} returned HTTP {error.code}: {reason}") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{request.method} {request.full_url} failed: {error}") from error


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CommandError(f"{name} is not set.")
    return value
