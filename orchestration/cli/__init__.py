"""The ``bilateral`` command."""
