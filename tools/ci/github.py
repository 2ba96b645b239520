"""What is written on GitHub: one comment per subject on a pull request, one issue per subject.

A subject's text begins with a hidden line of its own, by which it is found and edited the next time. Variables are
those of GitHub Actions, with `GITHUB_TOKEN`.
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

from tools.step import StepError

LONGEST = 65_000  # characters; GitHub takes 65,536
_PAGE = 100


def event() -> dict[str, Any]:
    """What started the run."""
    file = os.environ.get("GITHUB_EVENT_PATH")
    if not file:
        return {}
    content: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return content


def pull_request() -> int:
    """The number of the pull request that the run is for."""
    number = (event().get("pull_request") or {}).get("number")
    if not isinstance(number, int):
        raise StepError("This run is not for a pull request.")
    return number


def refuse_forks() -> None:
    """A fork's code must not run with an identity that may change anything."""
    request = event().get("pull_request")
    if request is None:
        return
    source = ((request.get("head") or {}).get("repo") or {}).get("full_name")
    if source != os.environ.get("GITHUB_REPOSITORY"):
        raise StepError(f"The pull request comes from {source or 'a fork that is gone'}: forks get no environment.")


def keep_comment(text: str) -> None:
    """Write the comment, or edit the one of the same subject."""
    number, marker = pull_request(), text.partition("\n")[0]
    for comment in _all(f"issues/{number}/comments"):
        if _is_ours(comment, marker):
            _ask("PATCH", f"issues/comments/{comment['id']}", {"body": _fitting(text)})
            return
    _ask("POST", f"issues/{number}/comments", {"body": _fitting(text)})


def keep_issue(marker: str, title: str, text: str | None) -> None:
    """Open the issue, edit the open one, or close it where there is nothing to say any more."""
    is_open = next((issue for issue in _all("issues?state=open") if _is_ours(issue, marker)), None)
    if text is None and is_open:
        _ask("PATCH", f"issues/{is_open['number']}", {"state": "closed", "state_reason": "completed"})
    elif text is not None and is_open:
        _ask("PATCH", f"issues/{is_open['number']}", {"body": _fitting(text)})
    elif text is not None:
        _ask("POST", "issues", {"title": title, "body": _fitting(text)})


def is_closed(number: int) -> bool:
    """Whether the pull request is closed by now, whatever it was when the run was started."""
    return bool(event().get("pull_request")) and _ask("GET", f"pulls/{number}")["state"] != "open"


def _is_ours(written: dict[str, Any], marker: str) -> bool:
    """Others can write the hidden line too; only what an app or a workflow wrote is ours."""
    by_app = (written.get("user") or {}).get("type") == "Bot"
    return by_app and "pull_request" not in written and (written["body"] or "").startswith(marker)


def _fitting(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(chr(10))[0]}\n\n… the rest is on the page of the run.\n"


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
    """The answer's JSON.

    :raises StepError: if there is none.
    """
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        reason = error.read().decode(errors="replace")[:500]
        raise StepError(f"{request.method} {request.full_url} was answered with {error.code}: {reason}") from error
    except (OSError, ValueError) as error:
        raise StepError(f"{request.method} {request.full_url} failed: {error}") from error


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise StepError(f"{name} is not set.")
    return value
