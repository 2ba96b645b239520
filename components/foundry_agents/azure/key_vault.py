"""`KeyVaultConnection`: the customer's own key vault for the secrets of a Foundry account's connections."""

from typing import Any, TypedDict, cast, overload

import pulumi
from pulumi.output import UNKNOWN
from pulumi_azure_native import authorization, cognitiveservices, keyvault, resources
from typing_extensions import NotRequired, Unpack

from ..adapters.arguments import NOT_GIVEN, arguments
from ..lifecycle.service.roles import KEY_VAULT_SECRETS_OFFICER
from .arm_errors import arm_options, explained
from .arm_id import VaultId, parse_vault_id
from .existing import existing, refuse_incomplete
from .external_roles import tell_if_missing
from .role_assignment import assign_role

API_VERSION = "2025-09-01"
"""azure-native's own resource does not support the authentication type of this connection; the service accepts it in
this version (recorded live by several public templates)."""


class KeyVaultConnectionArgs(TypedDict):
    """The account whose secrets are stored, and the vault."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the account, and of a new vault."""
    account_name: pulumi.Input[str]
    """Name of the Foundry account. It must not have other connections yet, or the service refuses the vault."""
    location: NotRequired[pulumi.Input[str]]
    """Azure region of the vault. Required unless the vault exists."""
    vault_name: NotRequired[pulumi.Input[str]]
    """Name of the vault, unique in Azure: 3-24 letters, digits and hyphens. Required unless the vault exists."""
    keep_name: NotRequired[bool]
    """Whether a vault that exists keeps its name when `vault_name` changes. A new or replaced one gets the
    new name. Default: false."""
    existing_vault_id: NotRequired[pulumi.Input[str]]
    """ARM ID of an existing vault with role-based access control, in the subscription of the provider. It is
    only read; the account gets a role on it."""
    external_role_assignment: NotRequired[bool]
    """Whether somebody else assigns the account's role on the vault. A warning names the command if it is missing.
    Default: false."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Tags of the vault. Default: none."""


class KeyVaultConnection(pulumi.ComponentResource):
    """A key vault (role-based access control, soft delete, purge protection), the account's role on it, and the
    account's connection to it. The service then stores the secrets of all other connections in that vault.

    All other connections of the account and its projects must depend on it. The service does not move secrets, so the
    vault cannot be added, changed or removed while the account has other connections. It creates no private endpoint
    and no firewall rules. The name of a deleted vault stays reserved for 90 days.
    """

    vault_id: pulumi.Output[str]
    """ARM ID of the vault."""
    vault_uri: pulumi.Output[str]
    """URI of the vault, such as https://agents-1234.vault.azure.net/."""
    connection_name: pulumi.Output[str]
    """Name of the account's connection."""

    @overload
    def __init__(self, name: str, args: KeyVaultConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[KeyVaultConnectionArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: KeyVaultConnectionArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the component; its resources are `<name>-vault`, `<name>-vault-access` and
            `<name>-vault-connection`.
        :param args: The account and the vault, as a dict or `KeyVaultConnectionArgs`. Or pass its keys as keywords.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: if the arguments are not valid.
        """
        args = arguments(KeyVaultConnectionArgs, self, name, args, keywords)
        refuse_incomplete(self, name, args, ("location", "vault_name"), "existing_vault_id")
        super().__init__("foundry-agents:index:KeyVaultConnection", name, None, opts)
        location = self._read(args["existing_vault_id"]) if "existing_vault_id" in args else self._create(name, args)
        ready = self._grant(name, args)
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
            # The role first: the account needs it to delete its secrets when the connection is removed.
            opts=arm_options(
                self,
                pulumi.ResourceOptions(
                    depends_on=ready,
                    replace_on_changes=["properties.target"],
                    delete_before_replace=True,
                    ignore_changes=["properties.isSharedToAll"],  # the service can return another value than was sent
                ),
            ),
        )
        self.connection_name = connection.urn.apply(lambda _: "key-vault")
        self.register_outputs(
            {"vaultId": self.vault_id, "vaultUri": self.vault_uri, "connectionName": self.connection_name}
        )

    def _create(self, name: str, args: KeyVaultConnectionArgs) -> pulumi.Output[str]:
        caller = explained(
            authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)),
            "reading the tenant of the vault",
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
            opts=arm_options(
                self, pulumi.ResourceOptions(ignore_changes=["vaultName"] if args.get("keep_name") else [])
            ),
        )
        self.vault_id = vault.id
        self.vault_uri = vault.properties.apply(lambda found: _uri(found.vault_uri if found else None))
        return pulumi.Output.from_input(args["location"])

    def _read(self, vault_id: pulumi.Input[str]) -> pulumi.Output[str]:
        where: pulumi.Output[VaultId] = existing(vault_id, parse_vault_id, self)
        vault = explained(
            keyvault.get_vault_output(
                resource_group_name=where.apply(lambda parts: parts.resource_group),
                vault_name=where.apply(lambda parts: parts.vault),
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the key vault",
        )
        self.vault_id = pulumi.Output.all(vault_id, vault).apply(lambda known: _in_rbac_mode(*known))
        self.vault_uri = vault.properties.apply(lambda found: cast(str, found.vault_uri))
        return cast(pulumi.Output[str], vault.location)

    def _grant(self, name: str, args: KeyVaultConnectionArgs) -> "list[pulumi.Resource]":
        # Read from Azure, not from the resource: in the preview of an update, such as a changed tag of the account, the
        # identity of the resource is unknown, which would show the role as replaced.
        account = explained(
            cognitiveservices.get_account_output(
                resource_group_name=args["resource_group_name"],
                account_name=args["account_name"],
                opts=pulumi.InvokeOutputOptions(parent=self),
            ),
            "reading the identity of the Foundry account",
        )
        wanted: dict[str, pulumi.Input[str]] = {
            "role": KEY_VAULT_SECRETS_OFFICER,
            "scope": self.vault_id,
            "principal_id": account.identity.apply(_principal_id),
            "principal_type": "ServicePrincipal",
        }
        if args.get("external_role_assignment"):
            tell_if_missing(self, **wanted)
            return []
        return [assign_role(f"{name}-vault-access", **wanted, opts=arm_options(self))]


def _in_rbac_mode(vault_id: str, vault: "keyvault.GetVaultResult") -> str:
    if not vault.properties.enable_rbac_authorization:
        raise pulumi.RunError(
            f"the key vault {vault_id} uses access policies, so a role on it has no effect; switch it to Azure "
            "role-based access control, or use another key vault"
        )
    return vault_id


def _principal_id(identity: "cognitiveservices.outputs.IdentityResponse | None") -> str:
    if identity is None or not identity.principal_id:
        raise pulumi.RunError(
            "the Foundry account has no system-assigned identity to write to the key vault; enable it"
        )
    return str(identity.principal_id)


def _uri(known: str | None) -> pulumi.Input[str]:
    """Unknown in a preview."""
    return known if known else pulumi.Output.from_input(cast(str, UNKNOWN))
