"""Codes that every table shares."""

WORLD = "W00"
"""The world, and a counterpart where there is none."""

TOTAL = "_T"
"""The item of a figure that is not split."""
