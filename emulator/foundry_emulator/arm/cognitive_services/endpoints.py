"""The map of endpoints that an account of kind AIServices answers with.

Keys and hosts: recorded test traffic of Azure/azure-cli (test_project_connections_from_file), 2025-10.
The one endpoint that is really served here is the projects' own, see `projects.py`.
"""

_SERVICES_AI = (
    "AI Foundry API",
    "Azure AI Model Inference API",
    "Cohere AI API",
    "Mistral AI API",
    "Content Understanding",
    "ProjectA APIs",
)
_OPENAI = (
    "OpenAI Language Model Instance API",
    "OpenAI Realtime API",
    "OpenAI Dall-E API",
    "OpenAI Sora API",
    "OpenAI Moderations API",
    "OpenAI Whisper API",
    "OpenAI Model Scaleset API",
    "Token Service API",
    "Azure OpenAI Legacy API - Latest moniker",
)
_COGNITIVE = (
    "Content Safety",
    "Container",
    "Computer Vision",
    "FormRecognizer",
    "Token",
    "Text Analytics",
    "Language",
    "TextTranslation",
    "Voice Live Realtime API",
)


def endpoints(base_url: str, sub_domain: str) -> dict[str, str]:
    """Every endpoint of the account; the ones of Foundry are at the local Azure."""
    found = dict.fromkeys(_SERVICES_AI, f"{base_url}/accounts/{sub_domain}/")
    found |= dict.fromkeys(_OPENAI, f"https://{sub_domain}.openai.azure.com/")
    return found | dict.fromkeys(_COGNITIVE, f"https://{sub_domain}.cognitiveservices.azure.com/")
