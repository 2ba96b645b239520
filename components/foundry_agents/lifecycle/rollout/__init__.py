"""What happens when: the life of an agent and of a toolbox."""
