"""The benchmark of engines makes the rows that it says, reads costs as growth, and refuses engines that differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from bench import engines
from bench.whole_chain import Cost
from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import raw_schema
from orchestration.sources import oecd
from orchestration.transform.build import Build
from orchestration.transform.engines import spark

SUBJECT = engines.Subject("reports", (), engines.write_reports)


def test_reports_are_of_both_partners_and_in_the_schema_of_their_source(tmp_path: Path) -> None:
    (tmp_path / "oecd").mkdir()
    assert engines.write_reports(tmp_path, 3_000, Settings.from_environment()) == 3_000
    written = pq.read_table(tmp_path / "oecd" / "bilateral_services" / "synthetic.parquet")
    assert written.column_names == raw_schema(oecd.TABLES["bilateral_services"]).names
    with duckdb.connect() as connection:
        connection.register("written", written)
        (counted,) = connection.execute(
            """select count(*) filter (one.ACCOUNTING_ENTRY = 'C'), count(*) filter (other.REF_AREA is null) from written as one
            left join written as other on one.REF_AREA = other.COUNTERPART_AREA and one.COUNTERPART_AREA = other.REF_AREA
            and one.MEASURE = other.MEASURE and one.TIME_PERIOD = other.TIME_PERIOD and one.ACCOUNTING_ENTRY <> other.ACCOUNTING_ENTRY"""
        ).fetchall()
    assert counted == (1_500, 0)


def test_growth_is_said_a_million_rows_and_as_an_exponent() -> None:
    sizes = [(1_000_000, {"duckdb": Cost(9, 10, 10**9)}), (3_000_000, {"duckdb": Cost(20, 30, 2 * 10**9)})]
    *_, last = engines.table(SUBJECT, sizes)
    assert last.split() == ["duckdb", "3,000,000", "20.0", "30.0", "2.00", "10.0", "1.00"]


def test_an_engine_that_cannot_run_is_left_out_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacks() -> None:
        raise DbtError("the engine spark needs Java")

    monkeypatch.setattr(spark, "require", lacks)
    assert engines.engines_here() == ["duckdb"]
    assert capsys.readouterr().out == "left out: the engine spark needs Java\n"


def test_costs_of_engines_with_other_rows_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(Settings.from_environment(), data=tmp_path / "data")
    (tmp_path / "latest" / "raw").mkdir(parents=True)
    monkeypatch.setattr(engines, "latest_build", lambda settings: Build(tmp_path / "latest"))

    def build(settings: Settings, raw: Path, folder: Path, models: object) -> tuple[Build, Cost]:
        folder.mkdir()
        with duckdb.connect(str(Build(folder).database)) as connection:
            connection.execute(f"create table facts as select * from range({2 if settings.engine == 'spark' else 3})")
        return Build(folder), Cost()

    monkeypatch.setattr(engines, "built", build)
    subject = replace(SUBJECT, write=lambda raw, rows, settings: rows)
    (tmp_path / "one").mkdir()
    with pytest.raises(
        SystemExit, match=r"reports: other rows with spark: \[\('main.facts', 2\), \('main.facts', 3\)\]"
    ):
        engines.measured(subject, 5, settings, ["duckdb", "spark"], tmp_path / "one")
    (tmp_path / "other").mkdir()
    made, costs = engines.measured(subject, 5, settings, ["duckdb"], tmp_path / "other")
    assert (made, costs) == (5, {"duckdb": Cost()})
