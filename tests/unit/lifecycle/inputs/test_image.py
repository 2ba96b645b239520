"""Image references are split as the registries split them."""

import pytest

from foundry_agents.lifecycle.inputs.image import in_registry, parse

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "host", "repository", "tag", "digest"),
    [
        ("a:v1", "", "a", "v1", ""),
        ("team/a:v1", "", "team/a", "v1", ""),
        ("acr.azurecr.io/team/a:v1", "acr.azurecr.io", "team/a", "v1", ""),
        ("localhost:5000/x", "localhost:5000", "x", "", ""),
        ("localhost/x:1", "localhost", "x", "1", ""),
        (f"registry:5000/x@{DIGEST}", "registry:5000", "x", "", DIGEST),
        (f"a:v1@{DIGEST}", "", "a", "v1", DIGEST),
    ],
)
def test_the_parts(text: str, host: str, repository: str, tag: str, digest: str) -> None:
    reference = parse(text)
    assert (reference.host, reference.repository, reference.tag, reference.digest) == (
        host,
        repository,
        tag,
        digest,
    )
    assert str(reference) == text


@pytest.mark.parametrize(
    "text", ["", ":v1", "a:", "A", "a//b", "a@sha256:xyz", "a:" + "t" * 129, "h_.io:1/a", "a" * 256]
)
def test_what_is_wrong_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse(text)


def test_an_image_without_a_host_is_in_the_registry() -> None:
    assert in_registry("a:v1", "localhost:5000") == "localhost:5000/a:v1"
    assert in_registry("r.io/a:v1", "localhost:5000") == "r.io/a:v1"
    assert in_registry("a:v1", "") == "a:v1"
