"""Suites of expectations over published metrics: finding them, running them, and the receipt of what they saw."""
