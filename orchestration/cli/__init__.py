"""The ``bilateral`` command. It calls the rooms and prints; nothing is computed here."""
