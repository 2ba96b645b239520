"""Azure Resource Manager: one module per resource provider."""
