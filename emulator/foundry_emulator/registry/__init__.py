"""Azure Container Registry's data plane: one HTTPS port per registry."""
