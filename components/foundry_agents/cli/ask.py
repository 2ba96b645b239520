"""Asks agents a question, each through its own endpoint, as an application would.

Imports the Azure SDK, which takes a while: import this module only to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azure.ai.projects import AIProjectClient
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential
from openai import OpenAIError

from .errors import CommandError


def ask(project_endpoint: str, agents: Iterable[str], question: str) -> Iterator[tuple[str, str]]:
    """Yield each agent and its answer.

    :raises CommandError: if an agent does not answer.
    """
    with (
        DefaultAzureCredential() as credential,
        AIProjectClient(project_endpoint, credential, allow_preview=True) as project,
    ):
        for agent in agents:
            yield agent, _answer(project, agent, question)


def _answer(project: AIProjectClient, agent: str, question: str) -> str:
    """The client of a project provides an OpenAI client for each of its agents."""
    try:
        with project.get_openai_client(agent_name=agent) as client:
            return client.responses.create(input=question).output_text
    except (OpenAIError, AzureError) as error:
        raise CommandError(f"Agent {agent} does not answer: {error}") from error
