"""Azure Key Vault's data plane, for secrets: one HTTPS port per vault."""
