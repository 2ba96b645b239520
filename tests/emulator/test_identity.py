"""Tokens: who gets which, and what the data plane says to the wrong ones."""

import os
import subprocess
import sys
from urllib.parse import urlencode

import jwt
import pytest
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from foundry_emulator.host.home import IDENTITY
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, TENANT_ID
from foundry_emulator.testing import FOUNDRY_USER, Answer, LocalAzure, Project

FOUNDRY = "https://ai.azure.com"


def _claims(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def _get(azure: LocalAzure, project: Project, token: str | None) -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return azure.http("GET", f"{project.endpoint}/agents?api-version=v1", headers=headers)


def test_the_default_credential_is_the_deployer(azure: LocalAzure) -> None:
    with DefaultAzureCredential() as credential:
        claims = _claims(credential.get_token(f"{FOUNDRY}/.default").token)
    assert (claims["oid"], claims["tid"], claims["aud"]) == (DEPLOYER_OBJECT_ID, TENANT_ID, FOUNDRY)
    assert {"appid", "exp", "iss"} <= set(claims)


def test_an_identity_nobody_knows_is_a_400(azure: LocalAzure) -> None:
    port = azure.home.read_ports()[IDENTITY]
    url = f"http://127.0.0.1:{port}/identity/token"
    query = urlencode({"resource": FOUNDRY})
    assert azure.http("GET", f"{url}?{query}", headers={"X-IDENTITY-HEADER": "stranger"}).status == 400
    assert azure.http("GET", f"{url}?{query}").status == 400
    assert azure.http("GET", url, headers={"X-IDENTITY-HEADER": "deployer"}).status == 400
    other = urlencode({"resource": FOUNDRY, "client_id": "another"})
    assert azure.http("GET", f"{url}?{other}", headers={"X-IDENTITY-HEADER": "deployer"}).status == 400


def test_a_client_secret_gets_a_token_too(azure: LocalAzure) -> None:
    client_id = str(_claims(azure.token(FOUNDRY))["appid"])
    credential = ClientSecretCredential(
        TENANT_ID, client_id, "local", authority=azure.base_url, disable_instance_discovery=True
    )
    assert _claims(credential.get_token(f"{FOUNDRY}/.default").token)["oid"] == DEPLOYER_OBJECT_ID


def test_the_scopes_of_openid_may_be_asked_for_too(azure: LocalAzure) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": str(_claims(azure.token(FOUNDRY))["appid"]),
        "client_secret": "local",
        "scope": f"{FOUNDRY}/.default openid offline_access profile",
    }
    answer = azure.form(f"{azure.base_url}/{TENANT_ID}/oauth2/v2.0/token", form)
    assert _claims(answer["access_token"])["aud"] == FOUNDRY


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_id": "nobody"}, 400, 700016),
        ({"grant_type": "password"}, 400, 70003),
        ({"scope": FOUNDRY}, 400, 1002012),
        ({"scope": "openid profile"}, 400, 1002012),
        ({"scope": f"{FOUNDRY}/.default https://management.azure.com/.default"}, 400, 1002012),
    ],
)
def test_a_refused_login_has_the_codes_of_entra(
    azure: LocalAzure, change: dict[str, str], status: int, code: int
) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": str(_claims(azure.token(FOUNDRY))["appid"]),
        "client_secret": "local",
        "scope": f"{FOUNDRY}/.default",
        **change,
    }
    script = (
        "import sys, urllib.request, urllib.error, ssl\n"
        "trust = ssl.create_default_context(cafile=sys.argv[3])\n"
        "try: urllib.request.urlopen(sys.argv[1], data=sys.argv[2].encode(), context=trust)\n"
        "except urllib.error.HTTPError as e: print(e.code, e.read().decode())\n"
    )
    url = f"{azure.base_url}/{TENANT_ID}/oauth2/v2.0/token"
    command = [sys.executable, "-c", script, url, urlencode(form), str(azure.home.ca)]
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
    assert out.startswith(f"{status} ")
    assert f"AADSTS{code}" in out


def test_without_a_valid_token_for_its_audience_the_data_plane_says_401(azure: LocalAzure, project: Project) -> None:
    good = azure.token(FOUNDRY)
    forged = jwt.encode(_claims(good), "another key that is long enough for it", algorithm="HS256")
    for token in (None, "rubbish", forged, azure.token("https://management.azure.com")):
        answer = _get(azure, project, token)
        assert answer.status == 401
        assert "audience is incorrect (https://ai.azure.com)" in answer.body["error"]["message"]
    assert _get(azure, project, good).status == 200


def test_a_missing_role_is_a_403_that_names_identity_and_action(azure: LocalAzure, project: Project) -> None:
    answer = azure.data("POST", f"{project.endpoint}/agents/a/versions", {}, identity="reader")
    assert answer.status == 403
    assert list(answer.body["error"]) == ["code", "message", "innerError"]
    assert answer.body["error"]["code"] == "UserError"
    assert answer.body["error"]["innerError"] == {"code": "ForbiddenError"}
    assert (
        "does not have permissions for Microsoft.CognitiveServices/accounts/AIServices/agents/write"
        in (answer.body["error"]["message"])
    )


def test_a_missing_role_can_be_a_401_of_the_gateway(azure: LocalAzure, project: Project) -> None:
    azure.settings(missing_role="401")
    answer = azure.data("DELETE", f"{project.endpoint}/agents/a", identity="reader")
    assert (answer.status, answer.body["error"]["code"]) == (401, "PermissionDenied")
    assert "`Microsoft.CognitiveServices/accounts/AIServices/agents/delete`" in answer.body["error"]["message"]


def test_owning_the_subscription_gives_no_right_to_agents(azure: LocalAzure) -> None:
    other = azure.make_project(project="p2", grants=False)
    assert azure.data("GET", f"{other.endpoint}/agents").status == 403
    azure.grant(FOUNDRY_USER, DEPLOYER_OBJECT_ID, other.arm_id)
    assert azure.data("GET", f"{other.endpoint}/agents").status == 200


def test_a_grant_works_only_after_a_while(azure: LocalAzure) -> None:
    azure.settings(role_propagation_seconds=30)
    other = azure.make_project(project="p3", grants=False)
    azure.grant(FOUNDRY_USER, DEPLOYER_OBJECT_ID, other.arm_id)
    assert azure.data("GET", f"{other.endpoint}/agents").status == 403
    while azure.data("GET", f"{other.endpoint}/agents").status == 403:
        pass


def test_tokens_do_not_show_in_the_request_log(azure: LocalAzure, project: Project) -> None:
    azure.clear_requests()
    token = azure.token(FOUNDRY)
    _get(azure, project, token)
    log = azure.requests()
    assert [entry["plane"] for entry in log] == ["identity", "data"]
    assert [entry["principal"] for entry in log] == ["deployer", "deployer"]
    assert token not in str(log)
