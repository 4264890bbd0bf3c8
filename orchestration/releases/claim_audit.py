"""The audit of claims of a release."""

from __future__ import annotations

from typing import Any

from orchestration.contracts.unit import Unit, units_of_release
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release

TABLE = "fct_claim_audit"
COLUMNS = ("claim_id", "verdict", "claimed_value", "value_when_said", "value_latest", "unit", "explanation")


def claim_audit(release: Release) -> tuple[list[dict[str, Any]], dict[str, Unit]]:
    """Return the claims of a release with ``COLUMNS``, ordered by claim, and its units by code."""
    if TABLE not in release.content["tables"]:
        return [], {}
    with open_read_only(release.database) as connection:
        rows = connection.execute(f"select {', '.join(COLUMNS)} from {TABLE} order by claim_id").fetchall()
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows], units_of_release(connection) if rows else {}
