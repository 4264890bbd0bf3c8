"""Files of values that a person reviewed: the numbers that a module names, and rows that are written again. No test here."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx


def numbers_of(module: ModuleType) -> dict[str, Any]:
    """The constants of a module that are numbers or dates, or sets of or mappings to such, by name."""
    named = {name.removeprefix("_"): _plain(value) for name, value in vars(module).items() if name.isupper()}
    return {name: value for name, value in sorted(named.items()) if value is not None}


def _plain(value: object) -> Any:
    """The value as JSON has it; None where it is none of numbers."""
    if isinstance(value, httpx.Timeout):
        return value.as_dict()
    if isinstance(value, date):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value) if all(isinstance(one, int) for one in value) else None
    if isinstance(value, Mapping):
        found = {" ".join(key) if isinstance(key, tuple) else str(key): _plain(one) for key, one in value.items()}
        return found if found and None not in found.values() else None
    return value if type(value) in (int, float) else None


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write reviewed rows again; the first one has all columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
