"""The NCSES module: the tables in the bundle, and every table that is not of PCT counts or of patent families as they are meant."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import FeedError, NothingDroppedError, PayloadError
from orchestration.sources import ncses
from tests.unit.sources.fakes import FakeFeed, editions_of, land, make_origin, make_payload
from tests.unit.sources.staged import raw_table, staged

RESOURCE, FAMILIES = ncses.RESOURCES
YEARS = range(2000, 2023)
REGIONS = (
    "North America",
    "Central America and Caribbean",
    "South America",
    "Europe",
    "Asia",
    "Middle East",
    "Africa",
    "Australia and Oceania",
    "Unclassified",
    "WIPO",
)
Rows = list[list[str]]


def table() -> Rows:
    """A made-up table in the publisher's layout: every part has 10 applications a year, and Asia consists of China."""
    part, world = ["230", *["10"] * 23], ["2300", *["100"] * 23]
    return [
        ["Table SINV-11"],
        ["Patent Cooperation Treaty applications, by region, country, or economy: 2000–22"],
        ["(Number)"],
        ["Region, country, or economy", "Total", *map(str, YEARS)],
        ["World", *world],
        *[[name, *part] for name in REGIONS],
        ["China", *part],
        ["Note(s): Figures are based on publication year. Countries are allocated using the receiving office."],
    ]


def text(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def parsed(folder: Path, content: bytes, resource: Resource = RESOURCE) -> Parsed:
    origin = make_origin(ncses.CARD, resource.key, content, file_name="table.csv")
    (only,) = ncses.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def refused(folder: Path, rows: Rows, resource: Resource = RESOURCE) -> PayloadError:
    with pytest.raises(PayloadError) as refusal:
        parsed(folder, text(rows), resource)
    assert refusal.value.publisher == ncses.CARD.publisher
    assert f"ncses/{resource.key}/table.csv" in str(refusal.value.payload)
    return refusal.value


def test_the_bundle_holds_the_table_of_the_edition_of_2024(tmp_path: Path) -> None:
    edition = editions_of("ncses")[-1]
    (payload,) = land(tmp_path, ncses.fetch(RESOURCE, edition))
    (result,) = ncses.parse(payload)
    assert (result.table, result.vintage, result.rejects) == ("patent_counts", date(2024, 2, 1), ())
    rows = {(item["area"], item["year"]): item["value"] for item in rows_of(result)}
    assert len(rows) == 53 * 23
    assert rows["World", 2022] == 264901
    assert rows["China", 2022] == 68558
    assert rows["United States", 2000] == 33966
    assert rows["European Patent Office", 2022] > rows["Germany", 2022] * 20, "German applicants file at the EPO"
    assert rows["Panama", 2000] == 0, "zero is printed and is not a missing figure"


def test_years_become_rows_under_the_tables_own_labels(tmp_path: Path) -> None:
    rows = rows_of(parsed(tmp_path, text(table())))
    assert len(rows) == 12 * 23
    china = [item for item in rows if item["area"] == "China"]
    assert [item["year"] for item in china] == list(YEARS)
    assert china[0] == {"area": "China", "year": 2000, "value": 10, "payload_pointer": "line 16 column 3"}


def test_rounding_to_whole_numbers_is_allowed_and_no_more(tmp_path: Path) -> None:
    rows = table()
    rows[15][1] = "242"
    assert len(rows_of(parsed(tmp_path, text(rows)))) == 12 * 23
    rows[15][1] = "243"
    refusal = refused(tmp_path, rows)
    assert "total of China is 243; its years add up to 230" in refusal.failure
    assert refusal.row == "line 16"


def test_regions_that_do_not_add_up_to_the_world_are_refused(tmp_path: Path) -> None:
    rows = table()
    rows[4][2], rows[4][3] = "107", "93"
    assert "the world in 2000 is 107; its parts add up to 100" in refused(tmp_path, rows).failure


def test_a_shifted_row_is_refused_by_its_total(tmp_path: Path) -> None:
    rows = table()
    rows[15] = ["China", "10", *["10"] * 22, "230"]
    assert "total of China is 10; its years add up to 450" in refused(tmp_path, rows).failure


@pytest.mark.parametrize(
    ("line", "words", "rule"),
    [
        (
            1,
            "Patent Cooperation Treaty applications in chemistry, by region, country, or economy: 2000–22",
            "the title",
        ),
        (1, "Patent Cooperation Treaty applications, by region, country, or economy: 2002–24", "the title"),
        (2, "(Percent)", "the unit"),
        (16, "Note(s): Figures are based on filing year. By receiving office.", "'publication year'"),
        (16, "Note(s): Figures are based on publication year. By inventor.", "'receiving office'"),
    ],
)
def test_another_table_unit_or_clock_is_refused(line: int, words: str, rule: str, tmp_path: Path) -> None:
    rows = table()
    rows[line] = [words]
    assert rule in refused(tmp_path, rows).failure


def test_a_newer_edition_says_what_to_add(tmp_path: Path) -> None:
    rows = table()
    rows[1] = ["Patent Cooperation Treaty applications, by region, country, or economy: 2002–24"]
    assert "add its title, years and publication date to RESOURCES" in str(refused(tmp_path, rows).remedy)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda rows: rows.pop(3), "no header line that begins with 'Region, country, or economy'"),
        (lambda rows: rows[3].remove("2007"), "columns missing: ['2007'] (declared: ['Region, country, or economy'"),
        (lambda rows: rows[3].append("2023"), "columns unexpected: ['2023'] (declared: ['Region, country, or economy'"),
        (
            lambda rows: rows[3].reverse() or rows[3].insert(0, rows[3].pop()),
            "columns repeated or in another order (declared: ['Region, country, or",
        ),
        (lambda rows: rows[15].pop(), "24 cells in a row; it must have 25"),
        (lambda rows: rows[15].append("10"), "26 cells in a row; it must have 25"),
        (lambda rows: rows.insert(16, list(rows[15])), "13 rows for 12 areas; each area must have one"),
        (lambda rows: rows[15].__setitem__(0, " "), "no area in the row"),
        (lambda rows: rows[15].__setitem__(1, "n.a."), "total is 'n.a.'; it must be a whole number"),
        (lambda rows: rows.pop(5), "areas missing: ['North America']; the world and all its parts must be in"),
        (lambda rows: rows.pop(4), "areas missing: ['World']; the world and all its parts must be in the table"),
        (lambda rows: rows[4].__setitem__(2, "D"), "total is 'D'; it must be a whole number"),
    ],
)
def test_columns_and_rows_that_cannot_be_are_refused(change: Any, rule: str, tmp_path: Path) -> None:
    rows = table()
    change(rows)
    assert rule in refused(tmp_path, rows).failure


@pytest.mark.parametrize("mark", ["D", "12 i", "1,024", "-3"])
def test_a_marked_cell_of_a_country_is_rejected_and_never_read_as_a_number(mark: str, tmp_path: Path) -> None:
    rows = table()
    rows[15][2] = mark
    result = parsed(tmp_path, text(rows))
    (reject,) = result.rejects
    assert reject.pointer == "line 16 column 3"
    assert mark in reject.text
    assert 2000 not in {item["year"] for item in rows_of(result) if item["area"] == "China"}


def test_a_missing_file_names_the_page_that_offers_it() -> None:
    with pytest.raises(
        NothingDroppedError, match="no downloaded file of PCT applications by country of the receiving office"
    ) as refusal:
        list(ncses.fetch(RESOURCE, FakeFeed()))
    assert "https://ncses.nsf.gov/pubs/nsb20241/data" in str(refusal.value.remedy)


def test_a_saved_table_is_known_by_its_title_whatever_its_name_or_years() -> None:
    newer = text(table()).replace("2000–22".encode(), "2002–24".encode())
    feed = FakeFeed(dropped={"SINV-11.CSV": text(table()), "x.txt": newer})
    assert [answer.origin.file_name for answer in ncses.fetch(RESOURCE, feed)] == ["SINV-11.CSV", "x.txt"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", r"a workbook \(.xlsx\)"),
        (b"Table SINV-12\nUSPTO patents\n", "a file of another form"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_name(content: bytes, said: str) -> None:
    feed = FakeFeed(dropped={"a.csv": text(table()), "other.xlsx": content})
    with pytest.raises(
        FeedError, match=rf"'other\.xlsx' in the drop folder is no file of .*: it is .*{said}"
    ) as refusal:
        list(ncses.fetch(RESOURCE, feed))
    assert "save each sheet as CSV" in str(refusal.value.remedy)


GRANT_YEARS = range(1998, 2021)


def families(field: str = "granted in optics", *, income: bool = False) -> Rows:
    """A made-up table of families: 100 a year in the world, 40 in China, with or without the column of income groups."""
    group = [["World Bank income group"], ["na"], ["Upper middle"]] if income else [[], [], []]
    return [
        ["Table SINV-14"],
        [f"International patent families {field}, by region, country, or economy: 1998–2020"],
        ["(Number)"],
        ["Region, country, or economy", *group[0], *map(str, GRANT_YEARS)],
        ["World", *group[1], *["100"] * 23],
        ["China", *group[2], *["40"] * 23],
        ["Note(s): Counted by the year of the first granted patent. Families are fractionally allocated by inventors."],
    ]


def test_the_bundle_holds_the_families_of_35_fields_and_their_total(tmp_path: Path) -> None:
    edition = editions_of("ncses")[0]
    results = [result for payload in land(tmp_path, ncses.fetch(FAMILIES, edition)) for result in ncses.parse(payload)]
    assert {(result.table, result.vintage, result.rejects) for result in results} == {
        ("patent_families", date(2022, 3, 8), ())
    }
    rows = {(row["field"], row["area"], row["year"]): row["value"] for item in results for row in rows_of(item)}
    assert len(rows) == 37 * 9 * 23
    assert rows["all fields", "World", 2020] == 938038
    assert rows["all fields", "China", 2020] == 456088
    assert rows["computer technology", "United States", 2020] == 16523
    assert rows["electrical machinery, apparatus, energy", "Germany", 2020] == 2646
    fields = {field for field, _, _ in rows} - {"all fields"}
    for area in ("World", "China", "United States", "EU-27 + UK"):
        for year in GRANT_YEARS:
            assert abs(sum(rows[field, area, year] for field in fields) - rows["all fields", area, year]) <= 5


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("granted in optics", "optics"),
        ("granted in engines, pumps, turbines", "engines, pumps, turbines"),
        ("granted", "all fields"),
        ("unassigned under the WIPO classification", "unassigned"),
    ],
)
@pytest.mark.parametrize("income", [False, True])
def test_the_field_comes_from_the_title_and_income_groups_are_left_out(
    title: str, field: str, income: bool, tmp_path: Path
) -> None:
    rows = rows_of(parsed(tmp_path, text(families(title, income=income)), FAMILIES))
    assert len(rows) == 2 * 23
    assert {(row["field"], row["area"], row["value"]) for row in rows} == {(field, "World", 100), (field, "China", 40)}
    assert [row["year"] for row in rows[:23]] == list(GRANT_YEARS)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda rows: rows[1].__setitem__(0, rows[1][0].replace("1998", "2000")), "the title must be that of"),
        (lambda rows: rows[1].__setitem__(0, rows[1][0].replace("families", "applications")), "the title must be"),
        (lambda rows: rows[2].__setitem__(0, "(Percent)"), "the unit must be (Number)"),
        (lambda rows: rows[6].__setitem__(0, "Note(s): By year of filing, fractionally allocated."), "no 'year of the"),
        (lambda rows: rows[6].__setitem__(0, "Note(s): By the year of the first granted patent."), "no 'fractionally"),
        (lambda rows: rows[3].remove("2007"), "columns missing: ['2007']"),
        (lambda rows: rows[3].insert(1, "1997"), "columns unexpected: ['1997']"),
        (lambda rows: rows.pop(4), "no row 'World'"),
        (lambda rows: rows.insert(6, list(rows[5])), "3 rows for 2 areas"),
        (lambda rows: rows[5].pop(), "23 cells in the row of China; it must have 24"),
        (lambda rows: rows[5].append("40"), "25 cells in the row of China; it must have 24"),
        (lambda rows: rows[3].__setitem__(1, "Total"), "columns missing: ['1998'], unexpected: ['Total']"),
        (lambda rows: rows[5].__setitem__(3, "102"), "China has 102 in 2000 and the world 100"),
    ],
)
def test_a_table_that_is_not_of_families_by_grant_and_inventor_is_refused(
    change: Any, rule: str, tmp_path: Path
) -> None:
    rows = families()
    change(rows)
    assert rule in refused(tmp_path, rows, FAMILIES).failure


def test_a_marked_cell_of_families_is_rejected(tmp_path: Path) -> None:
    rows = families()
    rows[5][2] = "D"
    (reject,) = parsed(tmp_path, text(rows), FAMILIES).rejects
    assert reject.pointer == "line 6 column 3"


def test_each_saved_table_goes_to_its_own_resource() -> None:
    feed = FakeFeed(dropped={"a.csv": text(table()), "b.csv": text(families()), "c.csv": text(families("granted"))})
    assert [answer.origin.file_name for answer in ncses.fetch(RESOURCE, feed)] == ["a.csv"]
    assert [answer.origin.file_name for answer in ncses.fetch(FAMILIES, feed)] == ["b.csv", "c.csv"]


def test_aggregates_by_inventor_are_kept_apart_from_those_by_office(tmp_path: Path) -> None:
    """EU-27 + UK has an area of its own; Europe, which the other table counts by office, is left out; countries are the same."""
    rows = families()
    rows[6:6] = [["EU-27 + UK", *["20"] * 23], ["Europe", *["30"] * 23]]
    raw = raw_table(ncses.TABLES["patent_families"], [parsed(tmp_path, text(rows), FAMILIES)], FAMILIES.key)
    found = {(row["area"], row["item"], row["value"]) for row in staged("stg_ncses__patent_families", raw)}
    assert found == {("W00", "WIPO_09", 100.0), ("CHN", "WIPO_09", 40.0), ("NCSES_EU27_GBR_INVENTORS", "WIPO_09", 20.0)}


def test_an_unknown_area_or_field_stays_without_a_code(tmp_path: Path) -> None:
    rows = families("granted in alchemy")
    rows[5][0] = "Atlantis"
    raw = raw_table(ncses.TABLES["patent_families"], [parsed(tmp_path, text(rows), FAMILIES)], FAMILIES.key)
    found = {(row["area"], row["item"]) for row in staged("stg_ncses__patent_families", raw)}
    assert found == {("W00", None), (None, None)}, "both fail the tests on area and item"
