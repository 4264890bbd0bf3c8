"""Codes that every table shares."""

WORLD = "W00"
"""Area code of the world, also of figures without a counterpart."""

TOTAL = "_T"
"""The item of a figure that is not split."""
