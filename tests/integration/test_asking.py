"""Queries as an analyst runs them: worked questions, exports and descriptions."""

import json

import pandas as pd
import pytest

from orchestration.cli.describe import described, tables_of
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release
from orchestration.site.pages.query import worked_questions
from tests.integration.conftest import REPOSITORY, PublishedCopy

QUESTIONS = worked_questions(REPOSITORY)


def ask(release: Release, sql: str) -> pd.DataFrame:
    with open_read_only(release.database) as connection:
        return connection.execute(sql).df()


def test_a_plain_top_ten_has_ten_economies(release: Release) -> None:
    top = ask(release, "from preferred('ip_receipts') where year = 2023 order by value desc limit 10")
    assert top["area_name"].nunique() == 10
    assert set(top["area_kind"]) == {"country"}
    assert top["area"].iloc[0] == "USA"


def test_as_of_today_has_the_rows_of_the_table_and_earlier_days_have_earlier_vintages(release: Release) -> None:
    newest = ask(
        release, "select count(*) as rows from (from as_of('ip_receipts', current_date) except from ip_receipts)"
    )
    assert newest["rows"].tolist() == [0]
    known = ask(release, "from as_of('ip_receipts', '2018-12-31') where area = 'USA' and year = 2016")
    assert known[["value", "source"]].values.tolist() == [[124454000000.0, "world_bank"]]


def test_a_question_can_come_from_a_file_that_begins_with_a_comment(published_copy: PublishedCopy) -> None:
    path = published_copy.root / "docs" / "questions" / f"{QUESTIONS[2].name}.sql"
    answer = published_copy.invoke("query", "--file", str(path), "--format", "csv")
    assert answer.stdout.splitlines()[-1].startswith("2016,7960,545,14.6")


@pytest.mark.parametrize("names", [("USA", "CHN"), ("the united states", "china"), ("us", "cn")])
def test_a_series_is_shown_for_areas_by_any_name_with_sources_side_by_side(
    published_copy: PublishedCopy, names: tuple[str, str]
) -> None:
    shown = published_copy.invoke("show", "bilateral_ip_charges", *names, "SH")
    assert shown.exit_code == 0, shown.stderr
    assert "bilateral_ip_charges: United States, China\nWho pays whom for the use of intellectual" in shown.stdout
    assert "billion US dollars" in shown.stdout
    (heads,) = [line for line in shown.stdout.splitlines() if line.startswith(" year") and "mirrored" in line]
    assert "balanced" in heads
    assert "E estimated" in shown.stdout
    assert "wto 2018-12-12" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_tables_beyond_the_first_three_are_counted_with_what_distinguishes_them(published_copy: PublishedCopy) -> None:
    shown = published_copy.invoke("show", "bilateral_services_balance", "USA", "CHN")
    assert shown.stdout.count("\nVintages: ") == 3
    assert "more tables with fewer or as many years: choose measure, item\n" in shown.stdout


def test_a_series_as_json_has_the_figures_of_the_release(published_copy: PublishedCopy, release: Release) -> None:
    done = published_copy.invoke("show", "ip_receipts", "china", "--json")
    content = json.loads(done.stdout)
    held = ask(release, "select source, year, value from ip_receipts where area = 'CHN' order by source, year")
    shown = [(series["source"], row["year"], row["value"]) for series in content["series"] for row in series["figures"]]
    assert shown == list(held.itertuples(index=False, name=None))
    assert (content["area_name"], content["counterpart_name"]) == ("China", "World")


def test_every_metric_has_a_view_with_names(published_copy: PublishedCopy, release: Release) -> None:
    for metric in (*release.content["metrics"], "metric_vintages"):
        frame = ask(release, f"select area, area_name, counterpart_name, item_name, unit_name from named_{metric}")
        assert len(frame) == release.content["tables"][metric]
        assert frame["area_name"].notna().all()
    (row,) = ask(
        release,
        "select distinct area_name, counterpart_name, unit_name from named_bilateral_ip_charges "
        "where area = 'USA' and counterpart_area = 'CHN'",
    ).to_dict("records")
    assert row == {"area_name": "United States", "counterpart_name": "China", "unit_name": "US dollars"}


def test_every_table_states_what_it_is_and_how_to_cite_it(published_copy: PublishedCopy, release: Release) -> None:
    listed = {row["table"] for row in tables_of(release)}
    assert listed == set(release.content["tables"])
    for table in listed:
        content = described(release, table)
        assert release.id in content["cite_as"]
        assert all(column["description"] for column in content["columns"]), table
    assert described(release, "ip_receipts")["formula"]
    described_text = published_copy.invoke("describe", "ip_receipts").stdout
    assert "cite as" in described_text
    assert "\nvalue number, USD\n" in described_text
    heads = [line.split()[:3] for line in published_copy.invoke("describe").stdout.splitlines()]
    metrics = release.content["metrics"].keys()
    assert [head[0] for head in heads if head[1:2] == ["metric"]] == sorted(metrics)
    assert [head[0] for head in heads if head[1:2] == ["mart"]] == sorted(listed - metrics)
    assert heads.index(["table", "kind", "rows"]) + 2 == [head[:1] for head in heads].index([min(metrics)])
    assert ["ip_receipts", "metric", f"{release.content['tables']['ip_receipts']:,}"] in heads
    assert json.loads(published_copy.invoke("describe", "--json").stdout) == tables_of(release)
    printed = published_copy.invoke("describe", "ip_receipts", "--json").stdout
    assert json.loads(printed) == described(release, "ip_receipts")
    wrong = published_copy.invoke("describe", "ip_receipt")
    assert wrong.exit_code == 1
    assert "did you mean ip_receipts" in wrong.stderr
