"""How the rooms hang together in Dagster: thin wrappers that call the rooms and hand their numbers to the UI."""
