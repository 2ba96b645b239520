"""`Toolbox`: the tools of one or more agents as one MCP server. An update creates a new version of it."""

from typing import Any, overload

import pulumi
import pulumi.dynamic
from typing_extensions import Unpack

from . import dynamic
from .adapters.arguments import NOT_GIVEN, arguments
from .adapters.claimed_names import claim
from .adapters.registration import look_up, refuse_timeouts, register, set_attributes, warn, with_mark
from .args import ToolboxArgs
from .lifecycle.resource.toolbox import TOOLBOX


class Toolbox(pulumi.dynamic.Resource, module="foundry-agents", name="Toolbox"):
    """A toolbox.

    An update with changed tools creates a new version, makes it the default, and deletes versions past `keep_versions`.
    The endpoint serves the default version and stays the same, so agents need no new version.

    Its ID is `<project endpoint>/toolboxes/<name>`. It does not create the connections and vector stores that its
    tools use, and assigns no roles.
    """

    toolbox_name: pulumi.Output[str]
    """Name of the toolbox."""
    toolbox_id: pulumi.Output[str]
    """The service's ID of the toolbox."""
    version: pulumi.Output[str]
    """The default version."""
    versions: pulumi.Output[list[str]]
    """The versions that are kept, starting with the default one."""
    previous_version: pulumi.Output[str]
    """The version that was the default before; empty if there is none."""
    latest_version: pulumi.Output[str]
    """The newest version, whoever created it."""
    unmanaged_versions: pulumi.Output[list[str]]
    """Versions that a refresh found and no `pulumi up` has seen yet."""
    adopted_from: pulumi.Output[str]
    """The mark of another owner that the toolbox was imported with, until `pulumi up` makes a version of this stack."""
    mcp_endpoint: pulumi.Output[str]
    """MCP endpoint of the default version. It needs a token for https://ai.azure.com."""
    owner: pulumi.Output[str]
    """Owner of the toolbox."""

    @overload
    def __init__(self, name: str, args: ToolboxArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **keywords: Unpack[ToolboxArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: ToolboxArgs = NOT_GIVEN,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        """
        :param name: Name of the resource in the program; part of the owner in the toolbox's metadata.
        :param args: The toolbox, as a dict or `ToolboxArgs`. Or pass its keys as keywords. Previews refuse wrong
            values, all at once.
        :param opts: Pulumi's options. A dynamic resource refuses `custom_timeouts`.
        :raises pulumi.RunError: if neither or both of `args` and keywords are passed, if `args` is not a dict, if
            `custom_timeouts` are refused, or if another resource of the program is the same toolbox.
        """
        refuse_timeouts("Toolbox", name, opts, "remove it")
        given = arguments(ToolboxArgs, self, name, args, keywords, check_keys=False)
        claim(self, name, "toolbox", given)
        inputs = with_mark(name, given)
        register(self, name, inputs, opts, dynamic=dynamic.TOOLBOX_PROVIDER, outputs=TOOLBOX.outputs)
        set_attributes(self, _ATTRIBUTES)
        warn(self, args, inputs, TOOLBOX.check)

    @classmethod
    def get(
        cls,
        name: str,
        id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "Toolbox":
        """Looks up a toolbox that exists, whoever manages it. The program reads it, and never changes it.

        :param name: Name of the look-up in the program.
        :param id: `<project endpoint>/toolboxes/<name>`.
        :param opts: Pulumi's options.
        :raises pulumi.RunError: unless the program called `use_first_class_resources()`.
        """
        found = cls.__new__(cls)
        look_up(found, name, id, opts, outputs=_ATTRIBUTES)
        set_attributes(found, _ATTRIBUTES)
        return found


_ATTRIBUTES = ("toolbox_name", "owner", *TOOLBOX.outputs)
