"""`KeyVaultConnection`: the customer's own key vault for the secrets of a Foundry account's connections."""

from typing import TypedDict, cast

import pulumi
from pulumi.output import UNKNOWN
from pulumi_azure_native import authorization, cognitiveservices, keyvault, resources
from typing_extensions import NotRequired

from ..lifecycle.service.roles import KEY_VAULT_SECRETS_OFFICER
from .arm_errors import arm_options, explained
from .arm_id import parse_vault_id
from .role_assignment import assign_role

API_VERSION = "2025-09-01"
"""azure-native's own resource does not know the authentication type of this connection; the service takes it with
this version (recorded live by several public templates)."""


class KeyVaultConnectionArgs(TypedDict):
    """Whose secrets, and which vault."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the account; of the vault too, if it is made."""
    account_name: pulumi.Input[str]
    """Name of the Foundry account. It has no other connection yet: the service refuses the vault otherwise."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region of the vault. Needed unless the vault exists."""
    vault_name: NotRequired[pulumi.Input[str]]
    """Name of the vault, unique in all of Azure: 3-24 letters, digits and hyphens. Needed unless it exists."""
    existing_vault_id: NotRequired[str]
    """ARM id of a vault that exists, in RBAC mode. It is only read, and granted on."""
    external_role_assignment: NotRequired[bool]
    """Whether others give the account's identity its role on the vault. Default false."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the vault."""


class KeyVaultConnection(pulumi.ComponentResource):
    """A key vault (RBAC mode, soft delete, purge protection), the account's right to write secrets in it, and the
    account's connection to it, so that the secrets of all other connections are kept in that vault.

    It must come before every other connection of the account and its projects: let those depend on it. The service
    moves no secrets, so it cannot be added to, changed in or taken from an account that has other connections. It
    makes no private endpoint and no firewall rules. A vault that was deleted keeps its name for 90 days.
    """

    vault_id: pulumi.Output[str]
    """ARM id of the vault."""
    vault_uri: pulumi.Output[str]
    """Address of the vault, such as https://agents-1234.vault.azure.net/."""
    connection_name: pulumi.Output[str]
    """Name of the account's connection."""

    def __init__(self, name: str, args: KeyVaultConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("foundry-agents:index:KeyVaultConnection", name, None, opts)
        location = self._read(args["existing_vault_id"]) if "existing_vault_id" in args else self._make(name, args)
        ready = [] if args.get("external_role_assignment") else [self._grant(name, args)]
        connection = resources.Resource(
            f"{name}-vault-connection",
            resource_group_name=args["resource_group_name"],
            resource_provider_namespace="Microsoft.CognitiveServices",
            parent_resource_path=pulumi.Output.concat("accounts/", args["account_name"]),
            resource_type="connections",
            resource_name_="key-vault",
            api_version=API_VERSION,
            properties={
                "category": "AzureKeyVault",
                "authType": "AccountManagedIdentity",
                "target": self.vault_id,
                "isSharedToAll": True,
                "metadata": {"ApiType": "Azure", "ResourceId": self.vault_id, "location": location},
            },
            # The role first: when the connection goes, the account still may delete its secrets.
            opts=arm_options(
                self,
                pulumi.ResourceOptions(
                    depends_on=ready,
                    replace_on_changes=["properties.target"],
                    delete_before_replace=True,
                    ignore_changes=["properties.isSharedToAll"],  # the service may answer another value than was sent
                ),
            ),
        )
        self.connection_name = connection.urn.apply(lambda _: "key-vault")
        self.register_outputs(
            {"vaultId": self.vault_id, "vaultUri": self.vault_uri, "connectionName": self.connection_name}
        )

    def _make(self, name: str, args: KeyVaultConnectionArgs) -> pulumi.Output[str]:
        caller = explained(
            authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)),
            "finding out the tenant of the vault",
        )
        vault = keyvault.Vault(
            f"{name}-vault",
            vault_name=args["vault_name"],
            resource_group_name=args["resource_group_name"],
            location=args["location"],
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=caller.tenant_id,
                sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=90,
                enable_purge_protection=True,
            ),
            tags=args.get("tags"),
            opts=arm_options(self),
        )
        self.vault_id = vault.id
        self.vault_uri = vault.properties.apply(lambda found: _uri(found.vault_uri if found else None))
        return pulumi.Output.from_input(args["location"])

    def _read(self, vault_id: str) -> pulumi.Output[str]:
        where = parse_vault_id(vault_id)
        vault = explained(
            keyvault.get_vault_output(
                resource_group_name=where.resource_group,
                vault_name=where.vault,
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            f"reading {vault_id}",
        )
        self.vault_id = vault.apply(lambda found: _in_rbac_mode(vault_id, found))
        self.vault_uri = vault.properties.apply(lambda found: cast(str, found.vault_uri))
        return cast(pulumi.Output[str], vault.location)

    def _grant(self, name: str, args: KeyVaultConnectionArgs) -> "authorization.RoleAssignment":
        # Asked of Azure and not taken from the resource: in the preview of an update (a changed tag of the account)
        # the identity of a resource is unknown, which would show the role as replaced.
        account = explained(
            cognitiveservices.get_account_output(
                resource_group_name=args["resource_group_name"],
                account_name=args["account_name"],
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the identity of the Foundry account",
        )
        return assign_role(
            f"{name}-vault-access",
            role=KEY_VAULT_SECRETS_OFFICER,
            scope=self.vault_id,
            principal_id=account.identity.apply(_principal_id),
            principal_type="ServicePrincipal",
            opts=arm_options(self),
        )


def _in_rbac_mode(vault_id: str, vault: "keyvault.GetVaultResult") -> str:
    if not vault.properties.enable_rbac_authorization:
        raise pulumi.RunError(
            f"the key vault {vault_id} uses access policies, so a role on it has no effect; switch it to Azure "
            "role-based access control, or use another vault"
        )
    return vault_id


def _principal_id(identity: "cognitiveservices.outputs.IdentityResponse | None") -> str:
    if identity is None or not identity.principal_id:
        raise pulumi.RunError("the Foundry account has no system-assigned identity that could write to the key vault")
    return str(identity.principal_id)


def _uri(known: str | None) -> pulumi.Input[str]:
    """Given only after an up."""
    return known if known else pulumi.Output.from_input(cast(str, UNKNOWN))
