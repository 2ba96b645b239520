"""`python -m foundry_agents.cli`, the same as `foundry-agents`."""

from .main import main

main()
