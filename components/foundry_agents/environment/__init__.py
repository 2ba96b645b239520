"""`AgentEnvironment`: the whole environment as one component, its check, and its reading of the stack config."""
