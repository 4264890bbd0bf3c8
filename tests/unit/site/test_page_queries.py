"""Queries of lists: each row by hand, from figures with which another order, year, sign or column gives another row."""

from datetime import date

import duckdb
import pytest

from orchestration.reading.read_only import dicts
from orchestration.site.metric_figures import View, ranking_query
from orchestration.site.query_files import sql_of
from tests.unit.synthetic_project import figure, write_figures, write_latest


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def test_the_newest_figure_is_of_the_source_with_most_years(connection: duckdb.DuckDBPyConnection) -> None:
    years = {"b": (2021, 2023, 2024), "a": (2023, 2024), "c": (2020, 2021, 2022, 2023)}
    rows = [figure(source=source, year=year, value=year * 1.0) for source, held in years.items() for year in held]
    rows += [figure(source="b", year=2025, value=None), figure(source="b", year=2026, counterpart_area="USA")]
    write_latest(connection, "ip_receipts", rows)
    ((area, newest),) = connection.execute(sql_of("pages/newest.sql", table="ip_receipts")).fetchall()
    assert (area, newest["source"], newest["year"]) == ("AAA", "b", 2024)


def test_receipts_and_payments_of_one_year_are_drawn_on_one_scale(connection: duckdb.DuckDBPyConnection) -> None:
    sizes = {"USA": (90e9, 60e9), "NLD": (50e9, 80e9), "CHN": (10e9, 40e9)}
    for place, metric in enumerate(("ip_receipts", "ip_payments")):
        rows = [figure(area=area, value=values[place], source="a") for area, values in sizes.items()]
        write_latest(connection, metric, rows)
    connection.execute("""
        create table dim_area as select unnest(['USA', 'NLD', 'CHN']) as area, area as name, 'country' as kind;
        create table fct_series_coverage as select unnest(['ip_receipts', 'ip_payments']) as metric_id,
            'W00' as counterpart_area, 'a' as source, 2024 as year, 3 as economies, true as is_latest_complete
    """)
    earners = sql_of("pages/earners.sql")
    shares = {row["area"]: (row["received_share"], row["paid_share"]) for row in dicts(connection.execute(earners))}
    assert shares == {
        "USA": (100, pytest.approx(200 / 3)),
        "NLD": pytest.approx((500 / 9, 800 / 9)),
        "CHN": pytest.approx((100 / 9, 400 / 9)),
    }
    connection.execute("""
        update fct_series_coverage set year = 2023 where metric_id = 'ip_payments';
        insert into ip_payments_all select * replace (2023 as year) from ip_payments_all
    """)
    assert dicts(connection.execute(earners)) == [], "receipts of one year and payments of another"


def test_asymmetries_are_by_the_width_of_either_sign(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        create table fct_bilateral_reconciled as from (values
            ('AAA', 'BBB', 'SH', 2019, ln(2)), ('AAA', 'BBB', 'SH', 2020, ln(3)), ('CCC', 'BBB', 'SH', 2018, -ln(4)),
            ('CCC', 'BBB', 'SH', 2017, null), ('CCC', 'BBB', 'S', 2016, ln(9)), ('BBB', 'AAA', 'SH', 2020, 0.0)
        ) as flows(exporter, importer, item, year, asymmetry)
    """)
    rows = [tuple(row.values()) for row in dicts(connection.execute(sql_of("pages/asymmetries.sql")))]
    assert [(*row[:6], round(row[6], 6)) for row in rows] == [
        ("BBB", "CCC", "BBB-CCC", 1, 2018, 2018, 4),
        ("BBB", "AAA", "AAA-BBB", 2, 2019, 2020, 3),
        ("AAA", "BBB", "AAA-BBB", 1, 2020, 2020, 1),
    ]


def test_a_source_has_its_newest_year_and_edition(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [figure(source="a", year=2023), figure(source="a+b", year=2024), figure(source="a", year=2025, value=None)]
    write_figures(connection, "metric_vintages", rows)
    connection.execute("""
        alter table metric_vintages add column revised_since date;
        update metric_vintages set revised_since = if(source = 'a', date '2026-08-01', date '2026-09-01');
        create table dim_payload as from (values
            ('a', '2025-12-17 2026-07-01'), ('a', '2018-08-01'), ('b', '2026-10-01'), ('c', '2026-10-01')
        ) as payloads(source, vintages);
        create table dim_source as select unnest(['a', 'b', 'c']) as source, unnest([6, 12, 1]) as cycle_months
    """)
    a, b = ({**row} for row in dicts(connection.execute(sql_of("pages/sources.sql"))))
    assert (a["source"], a["figures"], a["newest_year"]) == ("a", 2, 2024)
    assert (a["vintage"], a["revised_since"], a["due"]) == (date(2026, 7, 1), date(2026, 8, 1), date(2027, 1, 1))
    assert (b["source"], b["figures"], b["vintage"], b["revised_since"]) == ("b", 1, date(2026, 10, 1), None)


CHARGES = {"metric_id": "bilateral_ip_charges", "item": "SH"}
JOINT = {"metric_id": "co_inventions", "item": "_T", "basis": "reported"}


def test_a_pair_has_its_newest_reliable_figure_and_a_page_where_it_is_large(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("""
        create table dim_area as select unnest(['AAA', 'BBB', 'CCC', 'DDD']) as area, area as name, 'country' as kind
    """)
    rows = [figure(counterpart_area="BBB", year=2024, value=9e9, obs_status="U", **CHARGES)]
    rows += [figure(counterpart_area="BBB", year=year, value=year * 1.0, **JOINT) for year in (2020, 2022)]
    estimates = ((2e6, 1e3), (9e5, 1e3))
    rows += [
        figure(area=area, counterpart_area="CCC", year=year, value=value, basis="balanced", **CHARGES)
        for area, values in zip(("AAA", "BBB"), estimates, strict=True)
        for year, value in zip((2018, 2019), values, strict=True)
    ]
    write_figures(connection, "metric_vintages", [*rows, figure(area="DDD", value=None)])
    pairs = connection.execute(sql_of("pages/pairs.sql")).fetchall()
    assert [(pair[0], pair[2], pair[6], pair[7], pair[8]["value"], pair[10], pair[11]) for pair in pairs] == [
        ("AAA", "BBB", True, "joint inventions", 2022, False, 2024),
        ("AAA", "CCC", True, "CCC paid", 1e3, True, 2019),
        ("BBB", "CCC", False, "CCC paid", 1e3, True, 2019),
    ]
    economies = connection.execute(sql_of("pages/economies.sql")).fetchall()
    assert [area for area, _ in economies] == ["AAA", "BBB", "CCC"], "an economy without a figure has no page"


@pytest.mark.parametrize(("pairs", "ranked"), [("mutual", ["AAA-BBB"]), ("directed", ["BBB-AAA", "AAA-BBB"])])
def test_pairs_of_both_directions_are_ranked_twice(
    connection: duckdb.DuckDBPyConnection, pairs: str, ranked: list[str]
) -> None:
    connection.execute(
        "create table dim_area as select unnest(['AAA', 'BBB']) as area, area as name, 'country' as kind"
    )
    ends = {("AAA", "BBB"): 1.0, ("BBB", "AAA"): 2.0, ("AAA", "AAA"): 3.0}
    write_latest(connection, "m", [figure(area=a, counterpart_area=b, value=value) for (a, b), value in ends.items()])
    rows = dicts(connection.execute(ranking_query("m", View({}, 2024, 2, pairs))))
    assert [row["area"] for row in rows] == ranked


def test_the_newest_claim_is_first(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table fct_claim_audit as select unnest(['a', 'b']) as claim_id, unnest([2001, 2002]) as said_on"
    )
    assert [row["claim_id"] for row in dicts(connection.execute(sql_of("pages/claims.sql")))] == ["b", "a"]
