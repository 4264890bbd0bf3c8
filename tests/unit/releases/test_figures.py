"""Which figure a question means: names as people write them, stated defaults, and helpful refusals."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.suggestions import did_you_mean, matching
from orchestration.reading.figure_lookup import Question, find_figure, find_series
from orchestration.reading.release import Release

RELEASE = Release(Path(), {"metrics": {"ip_receipts": {}, "co_inventions": {}}, "no_data": {"fresh": ["a new source"]}})

FIGURES = """
    ('ip_receipts', 'receipts', 'AAA', 'W00', 'SH', 2015, null, 1.0, 'USD', 'reported', 'one', '2020-01-01', true),
    ('ip_receipts', 'receipts', 'AAA', 'W00', 'SH', 2016, null, 1.5, 'USD', 'reported', 'one', '2020-01-01', false),
    ('ip_receipts', 'receipts', 'AAA', 'W00', 'SH', 2016, null, 2.0, 'USD', 'reported', 'one', '2021-01-01', true),
    ('ip_receipts', 'receipts', 'AAA', 'W00', 'SH', 2018, null, 3.0, 'USD', 'reported', 'one', '2021-01-01', true),
    ('ip_receipts', 'receipts', 'AAA', 'W00', 'SH', 2018, null, null, 'USD', 'reported', 'two', '2021-06-01', true),
    ('ip_receipts', 'receipts', 'AAA', 'BBB', 'SH', 2018, null, 4.0, 'USD', 'reported', 'one', '2021-01-01', true),
    ('co_inventions', 'whole', 'AAA', 'BBB', '_T', 2018, null, 5.0, 'PATN', 'reported', 'one', '2021-01-01', true),
    ('co_inventions', 'whole', 'AAA', 'BBB', 'F1', 2018, null, 6.0, 'PATN', 'reported', 'one', '2021-01-01', true),
    ('co_inventions', 'fractional', 'AAA', 'BBB', 'F1', 2018, null, 7.0, 'PATN', 'derived', 'one', '2021-01-01', true),
    ('co_inventions', 'whole', 'BBB', 'AAA', '_T', 2018, null, 5.0, 'PATN', 'reported', 'one', '2021-01-01', true),
    ('co_inventions', 'whole', 'BBB', 'CCC', '_T', 2018, null, 5.0, 'PATN', 'reported', 'one', '2021-01-01', true),
    ('co_inventions', 'growth', 'AAA', 'BBB', '_T', 2019, 2018, 8.0, 'PN', 'derived', 'one', '2021-01-01', true),
    ('co_inventions', 'growth', 'AAA', 'BBB', '_T', 2019, 2017, 9.0, 'PN', 'derived', 'one', '2021-01-01', true)
"""
CLOCKS = """
    ('co_inventions', 'granted', 'AAA', 'BBB', '_T', 2018, null, 10.0, 'PATN', 'reported', 'one', '2021-01-01', true, 'grant_year', 'EP'),
    ('co_inventions', 'granted', 'AAA', 'BBB', '_T', 2018, null, 11.0, 'PATN', 'reported', 'one', '2021-01-01', true, 'filing_year', 'EP'),
    ('co_inventions', 'granted', 'AAA', 'BBB', '_T', 2018, null, 12.0, 'PATN', 'reported', 'one', '2021-01-01', true, 'filing_year', 'US50')
"""
"""Synthetic figures, distinguished by their values."""


@pytest.fixture(scope="module")
def project() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table metric_vintages (metric_id text, measure text, area text, counterpart_area text, item text, "
            "year int, base_year int, value double, unit text, basis text, source text, vintage date, is_latest boolean)"
        )
        connection.execute(f"insert into metric_vintages values {FIGURES}")
        connection.execute("alter table metric_vintages add column clock text default 'reference_year'")
        connection.execute("alter table metric_vintages add column authority text default '_Z'")
        connection.execute(f"insert into metric_vintages values {CLOCKS}")
        connection.execute("alter table metric_vintages add column obs_status text default 'A'")
        connection.execute(
            "create table dim_area as select *, null::text as iso2 from "
            "(values ('AAA', 'Atlantis'), ('BBB', 'Borduria'), ('W00', 'World')) as areas(area, name)"
        )
        connection.execute(
            "create table dim_area_code as from (values ('Atlantis, Rep.', 'A1', 'AAA', 'country'), "
            "('Both Islands', 'L1', 'AAA', 'country'), ('Both Islands', 'L2', 'BBB', 'country')) as codes(name, code, area, kind)"
        )
        connection.execute(
            "create table dim_service_item as select * from (values ('SH', 'Charges for IP'), ('_T', 'All items')) "
            "as items(item, name)"
        )
        yield connection


def value(project: duckdb.DuckDBPyConnection, question: Question) -> float | None:
    _, row = find_figure(project, RELEASE.content, question)
    ((value,),) = project.execute("select value from metric_vintages where rowid = $row", {"row": row}).fetchall()
    return None if value is None else float(value)


ASKED = Question("ip_receipts", "AAA", (), 2016)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ASKED, 2.0),
        (replace(ASKED, vintage="2020-01-01"), 1.5),
        (replace(ASKED, area="atlantis rep"), 2.0),
        (Question("IP_Receipts", "atlantis", ("charges for ip",), 2016), 2.0),
        (replace(ASKED, year=2018, source="one"), 3.0),
        (replace(ASKED, year=2018, source="two"), None),
        (replace(ASKED, year=2018, between=("Borduria",)), 4.0),
        (replace(ASKED, year=2018, between=("BBB", "SH")), 4.0),
        (Question("co_inventions", "AAA", (), 2018, measure="whole"), 5.0),
        (Question("co_inventions", "AAA", ("F1",), 2018, measure="whole"), 6.0),
        (Question("co_inventions", "AAA", ("BBB", "F1"), 2018, basis="derived"), 7.0),
        (Question("co_inventions", "AAA", (), 2019, base_year=2017), 9.0),
    ],
)
def test_a_question_means_one_figure(project: duckdb.DuckDBPyConnection, question: Question, expected: float) -> None:
    assert value(project, question) == expected


@pytest.mark.parametrize(
    ("question", "rule", "remedy"),
    [
        (replace(ASKED, metric="ip_reciepts"), "no metric 'ip_reciepts'", "did you mean ip_receipts?"),
        (replace(ASKED, metric="zzz"), "no metric 'zzz'", "there are: co_inventions, fresh, ip_receipts"),
        (replace(ASKED, metric="fresh"), "fresh has no data yet", "fetch a new source"),
        (replace(ASKED, area="Atlants"), "no figures of area 'Atlants'", "did you mean AAA (Atlantis)?"),
        (replace(ASKED, area="W00"), "no figures of area 'W00'", "there are: AAA"),
        (replace(ASKED, between=("Bordura",)), "counterpart or item 'Bordura'", "did you mean BBB (Borduria)?"),
        (replace(ASKED, between=("BBB", "SJ")), "no figures of item 'SJ'", "there are: SH"),
        (replace(ASKED, source="three"), "no figures of source 'three'", "there are: one, two"),
        (replace(ASKED, basis="report"), "no figures of basis 'report'", "did you mean reported?"),
        (replace(ASKED, year=2017), "no figures of year '2017' for ip_receipts, AAA", "there are: 2015 to 2018"),
        (
            replace(ASKED, year=2017, between=("BBB",)),
            "no figures of year '2017' for ip_receipts, AAA, BBB",
            "there are: 2018",
        ),
        (
            replace(ASKED, vintage="2019"),
            "no figures of vintage '2019' for ip_receipts, AAA, 2016, W00",
            "there are: 2020-01-01, 2021-01-01",
        ),
        (
            replace(ASKED, year=2018),
            "2 figures match ip_receipts, AAA, 2018, W00:\n"
            "  source one  vintage 2021-01-01  3 USD\n  source two  vintage 2021-06-01  no value",
            "choose source",
        ),
        (
            Question("co_inventions", "AAA", ("F1",), 2018),
            "measure fractional  basis derived  7 PATN\n  measure whole  basis reported  6 PATN",
            "choose measure",
        ),
        (
            Question("co_inventions", "AAA", (), 2019),
            "base year 2017  9 PN\n  base year 2018  8 PN",
            "choose base_year, such as --only base_year=2017",
        ),
        (replace(ASKED, area="Both Islands"), "no figures of area 'Both Islands'", "there are: AAA"),
        (replace(ASKED, area="AAA'; drop table metric_vintages; --"), "no figures of area", "there are: AAA"),
    ],
)
def test_ambiguous_questions_are_refused(
    project: duckdb.DuckDBPyConnection, question: Question, rule: str, remedy: str
) -> None:
    with pytest.raises(ReleaseError) as caught:
        find_figure(project, RELEASE.content, question)
    assert rule in caught.value.failure
    assert remedy in str(caught.value.remedy)


def test_a_series_has_one_counterpart_and_states_which_there_are(project: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ReleaseError, match="co_inventions, BBB, _T has figures with 2 counterparts") as refused:
        find_series(project, RELEASE.content, Question("co_inventions", "BBB", ()))
    assert refused.value.remedy == "name a counterpart: AAA, CCC"


def test_clock_and_authority_distinguish_figures(project: duckdb.DuckDBPyConnection) -> None:
    question = Question("co_inventions", "AAA", (), 2018, measure="granted")
    assert value(project, replace(question, clock="grant_year")) == 10.0
    assert value(project, replace(question, clock="filing_year", authority="US50")) == 12.0
    with pytest.raises(ReleaseError) as caught:
        find_figure(project, RELEASE.content, question)
    assert "clock filing_year  authority US50  12 PATN" in caught.value.failure
    assert caught.value.remedy == "choose clock and authority, such as --only clock=filing_year"


KNOWN = {"USA": "United States", "GBR": "United Kingdom", "XKX": "Kosovo", "ZZZ": ""}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        *(("USA", "USA"), ("usa", "USA"), (" kosovo ", "XKX"), ("US", None), ("", None), ("zzz", "ZZZ")),
        *(("the United States", "USA"), ("United-States", "USA"), ("Kosovó", "XKX"), ("U.S.", None)),
        *(("uk", "GBR"), ("the UK", "GBR"), ("The", None), ("atlantis", None)),
    ],
)
def test_names_match_without_case_or_accents(wanted: str, code: str | None) -> None:
    assert matching(wanted, KNOWN, {"uk": "GBR", "atlantis": "ATL"}) == code


def test_the_nearest_names_are_few_and_the_likeliest_first() -> None:
    assert did_you_mean("United Kindom", KNOWN) == f"did you mean GBR ({KNOWN['GBR']})?"
    assert did_you_mean("united", KNOWN) == f"did you mean USA ({KNOWN['USA']}) or GBR ({KNOWN['GBR']})?"
    assert did_you_mean("Kosov", KNOWN) == "did you mean XKX (Kosovo)?"
    assert did_you_mean("qqqqqq", KNOWN) == ""
    assert did_you_mean("ted", KNOWN) == f"did you mean USA ({KNOWN['USA']}) or GBR ({KNOWN['GBR']})?"
    assert did_you_mean("te", KNOWN) == "", "two letters are in too many names"
    assert did_you_mean("alike", {code: f"alike {code}" for code in "abcdef"}).count(" or ") == 2
