"""The regions that offer hosted agents. The list grows, so a region that is missing here is only a warning.

Source: hosted-agent-regions.json of the Azure Developer CLI, 2026-08.
"""

_LIST = """
australiaeast brazilsouth canadacentral canadaeast centralus eastus eastus2 francecentral
germanywestcentral italynorth japaneast japanwest koreacentral northcentralus norwayeast
polandcentral southafricanorth southcentralus southeastasia southindia spaincentral swedencentral
switzerlandnorth switzerlandwest uaenorth uksouth ukwest westcentralus westeurope westus westus2
westus3
"""

HOSTED_AGENT_REGIONS = frozenset(_LIST.split())
