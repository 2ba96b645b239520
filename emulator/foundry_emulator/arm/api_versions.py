"""Which API versions each resource type has.

Source: the aliases of pulumi-azure-native 3.29.0, which lists every version of every type, and the
published packages azure-mgmt-cognitiveservices 14.1.0, -containerregistry 15.0.0, -authorization 4.0.0,
-resource 26.0.0; for versions after 2026-07-01, the folders of Azure/azure-rest-api-specs.
"""

from foundry_emulator.arm import errors
from foundry_emulator.arm.ids import key

_PROJECTS = (
    "2025-04-01-preview",
    "2025-06-01",
    "2025-07-01-preview",
    "2025-09-01",
    "2025-10-01-preview",
    "2025-12-01",
    "2026-01-15-preview",
    "2026-03-01",
    "2026-03-15-preview",
    "2026-05-01",
    "2026-05-15-preview",
    "2026-07-01",
    "2026-07-15-preview",
    "2026-09-15-preview",
)
_ACCOUNTS = (
    "2017-04-18",
    "2021-04-30",
    "2021-10-01",
    "2022-03-01",
    "2022-10-01",
    "2022-12-01",
    "2023-05-01",
    "2023-10-01-preview",
    "2024-04-01-preview",
    "2024-06-01-preview",
    "2024-10-01",
    *_PROJECTS,
)
_REGISTRIES = (
    "2019-05-01",
    "2019-12-01-preview",
    "2020-11-01-preview",
    "2021-06-01-preview",
    "2021-08-01-preview",
    "2021-09-01",
    "2021-12-01-preview",
    "2022-02-01-preview",
    "2022-12-01",
    "2023-01-01-preview",
    "2023-06-01-preview",
    "2023-07-01",
    "2023-08-01-preview",
    "2023-11-01-preview",
    "2024-11-01-preview",
    "2025-03-01-preview",
    "2025-04-01",
    "2025-05-01-preview",
    "2025-06-01-preview",
    "2025-11-01",
    "2026-01-01-preview",
    "2026-03-01-preview",
    "2026-09-01-preview",
)
_VAULTS = (
    "2016-10-01",
    "2018-02-14",
    "2019-09-01",
    "2021-10-01",
    "2022-07-01",
    "2022-11-01",
    "2023-02-01",
    "2023-07-01",
    "2024-04-01-preview",
    "2024-11-01",
    "2024-12-01-preview",
    "2025-05-01",
    "2026-02-01",
    "2026-03-01-preview",
    "2026-05-15",
)

VERSIONS: dict[str, tuple[str, ...]] = {
    "microsoft.cognitiveservices": _ACCOUNTS,
    "microsoft.cognitiveservices/accounts/projects": _PROJECTS,
    "microsoft.cognitiveservices/accounts/connections": _PROJECTS,
    "microsoft.cognitiveservices/accounts/capabilityhosts": _PROJECTS,
    "microsoft.containerregistry": _REGISTRIES,
    "microsoft.keyvault": _VAULTS,
}

KNOWS_PUBLIC_HOSTING = (
    "2025-10-01-preview",
    "2025-12-01",
    "2026-01-15-preview",
    "2026-03-01",
    "2026-03-15-preview",
    "2026-05-01",
    "2026-05-15-preview",
    "2026-07-01",
    "2026-07-15-preview",
    "2026-09-15-preview",
)
"""API versions whose account capability host has `enablePublicHostingEnvironment`.

Source: the resource types of Azure/bicep-types-az. Versions from 2026-07-01 on are newer than that list and assumed
to have it.
"""


def check_api_version(path: str, version: str) -> None:
    """Refuse a version that the type does not have. Types that are not listed take any well-formed one."""
    namespace, types = _type_of(path)
    if not namespace:
        return
    known = versions_of("/".join((namespace, *types)))
    if known and version not in known:
        raise errors.unknown_api_version(version, "/".join(types), "", known)


def versions_of(resource_type: str) -> tuple[str, ...]:
    """The versions of a type, oldest first; nothing for one that is not listed."""
    parts = resource_type.lower().split("/")
    for depth in range(len(parts), 0, -1):
        known = VERSIONS.get("/".join(parts[:depth]))
        if known is not None:
            return known
    return ()


def _type_of(path: str) -> tuple[str, tuple[str, ...]]:
    place = key(path)
    start = place.rfind("/providers/")
    if start < 0:
        return "", ()
    namespace, *rest = place[start + len("/providers/") :].split("/")
    if not rest or rest == ["register"]:  # the provider itself, an operation of Microsoft.Resources
        return "", ()
    return namespace, tuple(rest[0::2])
