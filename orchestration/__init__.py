"""The Dagster code location of Bilateral and everything it runs."""

__version__ = "0.3.0"
