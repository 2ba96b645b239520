"""What an environment is made of, and what it refuses to be."""

import re
from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.output import Unknown

from foundry_agents import AgentEnvironment, AgentEnvironmentArgs
from foundry_agents.azure import external_roles
from foundry_agents.lifecycle.errors.exceptions import ServiceError

from ..conftest import DEPLOYER, ENDPOINT, PROJECT_PRINCIPAL, SUBSCRIPTION, AzureMocks

Deploy = Callable[..., Any]
AGENTS: dict[str, Any] = {"echo": {"image": "echo:v1.0"}, "other": {"image": "r.io/other:v1.0", "cpu": 2}}
PROJECT_ID = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acc/projects/pro"
REGISTRY_ID = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/reg"


def environment(**args: Any) -> Callable[[], dict[str, Any]]:
    def program() -> dict[str, Any]:
        made = AgentEnvironment("agents", {"location": "swedencentral", "agents": AGENTS, **args})  # type: ignore[call-overload]
        return {"endpoint": made.project_endpoint, "registry": made.registry, "agents": made.agents}

    return program


def test_location_and_agents_are_enough(deploy: Deploy) -> None:
    registered, outputs = deploy(environment())
    tokens = {resource.typ.split(":", 1)[1].split(":")[-1] for resource in registered.resources}
    assert {
        "ResourceGroup",
        "Account",
        "Project",
        "Registry",
        "RoleAssignment",
        "Resource",
        "HostedAgent",
    } <= tokens
    assert outputs["endpoint"] == ENDPOINT
    assert outputs["registry"] == "agents.azurecr.io"
    assert set(outputs["agents"]) == {"echo", "other"}
    assert outputs["agents"]["echo"] == {
        "name": "echo",
        "version": "1",
        "previous_version": "",
        "status": "active",
        "traffic": {"1": 100},
        "versions_pending_deletion": [],
        "image": "i",
        "principal_id": "p",
        "endpoints": {},
    }


def test_the_account_has_no_local_keys_and_manages_projects(deploy: Deploy) -> None:
    account = deploy(environment())[0].one(":Account")
    assert account["kind"] == "AIServices"
    assert account["identity"]["type"] == "SystemAssigned"
    assert account["properties"]["disableLocalAuth"] is True
    assert account["properties"]["allowProjectManagement"] is True
    assert account["properties"]["customSubDomainName"] == account["accountName"]


def test_the_registry_takes_arm_tokens_and_has_no_admin(deploy: Deploy) -> None:
    registry = deploy(environment())[0].one(":Registry")
    assert registry["policies"]["azureADAuthenticationAsArmPolicy"]["status"] == "enabled"
    assert registry["adminUserEnabled"] is False


def test_the_capability_host_is_public_and_replaced_rather_than_changed(deploy: Deploy) -> None:
    host = deploy(environment())[0].one("resources:Resource")
    assert host["resourceType"] == "capabilityHosts" and host["apiVersion"] == "2025-12-01"
    assert host["properties"] == {"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": True}


@pytest.mark.parametrize("mode", ["existing", "none"])
def test_no_capability_host_where_none_is_wanted(deploy: Deploy, mode: str) -> None:
    assert deploy(environment(capability_host=mode))[0].of("resources:Resource") == []


def grants(registered: Any) -> dict[str, dict[str, Any]]:
    return {item.inputs["roleDefinitionId"].split("/")[-1]: item.inputs for item in registered.of(":RoleAssignment")}


def test_the_project_may_pull_and_the_first_deployer_may_deploy(deploy: Deploy) -> None:
    given = grants(deploy(environment())[0])
    pull = given["7f951dda-4ed3-4680-a7ca-43fe172d538d"]
    assert pull["principalId"] == PROJECT_PRINCIPAL and pull["principalType"] == "ServicePrincipal"
    assert pull["scope"].endswith("/registries/r")
    use = given["53ca6127-db72-4b80-b1b0-d745d6d5456d"]
    assert use["principalId"] == DEPLOYER and "principalType" not in use
    assert use["scope"].endswith("/projects/p")


def test_a_registry_with_repository_permissions_gets_the_role_that_works_there(deploy: Deploy) -> None:
    assert "b93aa761-3e63-49ed-ac28-beffa264f7ac" in grants(deploy(environment(repository_permissions=True))[0])


def test_the_mode_is_set_beside_the_registry_which_is_the_same_without_it(deploy: Deploy) -> None:
    registered, outputs = deploy(environment(repository_permissions=True))
    (mode,) = registered.of(":RegistryMode")
    assert mode.inputs["registryId"].endswith("/registries/r") and mode.inputs["mode"] == "AbacRepositoryPermissions"
    plain, _ = deploy(environment())
    assert plain.of(":RegistryMode") == []
    assert registered.one(":Registry") == plain.one(":Registry")
    assert outputs["registry"] == "agents.azurecr.io"
    assert "azure-native:resources:getResource" not in registered.calls


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize(
    ("mode", "role"),
    [
        ("AbacRepositoryPermissions", "b93aa761-3e63-49ed-ac28-beffa264f7ac"),
        ("LegacyRegistryPermissions", "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
    ],
)
def test_an_existing_registry_gets_the_role_of_its_mode_whatever_was_asked(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch, mode: str, role: str, *, asked: bool
) -> None:
    monkeypatch.setattr(AzureMocks, "registry_mode", mode)
    assert role in grants(deploy(environment(existing_registry=REGISTRY_ID, repository_permissions=asked))[0])


def test_a_new_registry_whose_mode_was_switched_gets_the_role_of_that_mode(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AzureMocks, "registry_mode", "AbacRepositoryPermissions")
    assert "b93aa761-3e63-49ed-ac28-beffa264f7ac" in grants(deploy(environment())[0])


ACR_PULL, FOUNDRY_USER = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "53ca6127-db72-4b80-b1b0-d745d6d5456d"
GROUP = {"principal_id": "66666666-6666-6666-6666-666666666666", "principal_type": "Group"}


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda line, _resource: said.append(line))
    return said


@pytest.mark.parametrize("preview", [True, False])
def test_the_role_assignments_that_somebody_else_must_make_are_named_while_they_are_missing(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch, warned: list[str], *, preview: bool
) -> None:
    existing = {"existing_project": PROJECT_ID, "existing_registry": REGISTRY_ID}
    program = environment(agents={}, role_assignments="external", deployers=[GROUP], **existing)
    deploy(program, preview=preview)
    command = "`az role assignment create --assignee-object-id {} --assignee-principal-type {} --role {} --scope {}`"
    pull = command.format(PROJECT_PRINCIPAL, "ServicePrincipal", ACR_PULL, REGISTRY_ID)
    use = command.format(GROUP["principal_id"], "Group", FOUNDRY_USER, PROJECT_ID)
    assert sorted(line.partition("with ")[2] for line in warned) == sorted([pull, use])
    assert any(line.startswith(f"the identity {PROJECT_PRINCIPAL} lacks AcrPull on {REGISTRY_ID}") for line in warned)
    warned.clear()
    monkeypatch.setattr(AzureMocks, "assigned", {(ACR_PULL, REGISTRY_ID, PROJECT_PRINCIPAL)})
    deploy(program, preview=preview)
    assert [line.partition("with ")[2] for line in warned] == [use]


def test_external_roles_of_a_new_environment_are_named_once_its_identities_exist(
    deploy: Deploy, warned: list[str]
) -> None:
    program = environment(agents={}, role_assignments="external", key_vault="new")
    deploy(program, preview=True)
    assert warned == []
    deploy(program)
    assert sorted(line.split(" on /")[0].rpartition(" lacks ")[2] for line in warned) == [
        "AcrPull",
        "Key Vault Secrets Officer",
    ]


def test_an_assignment_that_cannot_be_looked_up_is_named_with_the_reason(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch, warned: list[str]
) -> None:
    async def refuse(*_wanted: str) -> bool:
        raise ServiceError("reading", 403, "AuthorizationFailed", "no")

    said: list[str] = []
    monkeypatch.setattr(external_roles, "is_assigned", refuse)
    monkeypatch.setattr(pulumi.log, "info", lambda line, _resource: said.append(line))
    existing = {"existing_project": PROJECT_ID, "existing_registry": REGISTRY_ID}
    deploy(environment(agents={}, role_assignments="external", **existing))
    (line,) = said
    assert "could not be looked up (reading: AuthorizationFailed: no): az role assignment create" in line
    assert warned == []


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, pulumi.ResourceOptions]:
    """The options of every resource, by name."""
    found: dict[str, pulumi.ResourceOptions] = {}
    init = pulumi.CustomResource.__init__

    def recorded(self: Any, type_: str, name: str, props: Any, opts: Any, *others: Any, **more: Any) -> None:
        found[name] = opts
        init(self, type_, name, props, opts, *others, **more)

    monkeypatch.setattr(pulumi.CustomResource, "__init__", recorded)
    return found


@pytest.fixture
def protected(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the protected resources."""
    found: set[str] = set()
    init = pulumi.CustomResource.__init__

    def recorded(self: Any, type_: str, name: str, *others: Any, **more: Any) -> None:
        init(self, type_, name, *others, **more)
        if self._protect:
            found.add(name)

    monkeypatch.setattr(pulumi.CustomResource, "__init__", recorded)
    return found


PARTS = {"agents-group", "agents-account", "agents-project", "agents-registry", "agents-pull", "agents-host"}
WHOLE = {"image": "whole:v1", "tools": ["web_search"], "secret_environment_variables": {"KEY": "x"}}
OF_WHOLE = {"agents-whole", "agents-whole-tools", "agents-whole-tools-user", "agents-whole-secrets"}


@pytest.mark.parametrize(
    ("of_environment", "of_agent", "expected"),
    [
        (True, None, PARTS | {"agents-echo"} | OF_WHOLE),
        (True, False, PARTS | {"agents-echo"}),
        (False, True, OF_WHOLE),
        (False, None, set()),
    ],
)
def test_deployers_are_never_protected_and_an_agent_as_it_says(
    deploy: Deploy, protected: set[str], of_environment: bool, of_agent: bool | None, expected: set[str]
) -> None:
    agents = {"echo": {"image": "echo:v1"}, "whole": {**WHOLE, "protect": of_agent}}
    registered, _ = deploy(environment(agents=agents, protect=of_environment, deployers=[GROUP]))
    assert protected == expected
    assert not any("protect" in one.inputs for one in registered.of(":HostedAgent"))
    protected.clear()
    deploy(environment(agents=agents, protect=of_environment))
    assert protected == expected


def test_a_role_assignment_is_deleted_before_it_is_replaced(
    deploy: Deploy, options: dict[str, pulumi.ResourceOptions]
) -> None:
    names = {item.name for item in deploy(environment())[0].of(":RoleAssignment")}
    assert names and all(options[name].delete_before_replace for name in names)


def test_what_exists_keeps_a_default_name_and_not_a_given_one(
    deploy: Deploy, options: dict[str, pulumi.ResourceOptions]
) -> None:
    kept = {
        "agents-account": ["accountName", "properties.customSubDomainName"],
        "agents-registry": ["registryName"],
        "agents-vault": ["vaultName"],
    }
    deploy(environment(key_vault="new"))
    assert {name: options[name].ignore_changes for name in kept} == kept
    given = {"account_name": "acc-1", "registry_name": "registry1", "key_vault_name": "vault-1"}
    deploy(environment(key_vault="new", **given))
    assert not any(options[name].ignore_changes for name in kept)


@pytest.mark.parametrize("token", [":Account", ":Registry", ":Vault"])
def test_two_stacks_or_locations_in_one_group_have_their_own_names(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    def name(**args: Any) -> str:
        made = deploy(environment(existing_resource_group="rg", key_vault="new", **args))[0].one(token)
        return str(next(made[key] for key in ("accountName", "registryName", "vaultName") if key in made))

    first, elsewhere = name(), name(location="eastus2")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    assert len({first, elsewhere, name()}) == 3


def test_named_deployers_are_granted_instead_of_the_first(deploy: Deploy) -> None:
    deployers = [{"principal_id": "66666666-6666-6666-6666-666666666666", "principal_type": "Group"}]
    use = grants(deploy(environment(deployers=deployers))[0])["53ca6127-db72-4b80-b1b0-d745d6d5456d"]
    assert use["principalId"].startswith("6666") and use["principalType"] == "Group"


def test_external_role_assignments_are_left_to_others(deploy: Deploy) -> None:
    assert deploy(environment(role_assignments="external"))[0].of(":RoleAssignment") == []


def test_the_name_of_a_role_assignment_follows_from_what_it_assigns(deploy: Deploy) -> None:
    names = [
        sorted(item.inputs["roleAssignmentName"] for item in deploy(environment())[0].of(":RoleAssignment"))
        for _ in range(2)
    ]
    assert names[0] == names[1] and len(set(names[0])) == 2


def test_an_agent_gets_its_name_endpoint_and_registry_from_the_environment(deploy: Deploy) -> None:
    agents = {item.inputs["agentName"]: item.inputs for item in deploy(environment())[0].of(":HostedAgent")}
    assert agents["echo"]["projectEndpoint"] == ENDPOINT
    assert agents["echo"]["registry"] == "agents.azurecr.io"
    assert agents["echo"]["owner"] == "acme/agent-environment/dev"
    assert agents["echo"]["logicalName"] == "agents-echo"


def test_what_exists_is_read_and_not_made(deploy: Deploy) -> None:
    registered, outputs = deploy(environment(existing_project=PROJECT_ID, existing_registry=REGISTRY_ID))
    for token in (":ResourceGroup", ":Account", ":Project", ":Registry", "resources:Resource"):
        assert registered.of(token) == []
    assert outputs["registry"] == "existing.azurecr.io"
    assert grants(registered)["7f951dda-4ed3-4680-a7ca-43fe172d538d"]["scope"] == REGISTRY_ID


def test_names_stay_the_same_as_long_as_the_resource_group_does(deploy: Deploy) -> None:
    first = deploy(environment(resource_group="rg-one"))[0].one(":Account")["accountName"]
    again = deploy(environment(resource_group="rg-one"))[0].one(":Account")["accountName"]
    other = deploy(environment(resource_group="rg-two"))[0].one(":Account")["accountName"]
    assert first == again != other


def test_given_names_are_used(deploy: Deploy) -> None:
    registered = deploy(environment(account_name="acc-1", project_name="pro-1", registry_name="registry1"))[0]
    assert registered.one(":Account")["accountName"] == "acc-1"
    assert registered.one(":Project")["projectName"] == "pro-1"
    assert registered.one(":Registry")["registryName"] == "registry1"


def test_the_key_vault_can_be_named(deploy: Deploy) -> None:
    assert (
        deploy(environment(key_vault="new", key_vault_name="contoso-kv"))[0].one(":Vault")["vaultName"] == "contoso-kv"
    )


def test_a_preview_registers_the_same(deploy: Deploy) -> None:
    now, later = deploy(environment())[0], deploy(environment(), preview=True)[0]
    assert {item.name for item in now.resources} == {item.name for item in later.resources}


def test_in_a_preview_the_endpoint_and_the_registry_are_not_known_yet(deploy: Deploy) -> None:
    registered, outputs = deploy(environment(), preview=True)
    assert outputs["endpoint"] is None and outputs["registry"] is None
    echo = registered.of(":HostedAgent")[0].inputs
    assert isinstance(echo["projectEndpoint"], Unknown) and isinstance(echo["registry"], Unknown)


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({"location": "Sweden Central"}, "location"),
        ({"agents": []}, "agents"),
        ({"agents": {"echo": {}}}, "agents.echo.image"),
        ({"agents": {"e_o": {"image": "a:v1"}}}, "agents.e_o: `e_o` is not an agent name"),
        ({"agents": {"echo": {"image": "a:v1", "cpus": 1}}}, "agents.echo.cpus"),
        ({"agents": {"echo": {"image": "a:v1", "project_endpoint": "x"}}}, "agents.echo.project_endpoint"),
        ({"capability_host": "yes"}, "capability_host"),
        ({"deployers": [{"principal_id": "me", "principal_type": "User"}]}, "deployers[0].principal_id"),
        ({"registry_sku": "Free"}, "registry_sku"),
        ({"existing_project": "my-project"}, "existing_project"),
        ({"existing_registry": REGISTRY_ID, "registry_name": "registry1"}, "registry_name"),
        ({"account_name": "a"}, "account_name"),
        ({"protect": "yes"}, "protect"),
        ({"tags": {"a": 1}}, "tags.a"),
        ({"locaton": "x"}, "locaton"),
        ({"key_vault_name": "contoso-kv"}, "key_vault_name: has no effect; set `key_vault: new`, or remove it"),
        ({"key_vault": "new", "key_vault_name": "1-kv"}, "key_vault_name: `1-kv` is not a valid name"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_registered(
    deploy: Deploy, args: dict[str, Any], path: str
) -> None:
    registered = None
    with pytest.raises(pulumi.RunError, match=path.replace("[", r"\[").replace("]", r"\]")):
        registered, _ = deploy(environment(**args))
    assert registered is None


def test_all_wrong_arguments_are_named_at_once(deploy: Deploy) -> None:
    agents = {"a": {"image": "a:latest"}, "b": {"image": "b:v1", "cpu": 9}}
    with pytest.raises(pulumi.RunError) as refused:
        deploy(environment(agents=agents, capability_host="x"))
    for path in ("agents.a.image", "agents.b.cpu", "capability_host"):
        assert path in str(refused.value)


def test_outputs_among_the_arguments_pass(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        image = pulumi.Output.from_input("echo:v1.0")
        AgentEnvironment("agents", {"location": "swedencentral", "agents": {"echo": {"image": image}}})
        return {}

    registered, _ = deploy(program)
    assert registered.one(":HostedAgent")["image"] == "echo:v1.0"


def test_none_means_not_given(deploy: Deploy) -> None:
    registered, _ = deploy(environment(existing_project=None, existing_registry=None, deployers=None, tags=None))
    assert registered.one(":Account") and registered.one(":Registry") and len(registered.of(":RoleAssignment")) == 2


# --- Forms of arguments ----------------------------------------------------------------------------------------------


def registered_by(deploy: Deploy, *args: Any, **keywords: Any) -> list[str]:
    def program() -> dict[str, Any]:
        AgentEnvironment("agents", *args, **keywords)
        return {}

    return sorted(resource.name for resource in deploy(program)[0].resources)


def test_a_dict_an_args_object_and_keywords_register_the_same(deploy: Deploy) -> None:
    expected = registered_by(deploy, {"location": "swedencentral", "agents": AGENTS})
    assert registered_by(deploy, AgentEnvironmentArgs(location="swedencentral", agents=AGENTS)) == expected
    assert registered_by(deploy, location="swedencentral", agents=AGENTS) == expected
    protected = pulumi.ResourceOptions(protect=True)
    assert registered_by(deploy, location="swedencentral", agents=AGENTS, opts=protected) == expected


@pytest.mark.parametrize(
    ("args", "keywords", "told"),
    [
        ((None,), {}, "has no arguments; pass a dict, or keywords"),
        ((), {}, "has no arguments; pass a dict, or keywords"),
        (("swedencentral",), {}, "the arguments are a str; pass a dict, or keywords"),
        ((pulumi.ResourceOptions(),), {}, "resource options are not arguments; pass them as `opts`"),
        (({"location": "swedencentral"},), {"agents": {}}, "both as a dict and as keywords"),
        ((), {"agents": {}, "locaton": "x"}, "locaton: unknown key; did you mean `location`?"),
    ],
)
def test_a_wrong_call_is_explained(deploy: Deploy, args: Any, keywords: Any, told: str) -> None:
    with pytest.raises(pulumi.RunError, match=re.escape(told)) as refused:
        registered_by(deploy, *args, **keywords)
    assert str(refused.value).startswith("AgentEnvironment 'agents': ")


# --- Outputs among the arguments --------------------------------------------------------------------------------------


def test_ids_and_names_can_be_outputs(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        of = pulumi.Output.from_input
        vault = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/own"
        AgentEnvironment("one", location=of("swedencentral"), agents={}, existing_project=of(PROJECT_ID))
        AgentEnvironment("two", location="swedencentral", agents={}, existing_registry=of(REGISTRY_ID))
        made = AgentEnvironment(
            "three",
            location="swedencentral",
            agents=cast(Any, AGENTS),
            existing_resource_group=of("rg-shared"),
            account_name=of("acc-3"),
            registry_name=of("registry3"),
            key_vault=of(vault),
            tags=of({"team": "payments"}),
        )
        return {"registry": made.registry}

    registered, _ = deploy(program)
    projects = {item.name for item in registered.of(":Project")}
    assert projects == {"two-project", "three-project"}
    assert {item.name for item in registered.of(":Registry")} == {"one-registry", "three-registry"}
    assert registered.of(":Vault") == []
    hosts = {item.name for item in registered.of("resources:Resource") if item.name.endswith("-host")}
    assert hosts == {"two-host", "three-host"}
    (account,) = (item.inputs for item in registered.of(":Account") if item.name == "three-account")
    assert account["accountName"] == "acc-3" and account["tags"] == {"team": "payments"}
    assert account["resourceGroupName"] == "rg-shared"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("agents", AGENTS),
        ("capability_host", "managed"),
        ("role_assignments", "external"),
        ("repository_permissions", True),
        ("protect", False),
        ("deployers", []),
    ],
)
def test_what_decides_which_resources_there_are_must_be_known(deploy: Deploy, key: str, value: Any) -> None:
    assert refused_output(deploy, lambda output: {key: output(value)}).startswith(f"{key}: is an output")


def test_an_agent_must_be_known_as_a_map(deploy: Deploy) -> None:
    refused = refused_output(deploy, lambda output: {"agents": {"echo": output(AGENTS["echo"])}})
    assert refused.startswith("agents.echo: is an output")


def test_a_deployer_can_be_an_output(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        deployer = {"principal_id": "66666666-6666-6666-6666-666666666666", "principal_type": "Group"}
        return environment(deployers=[pulumi.Output.from_input(deployer)])()

    use = grants(deploy(program)[0])["53ca6127-db72-4b80-b1b0-d745d6d5456d"]
    assert use["principalId"].startswith("6666") and use["principalType"] == "Group"


def refused_output(deploy: Deploy, args: Callable[[Any], dict[str, Any]]) -> str:
    """The one problem of arguments with outputs, which can be created only in a program."""

    def program() -> dict[str, Any]:
        return environment(**args(pulumi.Output.from_input))()

    with pytest.raises(pulumi.RunError) as refused:
        deploy(program)
    _, problem = str(refused.value).splitlines()
    assert "; use a plain value" in problem
    return problem


def test_a_wrong_id_from_an_output_ends_the_program_with_a_message(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        return environment(existing_project=pulumi.Output.from_input("pro"))()

    with pytest.raises(Exception, match="`pro` is not the ARM ID of a Foundry project"):
        deploy(program)


# --- Existing resources in another subscription ------------------------------------------------------------------------

_ELSEWHERE = "/subscriptions/9d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a09"


@pytest.mark.parametrize(
    "args",
    [
        {"existing_project": PROJECT_ID.replace(SUBSCRIPTION, _ELSEWHERE)},
        {"existing_registry": REGISTRY_ID.replace(SUBSCRIPTION, _ELSEWHERE)},
        {"key_vault": f"{_ELSEWHERE}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/own"},
    ],
    ids=lambda args: next(iter(args)),
)
def test_a_resource_in_another_subscription_is_refused(deploy: Deploy, args: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="is not in the subscription of the provider, 0d1f3a5c") as refused:
        deploy(environment(**args))
    assert next(iter(args.values())) in str(refused.value) and "azure-native:subscriptionId" in str(refused.value)


def test_the_subscription_of_an_id_can_be_in_capital_letters(deploy: Deploy) -> None:
    upper = PROJECT_ID.replace(SUBSCRIPTION, SUBSCRIPTION.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"))
    assert deploy(environment(existing_project=upper))[0].of(":Project") == []


# --- Outputs of the environment ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("preview", [False, True])
def test_an_unknown_agent_is_named_with_those_that_there_are(deploy: Deploy, *, preview: bool) -> None:
    def program() -> dict[str, Any]:
        made = AgentEnvironment("agents", location="swedencentral", agents=cast(Any, AGENTS))
        return {"principal": made.agents["triage"]["principal_id"]}

    with pytest.raises(Exception, match="the environment has no agent `triage`; its agents: echo, other"):
        deploy(program, preview=preview)


def test_a_warning_is_logged_in_previews_only(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_: logged.append(message))
    deploy(environment(location="mars", agents={}))
    assert logged == []
    deploy(environment(location="mars", agents={}), preview=True)
    assert [one for one in logged if one.startswith("location: `mars` is not known to offer hosted agents")] == logged
    assert len(logged) == 1
