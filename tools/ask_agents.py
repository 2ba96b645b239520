"""Asks agents a question, each through its own endpoint, as an application would.

    python -m tools.ask_agents PROJECT_ENDPOINT AGENT…

Works in any environment in which `DefaultAzureCredential` finds somebody: `source .local/env` gives one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from azure.ai.projects import AIProjectClient
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential
from openai import OpenAIError

from tools.step import StepError, exit_with

QUESTION = "Are you there?"


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask agents a question through their own endpoints.")
    parser.add_argument("project_endpoint")
    parser.add_argument("agents", nargs="+", metavar="agent")
    parser.add_argument("--question", default=QUESTION)
    arguments = parser.parse_args()
    ask(arguments.project_endpoint, arguments.agents, arguments.question)


def ask(project_endpoint: str, agents: Iterable[str], question: str = QUESTION) -> None:
    """Print question and answer of each agent."""
    with (
        DefaultAzureCredential() as credential,
        AIProjectClient(project_endpoint, credential, allow_preview=True) as project,
    ):
        for agent in agents:
            print(f"  {agent} < {question}", flush=True)
            print(f"  {agent} > {_answer(project, agent, question)}", flush=True)


def _answer(project: AIProjectClient, agent: str, question: str) -> str:
    """The client of a project gives an OpenAI client for each of its agents."""
    try:
        with project.get_openai_client(agent_name=agent) as client:
            return client.responses.create(input=question).output_text
    except (OpenAIError, AzureError) as error:
        raise StepError(f"The agent {agent} does not answer: {error}") from error


if __name__ == "__main__":
    exit_with(main)
