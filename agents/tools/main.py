"""A sample hosted agent that calls tools: `calculate …`, `find …`, `ask <server> …`. It has no model.

The tools are those of a Foundry toolbox, which the agent reaches as an MCP server (see `toolbox.py`). It speaks the
`responses` protocol; nothing in here knows whether it runs in a container on Azure or as a process of the local Azure.
"""

import asyncio

import toolbox
from azure.ai.agentserver.responses import (
    CreateResponse,
    ResponseContext,
    ResponsesAgentServerHost,
    TextResponse,
)

HELP = "Ask me to `calculate <expression>`, `find <words>` or `ask <server> <words>`; `tools` lists what I may use."

app = ResponsesAgentServerHost()


@app.response_handler
async def answer(request: CreateResponse, context: ResponseContext, _cancelled: asyncio.Event) -> TextResponse:
    return TextResponse(context, request, text=await reply(await context.get_input_text()))


async def reply(question: str) -> str:
    """What the tools say; where they cannot be used, why."""
    command, _, rest = question.strip().partition(" ")
    try:
        match command.lower(), rest.strip():
            case "tools", _:
                return await listed()
            case "calculate", expression if expression:
                return await calculate(expression)
            case "find", words if words:
                return await find(words)
            case "ask", question_to if " " in question_to:
                server, _, words = question_to.partition(" ")
                return await ask(server, words.strip())
    except toolbox.ToolboxError as problem:
        return f"I cannot do that: {problem}"
    return HELP


async def listed() -> str:
    async with toolbox.connected() as tools:
        return ", ".join(sorted(tools.names())) or toolbox.NOTHING_OFFERED


async def calculate(expression: str) -> str:
    async with toolbox.connected() as tools:
        return await tools.call(tools.of_type("code_interpreter"), {"code": f"print({expression})"})


async def find(words: str) -> str:
    async with toolbox.connected() as tools:
        return await tools.call(tools.of_type("file_search"), {"queries": [words]})


async def ask(server: str, words: str) -> str:
    async with toolbox.connected() as tools:
        tool = tools.of_server(server)
        return await tools.call(tool, {toolbox.text_argument(tool): words})


if __name__ == "__main__":
    app.run()
