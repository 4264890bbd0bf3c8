"""The pipeline as Dagster assets, checks and jobs: thin wrappers that call the other packages and report their numbers."""
