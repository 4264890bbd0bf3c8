"""Edits: each module has a function ``findings(case)``."""
