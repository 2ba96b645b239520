"""Generates `components/schema.json`: the schema of the provider, for SDKs and registries."""

from __future__ import annotations

import json
import re
from pathlib import Path

from foundry_agents.adapters.plugin import configuration
from foundry_agents.adapters.property_names import camel_case
from tools.docs.provider_schema.properties import PACKAGE, Spec, Types
from tools.docs.provider_schema.resources import functions, resources

COMPONENTS = Path(__file__).parents[3] / "components"
DOCUMENT = COMPONENTS / "schema.json"

_OWNER = "foundryagents"
_REPOSITORY = f"https://github.com/{_OWNER}/pulumi-{PACKAGE}"
_LANGUAGES: Spec = {
    "csharp": {
        "rootNamespace": "Community.Pulumi",
        "namespaces": {PACKAGE: "FoundryAgents"},
        "respectSchemaVersion": True,
    },
    "go": {
        "importBasePath": f"github.com/{_OWNER}/pulumi-{PACKAGE}/sdk/go/foundryagents",
        "generateResourceContainerTypes": True,
        "respectSchemaVersion": True,
    },
    "java": {"basePackage": "io.github", "packages": {PACKAGE: _OWNER}, "buildFiles": "gradle"},
    "nodejs": {"packageName": f"@{_OWNER}/pulumi-{PACKAGE}", "respectSchemaVersion": True},
    "python": {"packageName": "pulumi_foundry_agents", "pyproject": {"enabled": True}, "respectSchemaVersion": True},
}


def text() -> str:
    """The schema, as JSON."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> Spec:
    """The schema."""
    types = Types()
    configured = types.properties(configuration.FIELDS, "")
    for name, variable in configuration.ENVIRONMENT.items():
        if name == "project_endpoint":  # azure-identity reads the other one itself
            configured[camel_case(name)]["defaultInfo"] = {"environment": [variable]}
    found_resources, found_functions = resources(types), functions(types)
    return {
        "name": PACKAGE,
        "displayName": "Foundry Agents",
        "version": version(),
        "description": "Microsoft Foundry hosted agents, and everything that they need.",
        "keywords": ["pulumi", "azure", "foundry", "agents", "category/cloud", "kind/native"],
        "homepage": _REPOSITORY,
        "repository": _REPOSITORY,
        "license": "Apache-2.0",
        "publisher": "Foundry Agents",
        "logoUrl": f"https://raw.githubusercontent.com/{_OWNER}/pulumi-{PACKAGE}/main/docs/logo.svg",
        "pluginDownloadURL": f"github://api.github.com/{_OWNER}/pulumi-{PACKAGE}",
        "meta": {"moduleFormat": "(.*)"},
        "language": _LANGUAGES,
        "config": {"variables": configured},
        "types": dict(sorted(types.found.items())),
        "provider": {
            "description": "The provider of Microsoft Foundry hosted agents. Its configuration gives what resources do "
            "not set themselves.",
            "inputProperties": configured,
        },
        "resources": found_resources,
        "functions": found_functions,
    }


def version() -> str:
    """The version in pyproject.toml, the one place that has it."""
    found = re.search(r'^version = "(.+)"$', (COMPONENTS / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]
