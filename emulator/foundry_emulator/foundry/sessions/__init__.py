"""Sessions of agents: the sandbox behind each, calls to it, its files and its log."""
