"""Records a stack of the present version, for the upgrade test of all later ones.

    python -m tests.upgrade.record 0.2.0

Run it in a checkout of the commit that is released, and commit the folder that it writes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.engine.conftest import CHECKOUT, Stack

from foundry_emulator.testing import LocalAzure

from .recording import FOLDER, SETTINGS, Recording

SECRET = "openai"
SECRET_VALUE = "not a secret: the value of a recorded test stack"
PLAIN = {"image": "plain:v1.0"}
"""Everything but the image has its default."""
ECHO = {
    "image": "echo:v1.0",
    "description": "Answers what it is asked.",
    "environment_variables": {"LOG_LEVEL": "info", "AZURE_AI_PROJECT_ENDPOINT": "${project_endpoint}"},
    "metadata": {"cost-center": "4711"},
    "keep_versions": 3,
    "verify": {"kind": "request", "prompt": "Are you there?", "expected_text": "there", "timeout": 120},
    "rollout": {"steps": [50], "hold": 1, "check": "active"},
}
WORKER = {
    "image": "worker:v1.0",
    "cpu": 0.5,
    "memory": "1Gi",
    "protocol_versions": ["responses", {"protocol": "invocations", "version": "2.0.0"}],
    "environment_variables": {"MAX_RETRIES": 3},
    "secret_environment_variables": {"API_KEY": SECRET},
    "secrets_revision": 1,
    "tools": [
        "code_interpreter",
        {
            "type": "mcp",
            "server_label": "library",
            "server_url": "https://library.example/mcp",
            "allowed_tools": ["find"],
            "require_approval": "never",
        },
    ],
    "authorization_schemes": ["Entra"],
    "agent_card": {
        "version": "1.0",
        "description": "Works with tools.",
        "skills": [{"id": "find", "name": "Find", "tags": ["books"], "examples": ["Find a book on lamps."]}],
    },
    "verify": "start",
}

README = """\
# Version {version}

A stack of version {version} (commit {commit}) after two updates, and the local Azure that it was deployed to. Recorded
with `python -m tests.upgrade.record {version}` in a checkout of that commit.

| file | what it is |
|---|---|
| `Pulumi.local.yaml` | the stack's configuration |
| `stack.json` | the stack, from `pulumi stack export`; its secrets are encrypted with the passphrase `local` |
| `azure.json` | the local Azure, from its control API |
| `ports.json` | the ports that both name; the test rewrites them to the ports of its own local Azure |

Agents: `plain` has its defaults and one version. `echo` has two versions, a request that verifies it, a rollout in
steps, and metadata. `worker` has two versions, tools, and a secret variable, which a key vault keeps.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Record a stack of the present version for the upgrade test.")
    parser.add_argument("version", help="the version that is released, such as 0.2.0")
    recording = Recording(FOLDER / parser.parse_args().version)
    if recording.folder.exists():
        parser.error(f"{recording.folder} exists: a recording of a released version does not change")
    place = Path(tempfile.mkdtemp(prefix="recording-"))
    azure = LocalAzure.start(place / "azure", **SETTINGS)
    try:
        (place / "program").mkdir()
        recording.save(_brought_up(Stack(place / "program", azure)))
    finally:
        azure.stop()
        shutil.rmtree(place)
    (recording.folder / "README.md").write_text(README.format(version=recording.version, commit=_commit()))
    sys.stdout.write(f"Recorded {recording.version} in {recording.folder}\n")


def _brought_up(stack: Stack) -> Stack:
    """Three agents: `plain` at its first version, `echo` and `worker` at their second."""
    stack.configure(_environment)
    stack.pulumi("config", "set", "--secret", "--path", f"agent-environment:secrets.{SECRET}", SECRET_VALUE)
    stack.up_environment()
    stack.push("plain:v1.0", "echo:v1.0", "echo:v1.1", "worker:v1.0", "worker:v1.1")
    stack.up()
    stack.configure(_new_versions)
    stack.up()
    stack.up("--expect-no-changes")
    return stack


def _environment(config: dict[str, Any]) -> None:
    config["key_vault"] = "new"
    config["tags"] = {"environment": "recorded"}
    config["agents"] = {"plain": PLAIN, "echo": ECHO, "worker": WORKER}


def _new_versions(config: dict[str, Any]) -> None:
    agents = config["agents"]
    agents["echo"]["image"] = "echo:v1.1"
    agents["worker"]["image"] = "worker:v1.1"
    agents["worker"]["tools"].append("web_search")


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
