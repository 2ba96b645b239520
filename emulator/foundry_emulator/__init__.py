"""A local Azure for Microsoft Foundry hosted agents.

It speaks the protocols of Entra ID, Azure Resource Manager, the container registry and the Foundry
data plane over TLS, and starts real agent processes. It knows nothing of the product that uses it.
"""
