"""The `foundry-agents` command: what a change means, checks without credentials, recovery, steps for pipelines."""
