"""What a project stores: uploaded files, vector stores, responses of agents."""
