"""What the date of a vintage is, and which later revision of its publisher a figure lacks."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from orchestration.contracts.source import Resource
from orchestration.reading.figure_notes import notes_of
from orchestration.reading.vintage_dates import columns
from tests.unit.synthetic_source import origin

MARTS = ("dim_payload", "dim_policy_event")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """A build with three sources: b's date is inferred, c's is the day of a copy; an event revised a in 2020."""
    opened = duckdb.connect()
    opened.execute(
        "attach ':memory:' as build; create schema build.marts; create schema build.metrics;"
        "create table build.marts.dim_payload as from (values ('a', 'stated', '2019-08-07 2021-09-21'), "
        "('b', 'inferred', '2021-01-31'), ('c', 'day_of_copy', '2021-01-31'), ('c', 'stated', null)) "
        "as payload(source, vintage_basis, vintages);"
        "create table build.marts.dim_policy_event as from (values (date '2020-06-19', 'USA', 'S;SH', 'a'), "
        "(date '2014-06-04', 'USA', 'S;SH', 'a'), (date '2025-12-01', 'W00', 'SH', 'b'), (date '2020-06-19', 'W00', 'SH', '')) "
        "as event(date, areas, items, revises);"
        "create table build.metrics.charges as from (values "
        "('USA', 'CHN', 'SH', 'reported', 'a', date '2019-08-07', 2018), ('USA', 'CHN', 'SH', 'reported', 'a', date '2021-09-21', 2018), "
        "('CHN', 'USA', 'SH', 'mirrored', 'a', date '2019-08-07', 2018), ('USA', 'CHN', 'SH', 'mirrored', 'a', date '2019-08-07', 2018), "
        "('USA', 'CHN', 'SH1', 'derived', 'a+b', date '2019-08-07', 2019), ('USA', 'CHN', 'SH', 'reported', 'a', date '2019-08-07', 2020), "
        "('USA', 'CHN', '_T', 'reported', 'a', date '2019-08-07', 2018), ('DEU', 'CHN', 'SH', 'balanced', 'b', date '2021-01-31', 2018), "
        "('DEU', 'CHN', 'SH', 'derived', 'b+c', date '2021-01-31', 2018), "
        "('USA', 'CHN', 'SH', 'reported', 'a', date '2020-06-19', 2017)) "
        "as charge(area, counterpart_area, item, basis, source, vintage, year)"
    )
    return opened


def test_figures_have_date_basis_and_revision(connection: duckdb.DuckDBPyConnection) -> None:
    made, join = columns(connection, ["charges"], MARTS)
    sql = f"select built.area || built.item || basis || year, {made} from build.metrics.charges as built {join} order by built.rowid"
    revised = date(2020, 6, 19)
    assert connection.execute(sql).fetchall() == [
        ("USASHreported2018", "stated", revised),
        ("USASHreported2018", "stated", None),
        ("CHNSHmirrored2018", "stated", revised),
        ("USASHmirrored2018", "stated", None),
        ("USASH1derived2019", "stated", revised),
        ("USASHreported2020", "stated", None),
        ("USA_Treported2018", "stated", None),
        ("DEUSHbalanced2018", "inferred", date(2025, 12, 1)),
        ("DEUSHderived2018", "day_of_copy", date(2025, 12, 1)),
        ("USASHreported2017", "stated", None),  # the vintage of that day has the revision
    ]
    assert columns(connection, ["charges"], ()) == (
        "'stated' as vintage_basis, cast(null as date) as revised_since",
        "",
    )


def test_an_origin_card_overrides_its_resource_and_a_dated_file_counts_as_stated() -> None:
    undated = origin(b"a")
    dated_file = replace(undated, publisher_last_updated=date(2020, 1, 1))
    assert Resource("r", "").basis_of(undated) == "stated"
    by_file = Resource("r", "", vintage_basis=None)
    assert (by_file.basis_of(undated), by_file.basis_of(dated_file)) == ("day_of_copy", "stated")
    assert by_file.basis_of(replace(undated, vintage_basis="inferred")) == "inferred"
    assert Resource("r", "", vintage_basis="inferred").basis_of(dated_file) == "inferred"


def test_notes_name_step_revision_and_other_publisher() -> None:
    with duckdb.connect() as opened:
        opened.execute(
            "create table metric_vintages as select 'ip_payments' as metric_id, 'payments' as measure, 'GBR' as area, 'W00' as "
            "counterpart_area, 'SH' as item, 'reference_year' as clock, '_Z' as authority, null::integer as base_year, 'reported' as basis, "
            "'USD' as unit, 'A' as obs_status, true as is_latest, 'inferred' as vintage_basis, date '2022-09-29' as vintage, * "
            "from (values ('ons', 2020, 16e9), ('ons', 2021, 17.8e9), ('wb', 2020, 15.6e9), ('wb', 2021, 22.4e9), ('near', 2021, 22.5e9)) "
            "as figure(source, year, value)"
        )
        names = [column[0] for column in opened.execute("select * from metric_vintages").description or ()]
        (row,) = opened.execute("select * from metric_vintages where source = 'wb' and year = 2021").fetchall()
        figure = dict(zip(names, row, strict=True))
        assert notes_of(opened, figure) == [
            "Large step, cause not established: +44 percent from 15,600,000,000 in 2020.",
            "Another publisher's figure of the same: 17,800,000,000 (ons, vintage 2022-09-29 (date inferred)).",
        ]
        (revision, *_) = notes_of(opened, figure | {"revised_since": date(2023, 1, 1), "value": None})
        assert revision.startswith("The publisher has revised its year since, on 2023-01-01")
