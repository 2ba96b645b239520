"""Azure Container Registry's data plane: one HTTPS port per registry."""

from foundry_emulator.registry.hosting import start, stop

__all__ = ["start", "stop"]
