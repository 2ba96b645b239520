"""The `foundry-agents` command: what a pull request shows, and checks that need no credentials."""
