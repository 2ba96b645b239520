"""The images that are pushed are those that the environment's own registry is asked for by tag."""

from tools.local.agent_images import named_in

REGISTRY = "localhost:40123"


def test_images_without_host_and_those_of_the_registry_itself_are_pushed_once() -> None:
    config = _agents("data-processor:v1.0", f"{REGISTRY}/data-processor:v1.0", "team/summarizer:2")
    assert [str(image) for image in named_in(config, REGISTRY)] == [
        "data-processor:v1.0",
        "team/summarizer:2",
    ]


def test_images_of_other_registries_and_by_digest_are_left_alone() -> None:
    config = _agents("example.azurecr.io/a:1", f"a@sha256:{'0' * 64}", "a")
    assert named_in(config, REGISTRY) == []


def test_what_pulumi_will_refuse_is_left_to_it() -> None:
    assert named_in({}, REGISTRY) == []
    assert named_in({"agent-environment:agents": ["a"]}, REGISTRY) == []
    assert named_in({"agent-environment:agents": {"a": None, "b": {}, "c": {"image": "Not An Image"}}}, REGISTRY) == []


def _agents(*images: str) -> dict[str, object]:
    return {"agent-environment:agents": {f"agent-{n}": {"image": image} for n, image in enumerate(images)}}
