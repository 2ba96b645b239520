"""What deploying a hosted agent means, in plain asynchronous Python: nothing in here knows Pulumi."""
