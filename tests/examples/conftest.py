"""The example programs as stacks on a local Azure, which the languages of a worker share."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engine.conftest import Stack

from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.testing import LocalAzure
from tools.local import examples, languages
from tools.local.languages import Language

_BLOCK = re.compile(r"^```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r"^.*\bimport\b.*\bAgentEnvironment\b;?\n", re.MULTILINE)


class Example(Stack):
    """An example as `make` has prepared it, and its stack, with nothing up yet."""

    def __init__(self, language: Language, azure: LocalAzure, home: Path) -> None:
        self.language, self._home = language, home
        super().__init__(examples.lay_out(language), azure)

    def init(self) -> None:
        prefix = self.environment["PATH"].removesuffix(os.environ["PATH"])
        found = languages.environment()
        self.environment |= {**found, "PATH": prefix + found["PATH"], "HOME": str(self._home)}
        self.backend.mkdir(exist_ok=True)
        self.pulumi("stack", "init", "local")

    @property
    def project_endpoint(self) -> str:
        return self._place("projectEndpoint")

    def configure_for_local_azure(self, secret: str) -> None:
        azure = [f"azure-native:subscriptionId={SUBSCRIPTION_ID}", "azure-native:useDefaultAzureCredential=true"]
        plain = [part for one in azure for part in ("--plaintext", one)]
        self.pulumi("config", "set-all", *plain, "--secret", f"ticketsApiKey={secret}")

    def add_import(self) -> None:
        """Changes the program as its page says that one does for an imported agent."""
        page = (self.folder / "README.md").read_text()
        *imports, resource = _BLOCK.findall(page[page.index("## Import an agent") :])
        program = self.folder / self.language.program
        for lines in imports:
            program.write_text(_IMPORT.sub(lines, program.read_text(), count=1))
        examples.add_resource(program, resource)

    def resources(self) -> dict[str, dict[str, Any]]:
        """What the state has, by name."""
        exported = json.loads(self.pulumi("stack", "export").output)
        return {one["urn"].split("::")[-1]: one for one in exported["deployment"].get("resources", [])}


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAzure]:
    place = tmp_path_factory.mktemp("examples")
    azure = LocalAzure.start(place / "azure", time_scale=0.02, role_propagation_seconds=5, default_idle_seconds=10**6)
    yield azure
    azure.stop()


@pytest.fixture(params=languages.LANGUAGES, ids=lambda language: language.name)
def example(request: pytest.FixtureRequest, azure: LocalAzure, tmp_path: Path) -> Iterator[Example]:
    language: Language = request.param
    if language.name in languages.left_out():
        pytest.skip(f"{language.name} is left out: {languages.left_out()[language.name]}")
    with examples.in_use(language):
        yield Example(language, azure, tmp_path)
