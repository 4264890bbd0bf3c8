"""The audit of claims in a file of a release says what its database says, and is read without one. All claims are invented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.unit import Unit
from orchestration.releases.claim_audit import COLUMNS, NAME, claim_audit, write_claim_audit
from orchestration.releases.release_store import Release

CLAIMS = [
    (
        "a",
        "misattributed",
        8.0e9,
        None,
        0.1 + 0.2,
        "USD",
        "It's the payments; \N{GREEK SMALL LETTER DELTA} of 1 percent.",
    ),
    ("b", "not_verifiable", 4.0, 2.5, None, "PT", "No figure is held."),
]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "create table dim_unit as from (values ('USD', 'money', 'US dollars', '', true, 'usd;usd_million'), "
            "('PT', 'share', 'percent', '%', false, ''), ('XDC', 'money', 'of a currency', '', true, '')) "
            "as units (unit, dimension, phrase, sign, is_scaled, column_words)"
        )
        connection.execute(
            "create table fct_claim_audit (further varchar, explanation varchar, claim_id varchar, verdict varchar, unit varchar, "
            "claimed_value double, value_when_said double, value_latest double)"
        )
        for claim in reversed(CLAIMS):
            names, places = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
            connection.execute(f"insert into fct_claim_audit ({names}) values ({places})", claim)
    return Release(tmp_path, {"published_at": "2026-11-27T00:00:00+00:00", "sources": {}, "metrics": {}, "id": "one"})


def test_the_file_says_what_the_database_says(release: Release) -> None:
    from_database = claim_audit(release)
    assert not (release.folder / NAME).exists()
    write_claim_audit(release.folder)
    release.database.unlink()
    claims, units = claim_audit(release)
    assert (claims, units) == from_database
    assert [tuple(claim[column] for column in COLUMNS) for claim in claims] == CLAIMS
    assert units == {
        "USD": Unit("USD", "money", "US dollars", "", is_scaled=True),
        "PT": Unit("PT", "share", "percent", "%", is_scaled=False),
    }
