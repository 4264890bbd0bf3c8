"""The audit of claims of a release: as a file of its own, so that it is read without loading a database, and from the database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.contracts.unit import Unit, units_of_release
from orchestration.core.files import read_json, write_json
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release

NAME = "claims.json"
TABLE = "fct_claim_audit"

COLUMNS = ("claim_id", "verdict", "claimed_value", "value_when_said", "value_latest", "unit", "explanation")
_OF_UNIT = ("dimension", "phrase", "sign", "is_scaled")
"""What is said of a unit, so that a figure can be written in words."""


def write_claim_audit(folder: Path) -> None:
    """Write ``claims.json`` into a release folder whose database has the audit: ``claims`` by claim, and ``units`` by code."""
    write_json(folder / NAME, _audited(folder / "warehouse.duckdb"))


def claim_audit(release: Release) -> tuple[list[dict[str, Any]], dict[str, Unit]]:
    """The claims of a release with ``COLUMNS``, ordered by claim, and the units of its figures by code."""
    path = release.folder / NAME
    # a release of an earlier version has no such file
    held: Mapping[str, Any] = read_json(path) if path.exists() else _audited(release.database)
    return held["claims"], {code: Unit(code, **unit) for code, unit in held["units"].items()}


def _audited(database: Path) -> dict[str, Any]:
    with open_read_only(database) as connection:
        rows = connection.execute(f"select {', '.join(COLUMNS)} from {TABLE} order by claim_id").fetchall()
        units = units_of_release(connection) if rows else {}
    named = {row[COLUMNS.index("unit")] for row in rows}
    return {
        "claims": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
        "units": {code: {one: getattr(unit, one) for one in _OF_UNIT} for code, unit in units.items() if code in named},
    }
