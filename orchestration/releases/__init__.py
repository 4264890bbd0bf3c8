"""Releases: the gate before one, writing one, and reading those there are."""
