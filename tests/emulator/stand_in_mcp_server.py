"""A small real MCP server: writes its URL, then serves until it is ended."""

import socket
import sys

import uvicorn
from mcp.server.mcpserver import MCPServer

server = MCPServer("library")


@server.tool()
def lookup(words: str) -> str:
    """Looks something up."""
    return f"about {words}: yes"


with socket.socket() as listening:
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(server.streamable_http_app(), log_config=None)).run(sockets=[listening])
