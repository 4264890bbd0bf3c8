"""The pipeline as Dagster assets, checks and jobs, which call the other packages and report their numbers."""
