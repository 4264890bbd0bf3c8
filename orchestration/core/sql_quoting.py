"""Quoted identifiers and text literals for SQL that cannot take parameters."""

from __future__ import annotations

from pathlib import Path


def name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """A quoted SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
