"""Generates docs/environment.md from the declarations of an environment's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from foundry_agents.cli import pulumi_yaml
from foundry_agents.environment.inputs import ARGUMENT_BY_NAME, ARGUMENTS, Argument
from foundry_agents.environment.stack_secrets import SECRETS
from foundry_agents.lifecycle.inputs.schema import Field
from tools.docs.field_words import default, limits
from tools.docs.markdown import escaped

DOCUMENT = Path(__file__).parents[2] / "docs" / "environment.md"
_NAMESPACE = "agent-environment"

_PAGE = """# An environment's configuration

The keys of an environment: in a stack file with the prefix `{namespace}:`, in a program as the arguments of
`AgentEnvironment`. `make docs` generates this page from `components/foundry_agents/environment/inputs.py`.

| key | type | default | limits | description | output | source |
|---|---|---|---|---|---|---|
{rows}
The column *output* says whether a program can pass an output, such as one of a `StackReference`. The other arguments
decide which resources there are, so the program must know them; values inside `agents` and `deployers` can be outputs.

`{namespace}:{secrets}` holds the secrets that agents refer to: see [secrets.md](secrets.md).
[definition.md](definition.md) lists the keys of an agent.

An environment with an existing project and registry:

```yaml
{existing}```

Each key, by example; not all of them can be combined:

```yaml
{examples}```
"""


def text() -> str:
    """The page."""
    existing = ("location", "existing_project", "existing_registry", "agents")
    return _PAGE.format(
        namespace=_NAMESPACE,
        secrets=SECRETS,
        rows="".join(row for item in ARGUMENTS for row in _rows(item)),
        existing=_stack_file(ARGUMENT_BY_NAME[name] for name in existing),
        examples=_stack_file(ARGUMENTS),
    )


def _rows(item: Argument) -> Iterator[str]:
    yield _row(item, item.name, "" if item.plain else "yes")
    for part in item.parts:
        yield _row(part, f"{item.name}[].{part.name}", "yes")


def _row(field: Field, path: str, output: str) -> str:
    default_ = "required" if field.required else default(field)
    cells = [field.type.words, default_, limits(field), field.description, output, field.source or "this package"]
    return f"| {' | '.join([f'`{path}`', *map(escaped, cells)])} |\n"


def _stack_file(items: Iterable[Argument]) -> str:
    return pulumi_yaml.dump({f"{_NAMESPACE}:{item.name}": item.example for item in items})
