"""The agent that `agent.json` describes; none where it says null."""

import json
import os
from pathlib import Path

from foundry_agents import HostedAgent, use_first_class_resources

if "FIRST_CLASS" in os.environ:
    use_first_class_resources()

wanted = json.loads(Path("agent.json").read_text())
if wanted is not None:
    HostedAgent("echo", wanted)
