"""Which figures are compared: codes as areas, the newest of several vintages, and the earlier figures of what a
candidate brings."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.case import Case, CaseContext, case_of
from orchestration.admission.edits import other_publishers
from orchestration.admission.edits.growth import steps
from orchestration.admission.edits.revisions import revision_logs
from orchestration.admission.figures import Areas, long_form
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.reason import percent
from orchestration.contracts.observation import Observations
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from tests.unit.admission.synthetic_vintage import BEFORE, NOW, ROOT, SCHEMA, SOURCE

PLAIN = Observations(area="code", year="year", value="value", code_list="UNLISTED")
AREAS = Areas({"USA": "country"}, {}, {"source": {"us": "USA", "840": "USA", "none": None}})
Row = tuple[str, int, float]


def raw(
    folder: Path, name: str, rows: Sequence[Row], vintage: date, table: str = "figures", resource: str = "receipts"
) -> RawFile:
    """A raw file of codes, years and values."""
    codes, years, values = zip(*rows, strict=True) if rows else ((), (), ())
    columns: dict[str, Any] = {"code": codes, "name": codes, "year": years, "value": values}
    of_all = {"payload_pointer": "", "resource": resource, "vintage": vintage, "payload_sha256": name}
    columns |= {column: [value] * len(rows) for column, value in of_all.items()}
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(columns, schema=raw_schema(SCHEMA)), path)
    return RawFile("synthetic", table, resource, vintage, name, len(rows), path)


def source(how: Observations) -> Source:
    parts = SimpleNamespace(CARD=SOURCE.CARD, RESOURCES=SOURCE.RESOURCES, OBSERVATIONS={"figures": how})
    return cast(Source, parts)


def figures(files: Sequence[RawFile], how: Observations) -> list[tuple[str, int, float]]:
    with duckdb.connect() as connection:
        long_form(source(how), files, AREAS, connection, "figures")
        return connection.execute("select area, year, value from figures order by area, year").fetchall()


@pytest.mark.parametrize(
    ("code_list", "expected"),
    [
        ("source", [("QQX", 2020, 1.0), ("USA", 2020, 8.0)]),
        ("UNLISTED", [("840", 2020, 8.0), ("QQX", 2020, 1.0), ("none", 2020, 9.0), ("us", 2020, 5.0)]),
    ],
)
def test_codes_become_areas_and_what_is_left_out_on_purpose_is_gone(
    tmp_path: Path, code_list: str, expected: list[tuple[str, int, float]]
) -> None:
    """Two codes of one area are two rows of a figure; a code that no seed knows is its own area."""
    rows = [("us", 2020, 5.0), ("840", 2020, 8.0), ("none", 2020, 9.0), ("QQX", 2020, 1.0)]
    assert figures([raw(tmp_path, "a", rows, NOW)], replace(PLAIN, code_list=code_list)) == expected


def test_of_several_vintages_the_newest_counts_and_of_one_the_largest(tmp_path: Path) -> None:
    old = raw(tmp_path, "old", [("us", 2020, 50.0)], BEFORE)
    new = raw(tmp_path, "new", [("us", 2020, -7.0), ("us", 2021, 4.0), ("us", 2021, -6.0)], NOW)
    assert figures([new, old], PLAIN) == [("us", 2020, -7.0), ("us", 2021, -6.0)]


def case(
    folder: Path,
    new: list[RawFile],
    admitted: Sequence[RawFile],
    *,
    restates: bool = True,
    office: Sequence[RawFile] = (),
) -> Case:
    context = CaseContext(Settings(ROOT, folder), {"synthetic": admitted, "office": office})
    return case_of(source(replace(PLAIN, restates=restates)), new, context, PARAMETERS)


def test_only_what_the_candidate_brings_is_compared(tmp_path: Path) -> None:
    """Of payments there is no earlier vintage; other resources are as they were; other tables and empty files stay
    out."""
    new = [
        raw(tmp_path, "n1", [("USA", 2020, 5.0)], NOW),
        raw(tmp_path, "n2", [("USA", 2020, 7.0)], NOW, resource="payments"),
    ]
    old = raw(tmp_path, "b1", [("USA", 2019, 4.0)], BEFORE)
    others = [
        raw(tmp_path, "b2", [("JPN", 2019, 4.0)], BEFORE, resource="balance"),
        raw(tmp_path, "b3", [("DEU", 2019, 4.0)], BEFORE, table="texts"),
        replace(raw(tmp_path, "b4", [("FRA", 2019, 4.0)], BEFORE), payload_sha256=""),
    ]
    compared = case(tmp_path, new, [old, *others])
    assert compared.files_before == (old, others[0])
    assert list(zip(compared.series["area"], compared.series["resource"], compared.fresh, strict=True)) == [
        ("JPN", "balance", False),
        ("USA", "payments", True),
        ("USA", "receipts", False),
    ]
    assert compared.years.tolist() == [2019, 2020]
    assert compared.now[2].tolist()[1:] == [5.0]
    assert compared.before[2].tolist()[:1] == [4.0]
    assert compared.now[0].tolist()[:1] == compared.before[0].tolist()[:1] == [4.0]


@pytest.mark.parametrize(("restates", "compared"), [(True, [2025]), (False, [2022, 2023, 2024, 2025])])
def test_the_newest_earlier_vintage_is_compared_and_all_editions_of_a_table_that_repeats_nothing(
    tmp_path: Path, restates: bool, compared: list[int]
) -> None:
    """A later vintage is not: an older one that comes late is judged by those before it, and by another answer of its
    date."""
    editions = [raw(tmp_path, f"e{year}", [("USA", year, 5.0)], date(year, 7, 1)) for year in range(2022, 2027)]
    texts = raw(tmp_path, "t", [], date(2021, 7, 1), table="texts")
    answer = raw(tmp_path, "a", [("USA", 2025, 6.0)], date(2025, 7, 1))
    judged = case(tmp_path, editions[3:4], [texts, answer, *editions], restates=restates)
    assert [file.vintage.year for file in judged.files_before] == compared
    assert judged.vintage_before == date(2025, 7, 1)


def rows_of(count: int, first: int = 0, unit: str = "") -> list[Row]:
    return [(f"{unit}{number:03}A", 2020, 1.0) for number in range(first, first + count)]


@pytest.mark.parametrize(
    ("now", "table", "words"),
    [
        (rows_of(28), "texts", "12 of 40 rows of texts"),
        (rows_of(38), "texts", ""),
        ([], "texts", "40 of 40 rows of texts"),
        (rows_of(5), "texts", ""),
        (rows_of(17, first=100), "texts", ""),
        ([*rows_of(40), *rows_of(40)], "texts", "40 of 80 rows of texts repeat another row"),
        ([*rows_of(40), *rows_of(1)], "figures", "1 of 41 rows of figures repeat another row"),
    ],
)
def test_rows_that_are_gone_or_repeated_hold_their_resource_alone(
    tmp_path: Path, now: list[Row], table: str, words: str
) -> None:
    """Another publication of the same table shares no row with the one before, and is no edition of it."""
    new = [raw(tmp_path, "n", now, NOW, table), raw(tmp_path, "m", rows_of(9), NOW, table, "papers")]
    old = [raw(tmp_path, "b", rows_of(40), BEFORE, table), raw(tmp_path, "c", rows_of(9), BEFORE, table, "papers")]
    held = [reason for reason in findings_of(case(tmp_path, new, old)) if reason.edit == "rows"]
    assert [reason.resources for reason in held] == [("receipts",)] * bool(words)
    assert words in "".join(reason.sentence for reason in held)


OTHERS = "abcdefghijklmnopqrs"
"""Labels that stay; with another one they are twenty."""

NUMBERS = [str(number) for number in range(19)]


def labelled(folder: Path, name: str, vintage: date, table: str, column: str, labels: Sequence[str]) -> RawFile:
    """A raw file of forty rows with one more column of texts."""
    file = raw(folder, name, rows_of(40), vintage, table)
    content = pq.ParquetFile(file.path).read()
    pq.write_table(content.append_column(column, pa.array(list(labels) * (40 // len(labels)), pa.string())), file.path)
    return file


@pytest.mark.parametrize(
    ("table", "column", "before", "now", "verdict"),
    [
        ("figures", "currency", ["USD"], ["EUR"], [(True, "in currency, USD became EUR in 40 of 40 rows")]),
        ("figures", "unit", ["", *OTHERS], ["EUR", *OTHERS], [(True, "in unit, a blank became EUR in 2 of 40 rows")]),
        ("figures", "unit_mult", ["millions"], ["millions"], []),
        ("texts", "country", ["China", *OTHERS], ["PR China", *OTHERS], [(False, "China became PR China in 5.0%")]),
        ("texts", "country", ["a", *OTHERS], ["new", *OTHERS], []),
        (
            "texts",
            "amount",
            ["1,200", *NUMBERS],
            ["n/a", *NUMBERS],
            [(True, "in amount, 2 cells have n/a instead")],
        ),
        ("texts", "amount", ["5", *NUMBERS], ["", *NUMBERS], [(True, "have a blank instead of a number")]),
        ("texts", "amount", ["(D)", *NUMBERS], ["(D)", "(D)", *NUMBERS[1:]], []),
        ("texts", "amount", [*["(D)"] * 4, *NUMBERS[:16]], ["n/a", *["(D)"] * 3, *NUMBERS[:16]], [(True, "have n/a")]),
        ("texts", "amount", ["1", *OTHERS], ["x", *OTHERS], []),
        ("figures", "amount", ["5", *NUMBERS], ["", *NUMBERS], [(False, "have a blank instead of a number")]),
        ("figures", "amount", ["5", *NUMBERS], ["n/a", *NUMBERS], [(True, "have n/a instead of a number")]),
    ],
)
def test_another_unit_and_a_text_for_a_number_hold_and_another_name_is_a_remark(
    tmp_path: Path, table: str, column: str, before: list[str], now: list[str], verdict: list[tuple[bool, str]]
) -> None:
    new, old = labelled(tmp_path, "n", NOW, table, column, now), labelled(tmp_path, "b", BEFORE, table, column, before)
    found = [reason for reason in findings_of(case(tmp_path, [new], [old])) if reason.edit == "rows"]
    assert [reason.holds for reason in found] == [holds for holds, _ in verdict]
    assert all(words in reason.sentence for reason, (_, words) in zip(found, verdict, strict=True))


@pytest.mark.parametrize("years", [1, 2])
def test_a_first_vintage_of_few_years_has_no_finding_but_that_it_is_the_first(tmp_path: Path, years: int) -> None:
    rows = [("USA", 2025 - year, 5.0 + year) for year in range(years)]
    (reason,) = findings_of(case(tmp_path, [raw(tmp_path, "n", rows, NOW)], []))
    assert (reason.holds, reason.sentence[:18]) == (False, "No earlier vintage")


def test_a_revision_is_a_ratio_of_figures_of_one_sign() -> None:
    now, before = [4.0, 4.0, -4.0, 4.0, 0.0, 4.0, 0.0], [2.0, 4.0, -2.0, -2.0, 2.0, 0.0, 0.0]
    both = cast(Case, SimpleNamespace(now=np.array([[*now, np.nan]]) / 10, before=np.array([[*before, 1.0]]) / 10))
    double, nan = np.log(2.0), np.nan
    np.testing.assert_allclose(revision_logs(both), [[double, 0.0, double, nan, nan, nan, nan, nan]])


@pytest.mark.parametrize(
    ("now", "before", "last"),
    [
        ([1.0, 2.0], [1.0, 2.0], np.log(2.0)),
        ([1.0, 2.0], [1.5, 1.5], np.log(2.0 / 1.5)),
        ([1.5, 2.0], [1.0, 2.0], np.log(2.0 / 1.5)),
        ([-1.0, 2.0], [-1.0, 2.0], np.nan),
        ([1.0, 0.0], [1.0, np.nan], np.nan),
        ([1.0, np.nan, np.nan, np.nan, 16.0], [np.nan] * 5, np.log(16.0) / 2),
        ([1.0, np.nan, np.nan, 16.0], [1.0, np.nan, 8.0, 16.0], np.log(2.0)),
        ([1.0, np.nan, np.nan, np.nan, np.nan, 16.0], [np.nan] * 6, np.nan),
    ],
)
def test_a_step_is_the_smaller_of_those_from_both_vintages_and_at_most_four_years_long(
    now: list[float], before: list[float], last: float
) -> None:
    np.testing.assert_allclose(steps(np.array([now]), np.array([before]))[0, -1], last)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # the usual ratio is that of the vintage before, or of the years before the newest; of fewer than three there is
        # none
        ([2, 2, 2], [2, 2, 3], "held 405: 2012: 900 (tests), where An office has -300"),
        ([2, 2], [2, 2, 2, 3], "held 405: 2013: 1,200 (tests), where An office has -400"),
        ([2, 2], [2, 2, 3], ""),
        # it may be off by a tenth, or by four times as far as nine in ten of the other years
        ([2, 2, 2], [2, 2, 2, 2.2], ""),
        ([2, 2, 2.2], [2, 2, 2.2, 3], "held 133: 2013: 1,200 (tests), where An office has -400"),
        ([2, 2, 2.4], [2, 2, 2.4, 3], ""),
        # a figure that stays, and one that comes nearer
        ([*[2] * 12, 4], [*[2] * 12, 4], ""),
        ([*[2] * 12, 4], [*[2] * 12, 3], "remark 405: 2022: 3,900 (tests), where An office has -1,300"),
    ],
)
def test_a_figure_that_leaves_the_usual_ratio_to_another_publisher_s_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: list[float], now: list[float], expected: str
) -> None:
    """The other publisher has 100 in the first year, 200 in the second, and so on, with a minus."""

    def of(name: str, values: Sequence[float], vintage: date) -> list[RawFile]:
        rows = [("USA", 2010 + year, 100 * (1 + year) * value) for year, value in enumerate(values)]
        return [raw(tmp_path, name, rows, vintage)]

    side = {"table": "figures", "measure": "receipts", "area": "USA"}
    comparison = {"words": "tests", "sides": [{"source": name, **side} for name in ("office", "synthetic")]}
    (tmp_path / "tests.json").write_text(json.dumps(comparison))
    office = SimpleNamespace(CARD=SimpleNamespace(publisher="An office"), OBSERVATIONS={"figures": PLAIN})
    monkeypatch.setattr(other_publishers, "COMPARISONS", tmp_path)
    monkeypatch.setattr(other_publishers, "load_sources", lambda: {"office": office})
    compared = case(tmp_path, of("n", now, NOW), of("b", before, BEFORE), office=of("o", [-1] * 14, BEFORE))
    reasons = [
        f"{'held' if reason.holds else 'remark'} {reason.score:.0f}: {reason.sentence}"
        for reason in other_publishers.findings(compared)
    ]
    where = "; their ratio is off by +50 % from other years."
    assert reasons == ([expected.replace(": ", ": United States, receipts, ", 1) + where] if expected else [])


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1.1, "+10 %"),
        (0.5, "-50 %"),
        (5.5, "×5.5"),
        (1 / 5.5, "÷5.5"),
        (1234.4, "×1,234"),
        (np.inf, "from zero"),
        (0.0, "to zero"),
    ],
)
def test_a_change_is_a_percentage_up_to_a_factor_of_five(factor: float, words: str) -> None:
    with np.errstate(divide="ignore"):
        assert percent(np.log(factor)) == words


def test_a_candidate_without_figures_has_no_finding(tmp_path: Path) -> None:
    assert findings_of(case(tmp_path, [raw(tmp_path, "n", [], NOW)], [])) == []
