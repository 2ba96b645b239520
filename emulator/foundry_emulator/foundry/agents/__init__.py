"""Agents and their versions: definitions, provisioning, endpoints."""
