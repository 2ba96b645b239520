"""What an agent and a toolbox are: one file per concept, with its check. Offline."""
