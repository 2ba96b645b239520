"""The schema of the provider, from the declarations of inputs and the annotations of components."""
