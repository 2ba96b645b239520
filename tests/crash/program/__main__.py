"""The agent that `agent.json` describes; none where it says null."""

import json
from pathlib import Path

from foundry_agents import HostedAgent

wanted = json.loads(Path("agent.json").read_text())
if wanted is not None:
    HostedAgent("echo", wanted)
