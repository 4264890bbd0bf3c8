"""The service: who may reach the Dagster UI, the guard before it, and processes that end together."""
