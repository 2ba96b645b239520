"""What counts as a credential, and what never does.

The examples are made up here, in parts, so that no scanner of secrets finds one in this repository.
"""

import base64
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_agents.lifecycle.inputs.credentials import credential_format, sounds_secret

HEX = "0123456789abcdef"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def part(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CREDENTIALS = {
    "AWS access key": "AK" + "IAIOSFODNN7EXAMPLE",
    "JWT": f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded({'sub': '1234567890'})}.{part(LETTERS, 43)}",
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE",
    "encrypted private key": "-----BEGIN " + "ENCRYPTED PRIVATE KEY-----\nMIIE",
    "service account": json.dumps({"private_key": "-----BEGIN " + "PRIVATE KEY-----\nMIIE"}),
    "storage": f"DefaultEndpointsProtocol=https;AccountName=a;Account{'Key='}{part(LETTERS, 86)}==",
    "service bus": f"Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccess{'Key='}{part(LETTERS, 43)}=",
    "SQL": "Server=tcp:a.database.windows.net;User ID=u;Pass" + "word=hunter2;",
    "libpq": "host=h;pass" + "word=hunter2;user=u",
    "postgres": "postgresql://user:" + "hunter2@db.example.com:5432/app",
    "redis": "redis://:" + "hunter2hunter2@cache.example.com:6380",
    "SAS": f"https://a.blob.core.windows.net/c?sv=2024-11-04&sp=r&{'sig='}{part(LETTERS, 44)}%3D",
    "Azure AI key": f"{part(LETTERS, 52)}JQQJ99BKAC{part(LETTERS, 14)}{'ACOG'}{part('aB3d', 4)}",
    "Entra client secret": "abc8" + "Q~" + part(LETTERS, 34),
    "Google": "AI" + "za" + part(LETTERS, 35),
    "OpenAI": "sk-" + "proj-" + part(LETTERS, 60),
    "OpenAI, old": "sk-" + part(LETTERS, 20) + "T3Blbk" + "FJ" + part(LETTERS, 20),
    "Anthropic": "sk-" + "ant-api03-" + part(LETTERS, 90),
    "Hugging Face": "hf" + "_" + part(LETTERS, 34),
    "Groq": "gsk" + "_" + part(LETTERS, 52),
    "GitHub": "ghp" + "_" + part(LETTERS, 36),
    "GitHub, fine-grained": "github" + "_pat_" + part(LETTERS, 82),
    "GitLab": "glpat" + "-" + part(LETTERS, 20),
    "Slack": "xox" + "b-123456789012-1234567890123-" + part("abcdef", 24),
    "Stripe": "sk_" + "live_" + part(LETTERS, 24),
    "npm": "//registry.npmjs.org/:_auth" + "Token=npm_" + part(LETTERS, 36),
}
ORDINARY = [
    "",
    "info",
    "gpt-4.1",
    "https://acc.services.ai.azure.com/api/projects/agents?api-version=v1",
    "https://user@example.com/path:1@2",
    "postgresql://user@db.example.com:5432/app?sslmode=require",
    "InstrumentationKey=44444444-4444-4444-4444-444444444444;IngestionEndpoint=https://westus-0.in.example.com/",
    "Server=tcp:a.database.windows.net;Authentication=Active Directory Default;Database=app",
    "registry.example.com:5000/team/app@sha256:" + part(HEX, 64),
    "arn:aws:lambda:eu-central-1:123456789012:function:a-rather-long-name-of-a-function-of-mine",
    "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
    part(HEX, 32),
    part(HEX, 40),
    part(HEX, 64),
    "${{connections.echo-secrets.credentials.API_KEY}}",
    "Bearer ${{connections.echo-secrets.credentials.API_KEY}}",
    "postgresql://user:${{connections.echo-secrets.credentials.PASSWORD}}@db.example.com/app",
    "postgresql://user:${PASSWORD}@db.example.com/app",
    "Server=a;Password=${PASSWORD};Database=b",
    "the quick brown fox jumps over the lazy dog and sk- the password= of nobody",
    "eyJ0aGlzIjogImlzIG5vdCBhIHRva2VuIn0=",
    "sk-learn-pipeline-with-a-long-name-of-steps",
]


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_a_credential_is_known_by_its_format(kind: str) -> None:
    assert credential_format(CREDENTIALS[kind])
    assert credential_format(f"Bearer {CREDENTIALS[kind]}")


@pytest.mark.parametrize("value", ORDINARY)
def test_an_ordinary_value_is_none(value: str) -> None:
    assert credential_format(value) is None


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_what_is_said_has_nothing_of_the_value(kind: str) -> None:
    said = credential_format(CREDENTIALS[kind]) or ""
    assert len(said) < 60 and CREDENTIALS[kind][:12] not in said


WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=30)
HOST = st.builds("{}.{}.com".format, WORD, WORD)
VALUES = {
    "uuids": st.uuids().map(str),
    "hex": st.text(HEX, min_size=16, max_size=128),
    "digests": st.builds("{}/{}@sha256:{}".format, HOST, WORD, st.text(HEX, min_size=64, max_size=64)),
    "tags": st.builds("{}:5000/{}:{}".format, HOST, WORD, WORD),
    "URLs": st.builds("https://{}:{}/{}/{}?{}={}#{}".format, HOST, st.integers(1, 65535), WORD, WORD, WORD, WORD, WORD),
    "ARM ids": st.builds(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.{}/{}/{}".format, st.uuids(), WORD, WORD, WORD, WORD
    ),
    "numbers": st.one_of(st.integers(), st.floats()).map(str),
    "words": st.lists(WORD, max_size=12).map(" ".join),
    "lists": st.lists(HOST, max_size=8).map(",".join),
    "JSON": st.dictionaries(WORD, st.one_of(WORD, st.integers(), st.booleans())).map(json.dumps),
    "times": st.datetimes().map(lambda moment: moment.isoformat()),
    "placeholders": st.builds("${{{{connections.{}.credentials.{}}}}}".format, WORD, WORD),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_no_value_of_an_ordinary_kind_is_taken_for_a_credential(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    assert credential_format(value) is None


@given(st.text(max_size=400))
def test_any_text_is_judged(value: str) -> None:
    credential_format(value)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("API_KEY", True),
        ("OPENAI_APIKEY", True),
        ("KEY", True),
        ("GITHUB_TOKEN", True),
        ("db_password", True),
        ("CLIENT_SECRET", True),
        ("DB_CONNECTION_STRING", True),
        ("MAX_TOKENS", False),
        ("KEY_VAULT_URL", False),
        ("TOKEN_ENDPOINT", False),
        ("MONKEY", False),
        ("SECRET_NAME", False),
        ("LOG_LEVEL", False),
    ],
)
def test_a_name_sounds_secret_by_its_end(name: str, secret: bool) -> None:
    assert sounds_secret(name) is secret


def test_the_library_is_not_loaded_for_short_values() -> None:
    code = (
        "import sys; from foundry_agents.lifecycle.inputs.credentials import credential_format; "
        "credential_format('info'); credential_format('${{connections.a-secrets.credentials.B}}'); "
        "assert 'detect_secrets' not in sys.modules and 'requests' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
