"""The images of the stack's agents: pushes those that its registry lacks.

The image `tools` runs the sample agent `agents/tools`, every other one `agents/echo`. An image that the registry has
already, whoever pushed it, is left alone.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from azure.containerregistry import ContainerRegistryClient
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential

from foundry_agents.cli import pulumi_yaml
from foundry_agents.lifecycle.inputs import image as image_reference
from foundry_agents.lifecycle.inputs.image import ImageReference
from tools import LOCAL, ROOT
from tools.local.local_azure import FOUNDRY_EMULATOR
from tools.local.step import StepError, run_quietly
from tools.local.virtual_environment import ensure

STACK_FILE = ROOT / "stacks" / "Pulumi.local.yaml"
AGENTS_KEY = "agent-environment:agents"
_SAMPLES = ("echo", "tools")


def push_missing(home: Path, stack_file: Path, login_server: str, log: Path) -> list[str]:
    """Push the images that the agents in the stack file name and the registry does not have yet. Returns those."""
    images = named_in(pulumi_yaml.load(stack_file.read_text())["config"], login_server)
    try:
        missing = [image for image in images if not _is_in(login_server, image)]
    except AzureError as error:
        raise StepError(
            f"The registry {login_server} cannot be read. If it no longer exists, run `make recover`. ({error})",
            log=log,
        ) from error
    for image in missing:
        sample = image.repository if image.repository in _SAMPLES else _SAMPLES[0]
        environment = LOCAL / "agents" / sample
        ensure(environment, [f"agents/{sample}/requirements.txt"])
        command = shlex.join([str(environment / "bin" / "python"), "main.py"])
        reference = f"{login_server}/{image}"
        run_quietly(
            [
                *(FOUNDRY_EMULATOR, "push", reference, "--home", str(home)),
                *("--command", command, "--cwd", str(ROOT / "agents" / sample)),
            ],
            f"pushing {reference}",
            log,
        )
    return [str(image) for image in missing]


def named_in(config: dict[str, Any], login_server: str) -> list[ImageReference]:
    """The images, without host, that the agents take by tag from this registry.

    What is not a valid image or agent is left out: `pulumi up` says what is wrong with it.
    """
    agents = config.get(AGENTS_KEY)
    images: dict[str, ImageReference] = {}
    for agent in agents.values() if isinstance(agents, dict) else ():
        try:
            image = image_reference.parse(str(agent["image"]))
        except (KeyError, TypeError, ValueError):
            continue
        if image.host in ("", login_server) and image.tag and not image.digest:
            here = ImageReference("", image.repository, image.tag, "")
            images[str(here)] = here
    return list(images.values())


def _is_in(login_server: str, image: ImageReference) -> bool:
    with ContainerRegistryClient(f"https://{login_server}", DefaultAzureCredential()) as client:
        try:
            client.get_manifest(image.repository, image.tag)
        except ResourceNotFoundError:
            return False
    return True
