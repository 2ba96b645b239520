"""Every rule for an agent's inputs, as a way to break it: a right definition that is wrong in one known place."""

import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from foundry_agents.lifecycle.inputs.tools.types import TYPES

from . import good
from .garbage import huge_numbers

Inputs = dict[str, Any]
Broken = tuple[Inputs, str]
"""The inputs, and the path of what is wrong with them."""
Rule = Callable[[DrawFn, Inputs], Broken]

not_text: SearchStrategy[Any] = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    huge_numbers,
    st.sampled_from([float("nan"), float("inf")]),
    st.lists(good.word, max_size=2),
    st.dictionaries(good.word, good.word, max_size=2),
)
not_a_number: SearchStrategy[Any] = st.one_of(
    st.booleans(), good.word, st.lists(st.integers(), max_size=1), st.sampled_from([float("nan"), {}, "5"])
)
not_a_list: SearchStrategy[Any] = (
    good.text | st.integers() | st.booleans() | st.dictionaries(good.word, good.word, max_size=2)
)
not_a_map: SearchStrategy[Any] = (
    good.text | st.integers() | st.floats() | st.booleans() | st.lists(good.word, max_size=2)
)
not_a_flag: SearchStrategy[Any] = good.text | st.integers() | st.floats() | st.just([]) | st.just({})
not_sendable = st.builds("{}{}{}".format, good.text, st.sampled_from(["\0", "\ud800", "\udfff"]), good.text)


def under(path: str, key: str) -> str:
    """The path of a key in a map, as Pulumi writes it."""
    return f"{path}.{key}" if re.fullmatch(r"[A-Za-z0-9_$-]+", key) else f"{path}[{json.dumps(key)}]"


def _value(key: str, values: SearchStrategy[Any], **others: Any) -> Rule:
    """The key has one of these values; None in `others` removes a key."""

    def broken(draw: DrawFn, inputs: Inputs) -> Broken:
        return _without_none({**inputs, **others, key: draw(values)}), key

    return broken


def _missing(key: str) -> Rule:
    return lambda _draw, inputs: ({name: value for name, value in inputs.items() if name != key}, key)


def _entry(key: str, names: SearchStrategy[str], values: SearchStrategy[Any]) -> Rule:
    """A map has one wrong pair among right ones."""

    def broken(draw: DrawFn, inputs: Inputs) -> Broken:
        name = draw(names)
        pairs = list({**inputs.get(key, {}), name: draw(values)}.items())
        return {**inputs, key: dict(draw(st.permutations(pairs[-5:])))}, under(key, name)

    return broken


def _item(key: str, items: SearchStrategy[Any], within: str, right: SearchStrategy[list[Any]]) -> Rule:
    """A list has one wrong item among right ones; `within` is the path inside that item."""

    def broken(draw: DrawFn, inputs: Inputs) -> Broken:
        items_, item = draw(right), draw(items)
        place = draw(st.integers(0, len(items_)))
        return {**inputs, key: [*items_[:place], item, *items_[place:]]}, f"{key}[{place}]{within}"

    return broken


def _protocol(items: SearchStrategy[Any], within: str) -> Rule:
    """One wrong protocol, under either name of the list."""
    right: SearchStrategy[list[Any]] = st.lists(st.sampled_from(["a2a", "mcp"]), unique=True)

    def broken(draw: DrawFn, inputs: Inputs) -> Broken:
        inputs = _without(inputs, "protocol_versions", "container_protocol_versions")
        key = draw(st.sampled_from(["protocol_versions", "container_protocol_versions"]))
        return _item(key, items, within, right)(draw, inputs)

    return broken


def _collector(changes: SearchStrategy[dict[str, Any]], within: str) -> Rule:
    items = st.builds(lambda collector, change: _without_none({**collector, **change}), good.collectors, changes)
    return _item("telemetry_endpoints", items, within, st.lists(good.collectors, max_size=2))


def _collector_auth(changes: SearchStrategy[dict[str, Any]], within: str) -> Rule:
    auth = st.builds(lambda right, change: {"auth": _without_none({**right, **change})}, good.auth, changes)
    return _collector(auth, f".auth{within}")


def _part(key: str, right: SearchStrategy[dict[str, Any]], changes: SearchStrategy[dict[str, Any]], path: str) -> Rule:
    """A map of the definition is right but for one part; None removes it."""

    def broken(draw: DrawFn, inputs: Inputs) -> Broken:
        return {**inputs, key: _without_none({**draw(right), **draw(changes)})}, f"{key}{path}"

    return broken


def _verify(changes: dict[str, SearchStrategy[Any]], path: str) -> Rule:
    request = st.fixed_dictionaries({"kind": st.just("request"), "prompt": good.some_text})
    return _part("verify", request, st.fixed_dictionaries(changes), path)


def _rollout(changes: dict[str, SearchStrategy[Any]], path: str) -> Rule:
    return _part("rollout", good.rollouts, st.fixed_dictionaries(changes), path)


def _card(changes: dict[str, SearchStrategy[Any]], path: str) -> Rule:
    return _part("agent_card", good.cards, st.fixed_dictionaries(changes), path)


def _skill(changes: dict[str, SearchStrategy[Any]], path: str) -> Rule:
    skills = st.builds(
        lambda right, change: [_without_none({**right, **change})], good.skills, st.fixed_dictionaries(changes)
    )
    return _card({"skills": skills}, f".skills[0]{path}")


def _size(sizes: SearchStrategy[dict[str, Any]], path: str) -> Rule:
    return lambda draw, inputs: ({**_without(inputs, "cpu", "memory"), **draw(sizes)}, path)


def _repeated_protocol(draw: DrawFn, inputs: Inputs) -> Broken:
    inputs = _without(inputs, "protocol_versions", "container_protocol_versions")
    names = draw(st.lists(st.sampled_from(good.PROTOCOLS), min_size=1, max_size=3, unique=True))
    again = draw(st.sampled_from(names))
    record: Any = again if draw(st.booleans()) else {"protocol": again, "version": draw(good.versions)}
    return {**inputs, "protocol_versions": [*names, record]}, f"protocol_versions[{len(names)}].protocol"


def _both_names(draw: DrawFn, inputs: Inputs) -> Broken:
    both = {"protocol_versions": draw(good.protocols()), "container_protocol_versions": draw(good.protocols())}
    inputs = _without(inputs, *both)
    ordered = dict(draw(st.permutations([*inputs.items(), *both.items()])))
    return ordered, "container_protocol_versions"


def _unknown_key(draw: DrawFn, inputs: Inputs) -> Broken:
    known = {*good._REQUIRED, *good._OPTIONAL, "cpu", "memory", "protocol_versions", "container_protocol_versions"}
    key = draw(
        (good.some_text | st.sampled_from(["cpus", "Image", "environmentVariables", "env"])).filter(
            lambda name: name not in known
        )
    )
    return {**inputs, key: draw(good.text | st.integers())}, under("", key).removeprefix(".")


def _not_fitting_sizes() -> SearchStrategy[dict[str, Any]]:
    quarters = st.tuples(st.integers(2, 16), st.integers(2, 16)).filter(lambda pair: pair[0] != pair[1])
    return quarters.map(lambda pair: {"cpu": pair[0] / 4, "memory": f"{pair[1] / 2:g}Gi"})


def _is_no_step(cpu: float) -> bool:
    return cpu * 4 % 1 != 0


def _outside(low: int, high: int) -> SearchStrategy[Any]:
    return (
        not_a_number
        | st.integers(max_value=low - 1)
        | st.integers(min_value=high + 1)
        | st.integers(low, high - 1).map(lambda whole: whole + 0.5)
        | huge_numbers
        | st.sampled_from([float("inf"), -0.5, low - 1, high + 1])
    )


def _without(inputs: Inputs, *keys: str) -> Inputs:
    return {key: value for key, value in inputs.items() if key not in keys}


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _odd(pattern: str, *more: Any) -> SearchStrategy[Any]:
    """Text that is not of this form, and more that is not."""
    form = re.compile(pattern)
    others = good.text.filter(lambda text: not form.fullmatch(text))
    return others | st.sampled_from(more) if more else others


_AGENT_NAME = r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_LONG_TEXT = st.integers(513, 2000).map(lambda length: "v" * length)
_RESERVED = st.sampled_from(["PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING"]) | st.builds(
    str.__add__, st.sampled_from(["FOUNDRY_", "AGENT_"]), good.word | st.just("")
)

_REQUEST_PART_OF_A_START = st.fixed_dictionaries({"kind": st.sampled_from(["start", "off"]), "prompt": good.some_text})


def _as_kind(word: str) -> dict[str, Any]:
    return {"kind": word}


def _value_at(key: str, value: Any, within: str) -> Rule:
    return lambda _draw, inputs: ({**inputs, key: value}, f"{key}{within}")


RULES: dict[str, Rule] = {
    "agent_name is there": _missing("agent_name"),
    "agent_name is text": _value("agent_name", not_text),
    "agent_name has the form of one": _value(
        "agent_name", _odd(_AGENT_NAME, "", "-a", "a-", "a_b", "a" * 64, "ä", "a\n", "a b")
    ),
    "project_endpoint is there": _missing("project_endpoint"),
    "project_endpoint is text": _value("project_endpoint", not_text),
    "project_endpoint has the form of one": _value(
        "project_endpoint",
        _odd(
            r"https://.*",
            "https://acc.services.ai.azure.com",
            "http://acc.services.ai.azure.com/api/projects/p",
            "https://acc.services.ai.azure.com/api/projects/",
            "https://acc.services.ai.azure.com/api/projects/p?x=1",
            "https://acc.services.ai.azure.com/api/projects/p q",
            "https://acc.services.ai.azure.com/?/api/projects/p",
            "https://acc services/api/projects/p",
            "https:///api/projects/p",
            "https://h/api/projects/\0",
        ),
    ),
    "image is there": _missing("image"),
    "image is text": _value("image", not_text | st.just("")),
    "repository of an image": _value(
        "image",
        st.sampled_from(["A", "a//b", "a b", "-", "a_", "a..b", "ä", "a" * 256, "/a", "a\n"]).map("r.io/{}:v1".format)
        | good.tags.map(":{}".format),
    ),
    "tag of an image": _value(
        "image",
        st.builds("{}:{}".format, good.repositories, st.sampled_from(["", "-a", ".a", "a b", "ä", "t" * 129, "v1\n"])),
    ),
    "digest of an image": _value(
        "image",
        st.builds(
            "{}@{}".format,
            good.repositories,
            st.sampled_from(["", "sha256:", "sha256:" + "A" * 64, "sha256:" + "a" * 63, "md5:" + "a" * 32]),
        ),
    ),
    "host of an image": _value(
        "image",
        st.sampled_from(["h_.io", "-h.io", "h.io:", "h.io:x", "h.io:123456", "h..io", "https:/", "http://h.io"]).map(
            "{}/a:v1".format
        ),
    ),
    "image without a tag": _value("image", good.repositories, allow_mutable_tag=None),
    "image tagged latest": _value("image", good.repositories.map("{}:latest".format), allow_mutable_tag=None),
    "registry is text": _value("registry", not_text),
    "registry is a login server": _value(
        "registry",
        _odd(r".*[.:].*|localhost", "", "myregistry", "https://r.azurecr.io", "r.azurecr.io/", "r.io/team", "r .io"),
    ),
    "registry_id": _value("registry_id", not_text | _odd(r"/subscriptions/.*", "", "registry")),
    "pull_principal_id": _value("pull_principal_id", not_text | _odd(r"[0-9a-f-]{36}", "", "me")),
    "cpu is a number": _size(st.fixed_dictionaries({"cpu": not_a_number.filter(lambda value: value != "5")}), "cpu"),
    "cpu is in range": _size(
        st.fixed_dictionaries(
            {
                "cpu": st.floats(max_value=0.49)
                | st.floats(min_value=4.01)
                | st.integers(max_value=0)
                | st.integers(min_value=5)
                | huge_numbers
                | st.sampled_from(["0", "0.25", "4.25", "-1", "1e400", "500m", "9" * 5000])
            }
        ),
        "cpu",
    ),
    "cpu is in steps": _size(
        st.fixed_dictionaries(
            {
                "cpu": st.floats(0.5, 4).filter(_is_no_step)
                | st.integers(50, 400).map(lambda hundredths: hundredths / 100).filter(_is_no_step)
                | st.integers(50, 400).map(lambda hundredths: hundredths / 100).filter(_is_no_step).map(str)
            }
        ),
        "cpu",
    ),
    "memory has a unit": _size(
        st.fixed_dictionaries(
            {
                "memory": not_text
                | _odd(r"[0-9.]+Gi", "", "2", "2GB", "2gi", "2048Mi", "-2Gi", "\uff12Gi", "2Gi\n", "nanGi")
            }
        ),
        "memory",
    ),
    "memory is in range": _size(
        st.fixed_dictionaries(
            {"memory": st.sampled_from(["0Gi", "0.5Gi", "0.99Gi", "8.5Gi", "9Gi", "9" * 5000 + "Gi"])}
        ),
        "memory",
    ),
    "memory goes with cpu": _size(_not_fitting_sizes(), "memory"),
    "protocol_versions is a list": _value(
        "protocol_versions", not_a_list | st.just([]), container_protocol_versions=None
    ),
    "a protocol is a name or a map": _protocol(st.integers() | st.booleans() | st.none() | st.lists(good.word), ""),
    "a protocol has a name": _protocol(st.just({}) | st.just({"version": "2.0.0"}), ".protocol"),
    "a protocol is one that exists": _protocol(
        _odd("|".join(good.PROTOCOLS), "response", "Responses", "activity_protocol", "")
        | (_odd("|".join(good.PROTOCOLS)) | not_text).map(lambda name: {"protocol": name}),
        ".protocol",
    ),
    "the version of a protocol": _protocol(
        (not_text | _odd(r"v1|[0-9]+\.[0-9]+\.[0-9]+", "2", "2.0", "v2", "2.0.0 ", "2.0.0\n", "")).map(
            lambda version: {"protocol": "voice", "version": version}
        ),
        ".version",
    ),
    "a protocol has no other keys": _protocol(
        st.sampled_from(
            [{"protocol": "voice", "verson": "2.0.0"}, {"protocol": "voice", "verson": 1, "version": "v1"}]
        ),
        ".verson",
    ),
    "a protocol is there once": _repeated_protocol,
    "one name of the protocols": _both_names,
    "environment_variables is a map": _value("environment_variables", not_a_map),
    "the name of a variable": _entry(
        "environment_variables",
        _odd(r"[A-Za-z_][A-Za-z0-9_]*", "1A", "A-B", "A.B", "", "A=B", "A B", "Ä", "A\n"),
        good.text,
    ),
    "a reserved variable": _entry("environment_variables", _RESERVED, good.text),
    "the value of a variable": _entry(
        "environment_variables",
        good.variable_names,
        st.one_of(
            st.booleans(),
            st.none(),
            st.lists(good.word),
            st.dictionaries(good.word, good.word),
            not_sendable,
            st.sampled_from([float("nan"), float("inf"), 2**53 + 1, 1e300]),
            huge_numbers,
        ),
    ),
    "secrets_revision": _value("secrets_revision", _outside(0, 10**9)),
    "description is text": _value("description", not_text | not_sendable),
    "metadata is a map": _value("metadata", not_a_map),
    "metadata has few pairs": _value("metadata", st.integers(14, 40).map(lambda n: {f"k{i}": "v" for i in range(n)})),
    "metadata of this package": _entry(
        "metadata", st.sampled_from(["pulumi-owner", "pulumi-name", "enableVnextExperience"]), good.text
    ),
    "the key of metadata": _entry(
        "metadata", st.just("") | st.integers(65, 300).map(lambda length: "k" * length) | not_sendable, good.text
    ),
    "the value of metadata": _entry("metadata", good.metadata_keys, not_text | st.none() | _LONG_TEXT | not_sendable),
    "idle_timeout_seconds": _value("idle_timeout_seconds", _outside(120, 14400)),
    "rai_policy_name": _value(
        "rai_policy_name",
        not_text
        | _odd(
            r"/subscriptions/.*",
            "",
            "strict",
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a",
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a/raiPolicies/",
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a/raiPolicies/p\n",
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a/raiPolicies/p/q",
        ),
    ),
    "telemetry_endpoints is a list": _value("telemetry_endpoints", not_a_list),
    "a collector is a map": _item(
        "telemetry_endpoints", not_a_map | st.none(), "", st.lists(good.collectors, max_size=2)
    ),
    "a collector has no other keys": _collector(st.just({"endpont": "x"}), ".endpont"),
    "a collector has an address": _collector(st.just({"endpoint": None}), ".endpoint"),
    "the address of a collector": _collector(
        st.fixed_dictionaries(
            {
                "endpoint": not_text
                | _odd(r"https?://.*", "", "https://", "https:///x", "ftp://h", "h:4317", "https://a b", "http://h/\n")
            }
        ),
        ".endpoint",
    ),
    "the kind of a collector": _collector(
        st.fixed_dictionaries({"kind": not_text | _odd("OTLP", "otlp", "")}), ".kind"
    ),
    "the protocol of a collector": _collector(
        st.fixed_dictionaries({"protocol": not_text | _odd("Http|Grpc", "http", "HTTP", "")}), ".protocol"
    ),
    "the data of a collector is a list": _collector(st.fixed_dictionaries({"data": not_a_list}), ".data"),
    "the data of a collector": _collector(
        st.fixed_dictionaries({"data": (st.none() | not_text | st.just("Logs")).map(lambda kind: ["Metrics", kind])}),
        ".data[1]",
    ),
    "auth is a map": _collector(st.fixed_dictionaries({"auth": not_a_map}), ".auth"),
    "auth has no other keys": _collector_auth(st.just({"header": "x"}), ".header"),
    "the type of auth": _collector_auth(st.fixed_dictionaries({"type": not_text | st.just("bearer")}), ".type"),
    "the header of auth": _collector_auth(
        st.fixed_dictionaries({"header_name": st.none() | not_text | st.sampled_from(["", "x y", "x:", "ä", "x\n"])}),
        ".header_name",
    ),
    "the secret of auth": _collector_auth(
        st.fixed_dictionaries({"secret_id": st.none() | not_text | st.just("") | not_sendable}), ".secret_id"
    ),
    "the secret's key of auth": _collector_auth(
        st.fixed_dictionaries({"secret_key": st.none() | not_text | st.just("") | not_sendable}), ".secret_key"
    ),
    "enable_memory_snapshot": _value("enable_memory_snapshot", not_a_flag),
    "registry_connection_id": _value("registry_connection_id", not_text | st.just("") | not_sendable),
    "tools is a list": _value("tools", not_a_list),
    "a tool is a map or a word": _item(
        "tools", not_a_map.filter(lambda one: not isinstance(one, str)), "", good.tools()
    ),
    "a tool alone is a type": _item("tools", good.word.filter(lambda kind: kind not in TYPES), "", good.tools()),
    "the type of a tool": _item(
        "tools",
        st.fixed_dictionaries({"type": not_text | good.word.filter(lambda kind: kind not in TYPES)}),
        ".type",
        good.tools(),
    ),
    "a tool has no other keys": _item(
        "tools", st.just({"type": "web_search", "name": "of_its_own", "filtre": {}}), ".filtre", good.tools()
    ),
    "an MCP server has an address": _item(
        "tools", st.just({"type": "mcp", "server_label": "of_its_own"}), ".server_url", good.tools()
    ),
    "allow_mutable_tag": _value("allow_mutable_tag", not_a_flag, image="r.io/a:v1"),
    "owner": _value("owner", not_text | st.just("") | _LONG_TEXT | not_sendable),
    "keep_versions": _value("keep_versions", _outside(1, 99)),
    "force_delete": _value("force_delete", not_a_flag),
    "adopt": _value("adopt", not_a_flag),
    "serve_version": _value(
        "serve_version", st.sampled_from(["", "0", "07", "v7", "@latest", "7\n", "1e9", 0, 1.5, True, [], {}])
    ),
    "verify": _value("verify", st.integers() | st.floats() | st.just([])),
    "verify as a word": _part("verify", st.just({}), _odd("start|off|request", "Start", "").map(_as_kind), ".kind"),
    "verify has no other keys": _verify({"promt": st.just("x")}, ".promt"),
    "the time of verify": _verify({"timeout": _outside(1, 3600)}, ".timeout"),
    "the protocol of verify": _verify({"protocol": st.just("mcp") | not_text}, ".protocol"),
    "the content of verify": _verify({"prompt": st.none()}, ""),
    "the prompt of verify": _verify({"prompt": st.just("")}, ".prompt"),
    "prompt and body of verify": _verify({"body": st.just({})}, ""),
    "the body of verify": _verify({"prompt": st.none(), "body": not_a_map}, ".body"),
    "a request's part in verify": _part("verify", st.just({}), _REQUEST_PART_OF_A_START, ".prompt"),
    "the status of verify": _verify({"expected_status": _outside(200, 499)}, ".expected_status"),
    "the text of verify": _verify({"expected_text": st.just("") | not_text}, ".expected_text"),
    "rollout": _value("rollout", not_a_map),
    "rollout has no other keys": _rollout({"step": st.just([10])}, ".step"),
    "the steps of a rollout": _rollout({"steps": not_a_list}, ".steps"),
    "a step of a rollout": _rollout({"steps": _outside(1, 100).map(lambda step: [step])}, ".steps[0]"),
    "the order of steps": _rollout({"steps": st.sampled_from([[50, 10], [10, 10], [100, 50]])}, ".steps"),
    "the hold of a rollout": _rollout({"hold": _outside(0, 86400)}, ".hold"),
    "the check of a rollout": _rollout({"check": not_text | st.just("off")}, ".check"),
    "authorization_schemes is a list": _value("authorization_schemes", not_a_list | st.just([])),
    "a scheme": _item("authorization_schemes", not_text | st.just("Basic"), "", st.just(["Entra"])),
    "a scheme once": _value_at("authorization_schemes", ["Entra", "Entra"], "[1]"),
    "agent_card": _value("agent_card", not_a_map),
    "agent_card has no other keys": _card({"skils": st.just([])}, ".skils"),
    "the version of a card": _card({"version": st.none() | st.just("") | not_text}, ".version"),
    "the description of a card": _card({"description": not_text}, ".description"),
    "the skills of a card": _card({"skills": not_a_list}, ".skills"),
    "a skill has no other keys": _skill({"nam": st.just("x")}, ".nam"),
    "the id of a skill": _skill({"id": st.none() | st.just("") | not_text}, ".id"),
    "the name of a skill": _skill({"name": st.none() | st.just("") | not_text}, ".name"),
    "the tags of a skill": _skill({"tags": not_text.map(lambda tag: [tag])}, ".tags[0]"),
    "active_timeout": _value("active_timeout", _outside(1, 86400)),
    "role_propagation_timeout": _value("role_propagation_timeout", _outside(0, 86400)),
    "no other keys": _unknown_key,
}


@st.composite
def broken(draw: DrawFn, rule: str) -> Broken:
    """A right definition in which this one rule is broken."""
    return RULES[rule](draw, draw(good.definitions()))
