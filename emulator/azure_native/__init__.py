"""A stand-in for the azure-native plugin, for the local Azure only: it serves the types used here.

It behaves as the real plugin does where a program can notice: what a preview knows, what replaces a resource,
how errors read, that a create refuses what exists. A type or property that it does not know is an error.
It is its own process, started by the Pulumi engine, and speaks to the local Azure over HTTPS alone.

What it deliberately does not do: any other authentication than DefaultAzureCredential, any other cloud than
one with a metadata host, versioned type tokens, schemas.
"""
