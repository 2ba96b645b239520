"""A sample hosted agent: answers each question with the question, and says which version of it answered.

It speaks the `responses` protocol. The Azure SDK does the serving: `/readiness`, streaming, the port from
`PORT`. Nothing in here knows whether it runs in a container on Azure or as a process of the local Azure.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator

from azure.ai.agentserver.responses import (
    CreateResponse,
    ResponseContext,
    ResponsesAgentServerHost,
    TextResponse,
)

app = ResponsesAgentServerHost()


@app.response_handler
async def answer(request: CreateResponse, context: ResponseContext, cancellation_signal: asyncio.Event) -> TextResponse:
    question = await context.get_input_text()
    return TextResponse(context, request, text=_words(f"{_signature()}: {question}", cancellation_signal))


async def _words(text: str, cancelled: asyncio.Event) -> AsyncIterator[str]:
    """The text word by word, so that a client that streams sees more than one event."""
    for word in re.findall(r"\S+\s*", text):
        if cancelled.is_set():
            return
        yield word


def _signature() -> str:
    """Name and version come from the platform, MODEL_NAME from the agent's own definition."""
    name = os.environ.get("FOUNDRY_AGENT_NAME", "echo")
    version = os.environ.get("FOUNDRY_AGENT_VERSION", "unknown")
    model = os.environ.get("MODEL_NAME")
    return f"{name} version {version}" + (f" with {model}" if model else "")


if __name__ == "__main__":
    app.run()
