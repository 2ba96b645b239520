"""Toolboxes and their versions, and the MCP endpoint of each."""
