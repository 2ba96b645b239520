"""`RegistryMode`: the role assignment mode of a registry, which azure-native's own resource cannot set."""

import pulumi
import pulumi.dynamic

from .. import dynamic
from ..adapters.registration import register
from ..lifecycle.resource.registry_mode import REGISTRY_MODE
from ..lifecycle.service.registry_mode import BY_REPOSITORY


class RegistryMode(pulumi.dynamic.Resource, module="foundry-agents", name="RegistryMode"):
    """The mode "RBAC Registry + ABAC Repository Permissions" of a registry.

    It changes nothing else of the registry, and deleting it leaves the mode. It assigns no roles.
    """

    def __init__(self, name: str, registry_id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        """
        :param name: Name of the resource in the program.
        :param registry_id: ARM ID of the registry.
        :param opts: Pulumi's options.
        """
        inputs = {"registry_id": registry_id, "mode": BY_REPOSITORY}
        register(self, name, inputs, opts, dynamic=dynamic.REGISTRY_MODE_PROVIDER, outputs=REGISTRY_MODE.outputs)
