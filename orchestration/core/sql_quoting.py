"""Quoted identifiers and text literals for SQL that cannot take parameters."""

from pathlib import Path


def name(identifier: str) -> str:
    """Return a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """Return a quoted SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
