"""Suites of expectations over published metrics: load them, run them, and record their results in a receipt."""
