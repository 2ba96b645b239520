"""Entra ID as far as clients of Foundry see it: a directory, access tokens, managed identities."""
