"""The notebook runs from a published release alone, and every number in it is the release's."""

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
    assert sum(output is not None for output in outputs) == 7
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
