"""The Dagster code location of Bilateral and everything it runs."""

__version__ = "0.2.0"
