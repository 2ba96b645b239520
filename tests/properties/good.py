"""Definitions that are right, over everything that an agent may be."""

import string
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

LOWER_CASE_OR_DIGIT = string.ascii_lowercase + string.digits
LETTER_OR_DIGIT = string.ascii_letters + string.digits
PROTOCOLS = (
    "responses",
    "invocations",
    "invocations_ws",
    "a2a",
    "activity",
    "mcp",
    "voice",
    "voice_conversation_engine",
)

# Characters that text of a user may have: all but NUL, which nothing carries, and halves of a pair.
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
some_text = text.filter(bool)
word = st.text(LETTER_OR_DIGIT, min_size=1, max_size=12)
header_names = word.map("{}-Count".format)
"""Of headers that do not carry credentials."""

agent_names = st.builds(
    lambda first, middle, last: first + middle + last if middle else first,
    st.sampled_from(LETTER_OR_DIGIT),
    st.text(LETTER_OR_DIGIT + "-", max_size=61),
    st.sampled_from(LETTER_OR_DIGIT),
)
hosts = st.one_of(
    st.builds("{}.azurecr.io".format, word),
    st.builds("localhost:{}".format, st.integers(1, 65535)),
    st.builds("{}:{}".format, word, st.integers(1, 65535)),
    st.sampled_from(["ghcr.io", "mcr.microsoft.com", "localhost"]),
)
endpoints = st.one_of(
    st.builds("https://{}.services.ai.azure.com/api/projects/{}".format, word, word),
    st.builds("https://localhost:{}/accounts/{}/api/projects/{}/".format, st.integers(1, 65535), word, word),
)
_component = st.lists(st.text(LOWER_CASE_OR_DIGIT, min_size=1, max_size=6), min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([".", "_", "__", "-", "--"]).map(lambda joint: joint.join(parts))
)
repositories = st.lists(_component, min_size=1, max_size=3).map("/".join)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: f"sha256:{raw.hex()}")
tags = st.builds(
    str.__add__,
    st.sampled_from(LETTER_OR_DIGIT + "_"),
    st.text(LETTER_OR_DIGIT + "._-", max_size=127),
).filter(lambda tag: tag != "latest")


@st.composite
def images(draw: DrawFn) -> str:
    """With or without a host; with a tag, a digest or both."""
    host, tag, digest = draw(st.tuples(st.none() | hosts, st.none() | tags, st.none() | digests))
    if tag is None and digest is None:
        tag = draw(tags)
    return (
        (f"{host}/" if host else "")
        + draw(repositories)
        + (f":{tag}" if tag else "")
        + (f"@{digest}" if digest else "")
    )


@st.composite
def sizes(draw: DrawFn) -> dict[str, Any]:
    """Processors and memory in any notation, or left out."""
    quarters = draw(st.integers(2, 16))
    cpu, memory = quarters / 4, f"{quarters / 2:g}Gi"
    notations: list[Any] = [cpu, f"{cpu:g}", f"{cpu:.2f}"] + ([int(cpu)] if quarters % 4 == 0 else [])
    size = {"cpu": draw(st.sampled_from(notations))}
    if draw(st.booleans()):
        size["memory"] = memory
    return size


versions = st.builds("{}.{}.{}".format, *[st.integers(0, 30)] * 3)


@st.composite
def protocols(draw: DrawFn) -> list[Any]:
    """Each once, with the name alone, with a version, or with that of the first preview."""
    names = draw(st.lists(st.sampled_from(PROTOCOLS), min_size=1, max_size=4, unique=True))
    records: list[Any] = []
    for name in names:
        version = draw(st.none() | st.just("v1") | versions)
        whole = {"protocol": name, "version": version} if version else {"protocol": name}
        records.append(draw(st.sampled_from([whole, name])))
    return records


variable_names = (
    st.builds(str.__add__, st.sampled_from(string.ascii_letters + "_"), st.text(LETTER_OR_DIGIT + "_", max_size=15))
    | st.sampled_from(["OTEL_SERVICE_NAME", "MODEL_NAME", "AZURE_AI_PROJECT_ENDPOINT", "port", "agent_x"])
).filter(
    lambda name: (
        not name.startswith(("FOUNDRY_", "AGENT_")) and name not in ("PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING")
    )
)
variable_values = st.one_of(
    text,
    st.integers(-(2**53), 2**53),
    st.floats(-1e6, 1e6),
    st.sampled_from(
        [
            "${project_endpoint}",
            "${project_endpont}",
            "a ${project_endpoint} b",
            "${{connections.c.credentials.key}}",
            "$HOME/x",
            "${",
        ]
    ),
)
metadata_keys = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=64).filter(
    lambda key: key not in ("pulumi-owner", "pulumi-name", "enableVnextExperience")
)
policies = st.builds(
    "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.CognitiveServices/accounts/{}/raiPolicies/{}".format,
    st.uuids(),
    word,
    word,
    word,
)
registry_ids = st.builds(
    "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.ContainerRegistry/registries/{}".format,
    st.uuids(),
    word,
    word,
)
auth = st.fixed_dictionaries(
    {"header_name": word, "secret_id": some_text, "secret_key": some_text}, optional={"type": st.just("header")}
)
collectors = st.fixed_dictionaries(
    {"endpoint": st.builds("{}://{}:{}/v1".format, st.sampled_from(["http", "https"]), word, st.integers(1, 65535))},
    optional={
        "kind": st.just("OTLP"),
        "protocol": st.sampled_from(["Http", "Grpc"]),
        "data": st.lists(st.sampled_from(["ContainerStdoutStderr", "ContainerOtel", "Metrics"]), max_size=3),
        "auth": auth,
    },
)
waits = st.integers(1, 86400) | st.integers(1, 86400).map(float)

_expected = {"expected_status": st.integers(200, 499), "expected_text": some_text, "timeout": st.integers(1, 3600)}
verifications = st.one_of(
    st.sampled_from(["start", "off", False, True]),
    st.fixed_dictionaries({}, optional={"kind": st.sampled_from(["start", "off"]), "timeout": st.integers(1, 3600)}),
    st.fixed_dictionaries({"kind": st.just("request"), "prompt": some_text}, optional=_expected),
    st.fixed_dictionaries(
        {"kind": st.just("request"), "body": st.dictionaries(word, st.integers() | text)},
        optional={**_expected, "protocol": st.sampled_from(["responses", "invocations"])},
    ),
)
rollouts = st.fixed_dictionaries(
    {},
    optional={
        "steps": st.lists(st.integers(1, 100), unique=True, max_size=5).map(sorted),
        "hold": st.integers(0, 86400),
        "check": st.sampled_from(["verify", "active"]),
    },
)
skills = st.fixed_dictionaries(
    {"id": some_text, "name": some_text},
    optional={"description": text, "tags": st.lists(text, max_size=2), "examples": st.lists(text, max_size=2)},
)
cards = st.fixed_dictionaries(
    {"version": some_text}, optional={"description": text, "skills": st.lists(skills, max_size=2)}
)
schemes = st.lists(
    st.sampled_from(["Entra", "BotService", "BotServiceRbac", "BotServiceTenant"]), unique=True, min_size=1
)

_labels = st.builds(str.__add__, st.sampled_from(LETTER_OR_DIGIT), st.text(LETTER_OR_DIGIT + "_-", max_size=20))
_schemes = st.sampled_from(["http", "https"])
_urls = st.builds("{}://{}.example/{}".format, _schemes, word, word)
tool_keys: dict[str, SearchStrategy[dict[str, Any]]] = {
    "code_interpreter": st.fixed_dictionaries(
        {}, optional={"container": some_text | st.just({"type": "auto", "memory_limit": "4g"})}
    ),
    "file_search": st.fixed_dictionaries(
        {"vector_store_ids": st.lists(word, min_size=1, max_size=2)},
        optional={"max_num_results": st.integers(1, 50), "filters": st.dictionaries(word, text, max_size=2)},
    ),
    "web_search": st.fixed_dictionaries({}, optional={"search_context_size": st.sampled_from(["low", "high"])}),
    "openapi": st.fixed_dictionaries(
        {
            "openapi": st.fixed_dictionaries(
                {
                    "name": word,
                    "spec": st.dictionaries(word, text | st.integers()),
                    "auth": st.just({"type": "anonymous"}),
                }
            )
        }
    ),
    "azure_ai_search": st.fixed_dictionaries(
        {"azure_ai_search": st.just({"indexes": [{"project_connection_id": "c", "index_name": "i"}]})}
    ),
    "a2a": st.fixed_dictionaries({"base_url": _urls}),
    "mcp": st.fixed_dictionaries(
        {"server_url": _urls},
        optional={"headers": st.dictionaries(header_names, text, max_size=2), "require_approval": st.just("never")},
    ),
}


@st.composite
def tools(draw: DrawFn) -> list[Any]:
    """Any number, each with a name of its own; a word alone where there is one of that type only."""
    kinds = draw(st.lists(st.sampled_from(sorted(tool_keys)), max_size=4))
    labels = draw(st.lists(_labels, unique=True, min_size=len(kinds), max_size=len(kinds)))
    found: list[Any] = []
    for kind, label in zip(kinds, labels, strict=True):
        keys = {"type": kind, **draw(tool_keys[kind])}
        found.append({**keys, "server_label" if kind == "mcp" else "name": label})
    plain = [kind for kind in ("code_interpreter", "web_search") if kind not in kinds and kind not in labels]
    return [*found, *draw(st.lists(st.sampled_from(plain), unique=True))] if plain else found


_REQUIRED: dict[str, SearchStrategy[Any]] = {
    "agent_name": agent_names,
    "project_endpoint": endpoints,
    "image": images(),
}
_OPTIONAL: dict[str, SearchStrategy[Any]] = {
    "registry": hosts,
    "registry_id": registry_ids,
    "pull_principal_id": st.uuids().map(str),
    "environment_variables": st.dictionaries(variable_names, variable_values, max_size=4),
    "secrets_revision": st.integers(0, 10**9) | st.integers(0, 10**9).map(float),
    "description": text,
    "metadata": st.dictionaries(metadata_keys, text | st.text("x", min_size=512, max_size=512), max_size=12),
    "idle_timeout_seconds": st.integers(120, 14400) | st.integers(120, 14400).map(float),
    "rai_policy_name": policies,
    "telemetry_endpoints": st.lists(collectors, max_size=2),
    "enable_memory_snapshot": st.booleans(),
    "registry_connection_id": some_text,
    "tools": tools(),
    "allow_mutable_tag": st.booleans(),
    "owner": st.builds("{}/{}/{}".format, word, word, word),
    "keep_versions": st.integers(1, 99),
    "force_delete": st.booleans(),
    "serve_version": st.integers(1, 999_999_999).map(str) | st.integers(1, 999_999_999),
    "verify": verifications,
    "rollout": rollouts,
    "authorization_schemes": schemes,
    "agent_card": cards,
    "adopt": st.booleans(),
    "active_timeout": waits,
    "role_propagation_timeout": waits | st.just(0),
}


def inputs_with(name: str) -> SearchStrategy[dict[str, Any]]:
    """The input, with those that it depends on."""
    if name in ("cpu", "memory"):
        return sizes()
    values = {**_REQUIRED, **_OPTIONAL, "protocol_versions": protocols()}
    return st.fixed_dictionaries({name: values[name]})


@st.composite
def definitions(draw: DrawFn) -> dict[str, Any]:
    """All inputs of one agent."""
    made: dict[str, Any] = draw(st.fixed_dictionaries(_REQUIRED, optional=_OPTIONAL))
    if draw(st.booleans()):
        made |= draw(sizes())
    if draw(st.booleans()):
        made[draw(st.sampled_from(["protocol_versions", "container_protocol_versions"]))] = draw(protocols())
    if made.get("allow_mutable_tag"):
        made["image"] = draw(images() | repositories | repositories.map("{}:latest".format))
    return made


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside this one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in inner for place in [(*path, key), *places(item, (*path, key))]]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A copy with something else in one place."""
    copy = dict(value) if isinstance(value, dict) else list(value)
    key, *within = place
    copy[key] = replaced(value[key], tuple(within), new) if within else new
    return copy
