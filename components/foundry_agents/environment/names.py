"""The default names of the resources in Azure."""

import hashlib
import re

import pulumi


def unique_name(
    environment: str,
    subscription_id: pulumi.Input[str],
    resource_group: pulumi.Input[str],
    location: pulumi.Input[str],
    *,
    joint: str,
    stem_length: int = 40,
) -> pulumi.Output[str]:
    """Returns a name that is unique in Azure, and constant for a stack, subscription, resource group and location.

    An earlier version derived it from the subscription and resource group alone: what exists keeps its name. What is
    replaced gets a name of another place, since a deleted account or vault holds its name for some time.

    :param environment: Name of the environment, which the name begins with.
    :param joint: What separates it from the suffix of eight characters.
    :param stem_length: How many characters of the environment's name to use.
    """
    stem = re.sub(r"[^a-z0-9]", "", environment.lower())[:stem_length]
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    place = pulumi.Output.all(subscription_id, resource_group, location, stack)
    return place.apply(lambda known: f"{stem}{joint}{hashlib.sha256('/'.join(known).encode()).hexdigest()[:8]}")


def project_name(environment: str) -> str:
    """Returns the environment's name as a valid name of a Foundry project: 3-32 letters, digits and hyphens."""
    cleaned = re.sub(r"[^a-zA-Z0-9-]", "-", environment).strip("-")[:32].strip("-")
    return cleaned if len(cleaned) >= 3 else f"{cleaned}-project".strip("-")
