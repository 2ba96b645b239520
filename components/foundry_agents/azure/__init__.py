"""One component a file, on azure-native: what agents need in Azure Resource Manager."""
