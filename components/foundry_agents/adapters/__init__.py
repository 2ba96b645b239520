"""What all ways in which Pulumi reaches the resources share: names, unknown values, the watch on the engine."""
