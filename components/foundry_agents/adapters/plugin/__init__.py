"""The first-class provider: the resources, components and functions of this package for every Pulumi language."""
