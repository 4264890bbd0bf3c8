"""The notebook runs from a published release alone, and every number in it is the release's."""

from __future__ import annotations

import runpy

import duckdb
import pytest

from tests.integration.conftest import REPOSITORY, PublishedCopy

NOTEBOOK = REPOSITORY / "docs" / "notebooks" / "first_pair.py"


def test_the_notebook_runs_from_a_release_alone(published_copy: PublishedCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(published_copy.data))
    app = runpy.run_path(str(NOTEBOOK))["app"]
    outputs, names = app.run()
    names["warehouse"].close()  # it holds the file as no other connection of this process does
    assert all(output is not None for output in outputs)
    with duckdb.connect(
        str(published_copy.data / "releases" / "current" / "warehouse.duckdb"), read_only=True
    ) as release:
        (known,) = release.execute(
            "select value / 1e9 from ip_receipts where area = 'CHN' and source = 'world_bank' and year = 2020"
        ).fetchall()
    charges = names["charges"]
    shown = charges[
        (charges["economy"] == "China") & (charges["year"] == 2020) & (charges["metric_id"] == "ip_receipts")
    ]
    assert shown["billion_usd"].tolist() == [known[0]]
    assert len(names["between"]) > 20
    assert names["known"]["vintage"].nunique() > 2
    assert names["joint"]["patents"].gt(0).all()
    assert len(names["events"]) > 5
    assert "CGTN" in " ".join(names["audit"]["claim_id"]).upper()
    assert all(name in outputs[-1].text for name in ("ip_receipts", "bilateral_ip_charges", "co_inventions"))
