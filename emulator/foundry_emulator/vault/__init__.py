"""Azure Key Vault's data plane, as far as secrets go: one HTTPS port per vault."""

from foundry_emulator.vault.hosting import start, stop

__all__ = ["start", "stop"]
