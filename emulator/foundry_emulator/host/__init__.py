"""What carries the services of a local Azure: its folder, settings, time, servers, request log and faults."""
