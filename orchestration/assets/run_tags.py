"""Kinds of runs, and their tags, by which assets and sensors know what a run is for."""

FETCH, BUILD, REFRESH, HOUSEKEEPING = "fetch", "build", "refresh", "housekeeping"

KIND, COMMAND = "bilateral/kind", "bilateral/refresh"
"""Tags of a run: its kind, and that the command line, which reports its outcome itself, started it."""

INPUTS, HELD = "bilateral/inputs", "bilateral/held"
"""Tags of a run that builds: the fingerprint of inputs and code, and the vintage that it held back."""
