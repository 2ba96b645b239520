"""Ids of Azure's built-in roles that a project or a deployer is given. Source: Azure built-in roles."""

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
"""Foundry User was called Azure AI User."""
KEY_VAULT_SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
