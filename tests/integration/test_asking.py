"""Queries as an analyst runs them: worked questions, exports and descriptions."""

import re
from typing import Any

import pandas as pd
import pytest

from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from tests.integration.conftest import PublishedCopy


def ask(release: Release, sql: str) -> pd.DataFrame:
    with open_read_only(release.database) as connection:
        return connection.execute(sql).df()


ONE_ROW_A_YEAR = [(1, 1)]
HURRIED: dict[str, list[tuple[Any, ...]]] = {
    # what a person types who asks without saying more, with no condition but economy and year
    "select round(sum(value) / 1e9), count(*) from ip_receipts where year = 2023": [(514, 131)],
    "select count(distinct area), count(*), min(length(area)), max(length(area)) from "
    "(from ip_receipts where year = 2023 order by value desc limit 10)": [(10, 10, 3, 3)],
    "select min(n), max(n) from (select count(*) as n from ip_payments where area = 'USA' group by year)": ONE_ROW_A_YEAR,
    "select min(n), max(n) from (select count(*) as n from ip_payments where area = 'CHN' group by year)": ONE_ROW_A_YEAR,
    "select value / 1e6 from bilateral_ip_charges where area = 'USA' and counterpart_area = 'CHN' and year = 2016": [
        (6778,)
    ],
    "select value from co_inventions where area = 'USA' and counterpart_area = 'CHN' and year = 2024": [(2928,)],
    "select sum(value) from us_patent_grants where area = 'CHN' and year = 2022": [(27769,)],
    "select sum(value) from trademark_registrations where area = 'CHN' and year = 2022": [(120004,)],
    "select value from co_publications where area = 'USA' and counterpart_area = 'CHN' and year = 2022": [(58546,)],
    "select area, value from pct_applications where year = 2022 order by value desc limit 2": [
        ("CHN", 70015),
        ("USA", 59056),
    ],
    "from ip_receipts where area = 'W00' and year = 2025": [],
    "select round(value, 2) from technology_upgrading where area = 'CHN' and year = 2023": [(2.58,)],
    "select min(n), max(n) from (select count(*) as n from bilateral_services_balance "
    "where area = 'USA' and counterpart_area = 'CHN' group by year)": ONE_ROW_A_YEAR,
}


@pytest.mark.parametrize("sql", HURRIED)
def test_a_hurried_query_gets_the_figure_that_it_means(release: Release, sql: str) -> None:
    assert [*ask(release, sql).itertuples(index=False, name=None)] == HURRIED[sql]


def test_a_series_has_one_source_and_basis_and_no_splice(release: Release) -> None:
    """What China paid the United States is one report; neither an estimate nor a newer publication follows it."""
    spliced = "select area, counterpart_area from {} group by all having count(distinct (source, basis)) > 1"
    for metric, answer in release.content["answers"].items():
        if metric in release.content["tables"]:
            assert ask(release, spliced.format(metric)).empty, answer["question"]
    both = (
        "select max(year) from bilateral_ip_charges where area in ('USA', 'CHN') and counterpart_area in ('USA', 'CHN')"
    )
    assert ask(release, f"{both} and basis in ('balanced', 'reconciled')").isna().all(axis=None)


def test_a_metric_of_selected_figures_says_so(release: Release, published_copy: PublishedCopy) -> None:
    """In caveats, question and `show`; a source is a selection where its payloads are parts of tables."""
    parts = {*ask(release, "select distinct source from dim_payload where excerpt is not null")["source"]}
    metrics, selected = release.lineage.metrics, set()
    for metric in release.content["metrics"].keys() & release.content["tables"].keys():
        sources = ask(release, f"select distinct source from {metric}")["source"]
        if all(parts & {*source.split("+")} for source in sources):
            meta = metrics[metric]
            assert meta["caveats"][0] == meta["selection"], metric
            assert re.search(r"United|economies|partners|pairs", meta["answer"]["question"].partition("(")[2]), metric
            selected.add(metric)
    assert {"co_inventions", "bilateral_ip_charges", "partner_share_of_ip_charges"} <= selected
    for series in ("co_inventions USA JPN", "bilateral_ip_charges CHE CHN", "bilateral_ip_charges CHN JPN"):
        printed = published_copy.invoke("show", *series.split()).stdout
        assert metrics[series.split()[0]]["selection"] in " ".join(printed.split())


def test_as_of_returns_the_vintages_of_its_day(release: Release) -> None:
    for macro, table in (("as_of", "ip_receipts"), ("as_of_all", "ip_receipts_all")):
        newest = f"select * exclude (release_first_seen) from {macro}('ip_receipts', current_date)"
        assert ask(release, f"{newest} except select * exclude (release_first_seen) from {table}").empty
        assert len(ask(release, newest)) == release.content["tables"][table]
    known = ask(release, "from as_of('ip_receipts', '2018-12-31') where area = 'USA' and year = 2016")
    assert known[["value", "source"]].values.tolist() == [[124454000000.0, "world_bank"]]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "select sum(value) from ip_receipts_all where year = 2023",
            r"ip_receipts_all mixes \d+ sources, economies and agg",
        ),
        (
            "select value from ip_receipts where area = 'W00' and year = 2023",
            "nothing here, but ip_receipts_all has rows",
        ),
        ("select sum(value) from co_inventions where year = 2024", "co_inventions does not add up"),
        (
            "from technology_specialisation",
            r"it is an index of each(.|\n)*In which field of technology(.|\n)*specialisation_all",
        ),
        ("from cross_border_ownership", r"has no data yet(.|\n)*fetch uspto"),
        ("from as_of('ip_receipt', current_date)", r"there is no metric ip_receipt\n(.|\n)*did you mean ip_receipts\?"),
        ("from preferred('ip_receipts')", r"preferred\(\) is gone\n(.|\n)*query ip_receipts"),
    ],
)
def test_a_misleading_query_gets_a_better_one(published_copy: PublishedCopy, sql: str, words: str) -> None:
    assert re.search(words, published_copy.invoke("query", sql).stderr)


def test_a_plain_query_has_no_hint(published_copy: PublishedCopy) -> None:
    assert published_copy.invoke("query", "select sum(value) from ip_receipts where year = 2023").stderr == ""


@pytest.mark.parametrize("names", [("USA", "CHN"), ("the united states", "china"), ("us", "cn")])
def test_a_series_is_shown_by_any_area_name(published_copy: PublishedCopy, names: tuple[str, str]) -> None:
    preferred = published_copy.invoke("show", "bilateral_ip_charges", *names)
    assert (
        "United States, China\nWhat did an economy (area) receive from another (counterpart_area)" in preferred.stdout
    )
    assert "Other series have years that this one lacks: oecd, balanced: 2005 to 2019;" in preferred.stdout
    shown = published_copy.invoke("show", "bilateral_ip_charges", *names, "SH", "--all")
    assert shown.exit_code == 0, shown.stderr
    assert "bilateral_ip_charges: United States, China\n" in shown.stdout
    assert "billion US dollars" in shown.stdout
    (heads,) = [line for line in shown.stdout.splitlines() if line.startswith(" year") and "mirrored" in line]
    assert "balanced" in heads
    assert "E estimated" in shown.stdout
    assert "wto 2018-12-12" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_every_metric_has_a_view_with_names(published_copy: PublishedCopy, release: Release) -> None:
    complete = [f"{metric}_all" for metric in release.content["metrics"]]
    bare = release.content["metrics"].keys() & release.content["tables"].keys()
    for metric in (*bare, *complete, "metric_vintages"):
        frame = ask(release, f"select area, area_name, counterpart_name, item_name, unit_name from named_{metric}")
        assert len(frame) == release.content["tables"][metric]
        assert frame["area_name"].notna().all()
    (row,) = ask(
        release,
        "select distinct area_name, counterpart_name, unit_name from named_bilateral_ip_charges "
        "where area = 'USA' and counterpart_area = 'CHN'",
    ).to_dict("records")
    assert row == {"area_name": "United States", "counterpart_name": "China", "unit_name": "US dollars"}
