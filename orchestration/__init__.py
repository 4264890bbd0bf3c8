"""The Dagster code location of Bilateral and everything it runs."""
