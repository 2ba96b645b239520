"""Microsoft.CognitiveServices: accounts, projects, capability hosts, connections, model deployments."""
