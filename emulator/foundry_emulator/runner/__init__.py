"""Agents that really run: one process per agent version, started when the version is first used."""
