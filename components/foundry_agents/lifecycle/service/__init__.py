"""What is said to the service, and what it answers."""
