"""Releases: the gate before one, writing and publishing it, comparing two, and the upkeep of all."""
