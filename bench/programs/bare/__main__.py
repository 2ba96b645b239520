"""The Azure resources of an environment as one declares them by hand, for `tools/bench/previews.py`."""

import pulumi
from pulumi_azure_native import authorization, cognitiveservices, containerregistry, resources

LOCATION = "swedencentral"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"

client = authorization.get_client_config_output()


def role(role_id: str) -> pulumi.Output[str]:
    return pulumi.Output.concat(
        "/subscriptions/",
        client.subscription_id,
        "/providers/Microsoft.Authorization/roleDefinitions/",
        role_id,
    )


group = resources.ResourceGroup("bare-group", location=LOCATION, tags={})
account = cognitiveservices.Account(
    "bare-account",
    account_name="bare-account",
    resource_group_name=group.name,
    location=LOCATION,
    kind="AIServices",
    sku={"name": "S0"},
    identity={"type": cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED},
    properties={
        "allow_project_management": True,
        "custom_sub_domain_name": "bare-account",
        "disable_local_auth": True,
        "public_network_access": "Enabled",
    },
    tags={},
)
project = cognitiveservices.Project(
    "bare-project",
    project_name="bare-project",
    account_name=account.name,
    resource_group_name=group.name,
    location=LOCATION,
    identity={"type": cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED},
)
registry = containerregistry.Registry(
    "bare-registry",
    registry_name="bareregistry",
    resource_group_name=group.name,
    location=LOCATION,
    sku={"name": "Basic"},
    admin_user_enabled=False,
    policies={"azure_ad_authentication_as_arm_policy": {"status": "enabled"}},
    tags={},
)
authorization.RoleAssignment(
    "bare-pull",
    scope=registry.id,
    principal_id=project.identity.apply(lambda identity: identity.principal_id if identity else ""),
    principal_type="ServicePrincipal",
    role_definition_id=role(ACR_PULL),
)
authorization.RoleAssignment(
    "bare-deployer",
    scope=project.id,
    principal_id=client.object_id,
    principal_type=pulumi.Output.from_input(None),  # Azure looks it up; without this it would be User
    role_definition_id=role(FOUNDRY_USER),
)
resources.Resource(
    "bare-host",
    resource_group_name=group.name,
    resource_provider_namespace="Microsoft.CognitiveServices",
    parent_resource_path=pulumi.Output.concat("accounts/", account.name),
    resource_type="capabilityHosts",
    resource_name_="agents",
    api_version="2025-12-01",
    properties={"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": True},
    opts=pulumi.ResourceOptions(depends_on=[project]),
)

pulumi.export("project_endpoint", project.properties.apply(lambda properties: properties.endpoints))
pulumi.export("registry", registry.login_server)
