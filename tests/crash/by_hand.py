"""What somebody made on the service without Pulumi."""

from __future__ import annotations

import time

from foundry_emulator.testing import LocalAzure, Project


def make_agent(azure: LocalAzure, project: Project, name: str) -> None:
    """An agent that bears nobody's mark, at version 1 of image `echo:v1`, active."""
    definition = {
        "kind": "hosted",
        "cpu": "1",
        "memory": "2Gi",
        "container_configuration": {"image": f"{project.login_server}/echo:v1"},
        "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
    }
    url = f"{project.endpoint}/agents/{name}/versions"
    answer = azure.data("POST", url, {"definition": definition})
    assert answer.status == 200, answer.raw
    while azure.data("GET", f"{url}/1").body["status"] != "active":
        time.sleep(0.01)
