"""What `make up` shows at the end."""

from rich.text import Text

from tools.local.up import _table

AGENTS = {
    "echo": {
        "version": "12",
        "image": "agents.azurecr.io/echo:v1.0",
        "status": "active",
        "endpoints": {"responses": "https://acc/agents/echo/responses"},
    },
    "data-processor": {"version": "1", "image": "ghcr.io/other:v2", "status": "active", "endpoints": {}},
}


def test_each_agent_has_a_line_with_its_answer_and_one_with_its_endpoint() -> None:
    outputs = {"agents": AGENTS, "registry": "agents.azurecr.io"}
    shown = _table(outputs, {"echo": "[bold] yes", "data-processor": "1: yes"})
    assert Text.from_markup(shown).plain.splitlines() == [
        "agent           version  image             status  answer to “Are you there?”",
        "echo            12       echo:v1.0         active  [bold] yes",
        "  https://acc/agents/echo/responses",
        "data-processor  1        ghcr.io/other:v2  active  1: yes",
        "  ",
    ]
