"""Publications: the bundle's figures are read as printed, and a file that says something else than it must is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import FeedError, PayloadError
from orchestration.sources import publications
from tests.unit.sources.fakes import FakeFeed, editions_of, land, make_origin, make_payload

HEADER = (
    "publication,title,url,published_on,publisher,figure_id,measure,area,counterpart_area,item,year,year_basis,value,unit,"
    "precision,qualifier,note"
)
LINE = (
    'page,"A title, with a comma",https://example.org/page,2019-06-03,Ministry,paid,ip_payments,CHN,USA,SH,2018,stated,8.64,'
    "USD billion,0.005,exact,"
)
WORLD = LINE.replace(",paid,ip_payments,CHN,USA,", ",world,ip_payments,CHN,W00,")
RESOURCE = publications.RESOURCES[0]


def parse(folder: Path, *lines: str, last_updated: date | None = None, header: str = HEADER) -> list[Parsed]:
    body = "\n".join([header, *lines, ""]).encode()
    origin = make_origin(
        publications.CARD, RESOURCE.key, body, file_name="page.csv", publisher_last_updated=last_updated
    )
    return list(publications.parse(make_payload(folder, origin, body)))


def rows_of(parsed: Parsed) -> list[dict[str, Any]]:
    return [row for batch in parsed.batches for row in batch.to_pylist()]


def refusal(folder: Path, *lines: str, header: str = HEADER) -> PayloadError:
    with pytest.raises(PayloadError) as caught:
        parse(folder, *lines, header=header)
    return caught.value


def bundle_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for edition in editions_of("publications"):
        for payload in land(folder, publications.fetch(RESOURCE, edition)):
            for parsed in publications.parse(payload):
                assert not parsed.rejects
                found.setdefault(parsed.table, []).extend(
                    row | {"vintage": parsed.vintage, "licence": payload.origin.licence} for row in rows_of(parsed)
                )
    return found


def test_fetch_takes_every_file_with_the_columns_and_refuses_another_by_name() -> None:
    whole = f"{HEADER}\n{LINE}\n".encode()
    feed = FakeFeed(dropped={"b.CSV": whole, "a.csv": whole, ".DS_Store": b"3"})
    assert [answer.origin.file_name for answer in publications.fetch(RESOURCE, feed)] == ["a.csv", "b.CSV"]
    feed = FakeFeed(dropped={"a.csv": whole, "notes.txt": b"my own notes"})
    with pytest.raises(FeedError, match=r"'notes\.txt' in the drop folder is no file of") as refusal:
        list(publications.fetch(RESOURCE, feed))
    assert "my own" not in str(refusal.value)
    assert "; it must have the columns publication to note in its header" in refusal.value.failure


def test_figures_keep_what_was_printed(tmp_path: Path) -> None:
    (figures, bilateral) = parse(tmp_path, LINE, WORLD)
    assert (figures.table, figures.vintage) == ("figures", date(2019, 6, 3))
    first, second = rows_of(figures)
    assert (first["value"], first["unit"], first["precision"]) == ("8.64", "USD billion", "0.005")
    assert (first["title"], first["year"], first["note"]) == ("A title, with a comma", 2018, None)
    assert (first["payload_pointer"], second["payload_pointer"]) == ("line 2", "line 3")
    assert bilateral.table == "bilateral_services"
    assert [row["figure_id"] for row in rows_of(bilateral)] == ["paid"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (",8.64,", ',"8,64",', r"value is '8,64'; it must match -?[0-9]+(\.[0-9]+)?"),
        (",8.64,", ",>8.64,", r"value is '>8.64'; it must match -?[0-9]+(\.[0-9]+)?"),
        (",8.64,", ",,", r"value is ''; it must match -?[0-9]+(\.[0-9]+)?"),
        (",2018,", ",18,", "year is '18'; it must match [12][0-9]{3}"),
        ("USD billion", "USD bn", "unit is 'USD bn'; it must be one of ['CNY billion', 'USD 10 000', 'USD"),
        (",exact,", ",roughly,", "qualifier is 'roughly'; it must be one of ['about', 'exact', 'over'"),
        (",CHN,", ",China,", "area is 'China'; it must match [A-Z]{3}|W00"),
        ("2019-06-03", "June 2019", "published_on is 'June 2019'; it must match [0-9]{4}-[0-9]{2}-[0-9]{2}"),
        ("2019-06-03", "2019-06-31", "ISO date"),
        ("https://example.org/page", "example.org", r"url is 'example.org'; it must match https?://\S+"),
        (",0.005,", ",0.0005,", "precision is 0.0005; it must be at least 0.005, half a unit of the last"),
        (",stated,", ",inferred,", "note is empty although year_basis is inferred; it must say how the year was"),
        (",stated,", ",guessed,", "year_basis is 'guessed'; it must be one of ['inferred', 'stated']"),
        (",exact,", ",exact", "16 cells in a line; it must have 17"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(tmp_path: Path, before: str, after: str, rule: str) -> None:
    error = refusal(tmp_path, LINE.replace(before, after, 1))
    assert rule in error.failure
    assert error.row == "line 2"
    assert error.payload is not None
    assert "page.csv" in error.payload


@pytest.mark.parametrize("column", ["page,", "https://example.org/page", "2019-06-03"])
def test_a_line_of_another_publication_is_refused(tmp_path: Path, column: str) -> None:
    other = {"page,": "other,", "https://example.org/page": "https://example.org/2", "2019-06-03": "2020-01-01"}[column]
    error = refusal(tmp_path, LINE, WORLD.replace(column, other, 1))
    assert "one file holds one publication" in error.failure
    assert error.row == "line 3"


def test_a_figure_given_twice_is_refused(tmp_path: Path) -> None:
    assert "figure_id 'paid' repeated; it must be unique in its file" in refusal(tmp_path, LINE, LINE).failure


@pytest.mark.parametrize("area", ["W00", "XKX", "CHN"])
@pytest.mark.parametrize("partner", ["W00", "ZAF", "USA"])
def test_the_world_reports_about_nobody(tmp_path: Path, area: str, partner: str) -> None:
    line = LINE.replace(",CHN,USA,", f",{area},{partner},")
    if area == "W00" != partner:
        refused = refusal(tmp_path, line)
        assert f"area is W00 and counterpart_area is '{partner}', perhaps exchanged" in refused.failure
        assert refused.row == "line 2"
    else:
        assert len(rows_of(parse(tmp_path, line)[0])) == 1


@pytest.mark.parametrize(
    ("value", "precision", "rule"),
    [
        ("0.4", "0.4", "precision 0.4 is not below the value, 0.4"),
        ("-0.4", "0.5", "precision 0.5 is not below the value, -0.4"),
        ("0", "0.5", None),
        ("0.4", "0.3", None),
        ("10", "4", None),
        ("10", "0.4", "precision is 0.4; it must be at least 0.5, half a unit of the last printed digit of 10"),
    ],
)
def test_a_precision_is_at_least_half_a_digit_and_below_the_value(
    tmp_path: Path, value: str, precision: str, rule: str | None
) -> None:
    line = LINE.replace(",8.64,", f",{value},").replace(",0.005,", f",{precision},")
    if rule:
        assert rule in refusal(tmp_path, line).failure
    else:
        assert [row["precision"] for row in rows_of(parse(tmp_path, line)[0])] == [precision]


def test_a_file_that_may_be_cut_shows_its_end(tmp_path: Path) -> None:
    body = f"{HEADER}\n{LINE}".encode()
    origin = make_origin(publications.CARD, RESOURCE.key, body, file_name="page.csv")
    with pytest.raises(PayloadError) as refused:
        list(publications.parse(make_payload(tmp_path, origin, body)))
    assert refused.value.failure == f"the last line has no line end: {LINE[-80:]!r}; the file may be cut"


def test_the_date_is_that_of_the_origin_card(tmp_path: Path) -> None:
    assert parse(tmp_path, LINE, last_updated=date(2019, 6, 3))[0].vintage == date(2019, 6, 3)
    with pytest.raises(PayloadError, match="published_on is 2019-06-03; the origin card has 2019-06-02"):
        parse(tmp_path, LINE, last_updated=date(2019, 6, 2))


def test_the_bundle_holds_the_four_projections_with_their_baselines(tmp_path: Path) -> None:
    figures = {row["measure"]: row for row in bundle_rows(tmp_path)["figures"] if row["year"] == 2040}
    assert {measure: row["value"] for measure, row in figures.items()} == {
        "services_share_of_trade_digitalization": "37.2",
        "services_share_of_trade_baseline": "27",
        "digitally_deliverable_share_of_trade_digitalization": "17.4",
        "digitally_deliverable_share_of_trade_baseline": "12.4",
    }
    assert {row["vintage"] for row in figures.values()} == {date(2025, 1, 21)}


def test_the_bundle_holds_chinas_report_of_what_it_paid_and_keeps_a_bound_a_bound(tmp_path: Path) -> None:
    rows = [row for row in bundle_rows(tmp_path)["bilateral_services"] if row["area"] == "CHN"]
    assert {(row["year"], row["value"], row["qualifier"]) for row in rows} == {
        (2011, "3.5", "about"),
        (2017, "7", "over"),
        (2017, "7.1", "exact"),
        (2018, "8.64", "exact"),
    }


def test_every_figure_of_the_bundle_says_where_it_was_read_and_under_which_terms(tmp_path: Path) -> None:
    figures = bundle_rows(tmp_path)["figures"]
    assert len(figures) == len({(row["publication"], row["figure_id"]) for row in figures}) >= 25
    assert all(row["url"].startswith("http") and row["publisher"] and row["licence"] for row in figures)


def test_two_prints_of_one_flow_are_two_vintages(tmp_path: Path) -> None:
    rows = bundle_rows(tmp_path)["bilateral_services"]
    prints = {
        (row["year"], row["vintage"]): row["value"]
        for row in rows
        if (row["area"], row["counterpart_area"], row["item"], row["measure"])
        == ("USA", "CHN", "S", "services_exports")
    }
    assert prints == {
        (2014, date(2016, 8, 19)): "42",
        (2021, date(2024, 4, 23)): "39.3",
        (2022, date(2024, 3, 28)): "41.5",
        (2022, date(2024, 4, 23)): "41.8",
        (2023, date(2025, 12, 31)): "46.3",
    }


def test_totals_of_china_in_yuan_stay_in_yuan(tmp_path: Path) -> None:
    rows = bundle_rows(tmp_path)["figures"]
    found = {row["year"]: (row["value"], row["unit"]) for row in rows if row["measure"] == "ip_receipts_and_payments"}
    assert found == {
        2007: ("8.5", "USD billion"),
        2019: ("41", "USD billion"),
        2020: ("319.44", "CNY billion"),
        2023: ("53.7", "USD billion"),
        2024: ("398.71", "CNY billion"),
    }


def test_the_bundle_holds_licensors_by_definition(tmp_path: Path) -> None:
    rows = bundle_rows(tmp_path)["licensor_revenues"]
    years = {
        measure: sorted(row["year"] for row in rows if row["company"] == "Qualcomm" and row["measure"] == measure)
        for measure in ("licensing_line", "licensing_segment")
    }
    assert years == {"licensing_line": list(range(2009, 2021)), "licensing_segment": [2021, 2023, 2024, 2025]}
    values = {(row["company"], row["year"]): (row["value"], row["unit"]) for row in rows}
    assert values["Qualcomm", 2009] == ("3950", "USD million")
    assert values["Qualcomm", 2021] == ("6.32", "USD billion")
    assert values["Qualcomm", 2025] == ("5582", "USD million")
    assert values["Adeia", 2025] == ("443386", "USD thousand")


LICENSOR_HEADER = f"{HEADER},phrase,company,period_end"
LICENSOR = (
    "page,Title,https://example.org/page,2025-11-30,Company,licensing,licensing_line,W00,W00,_T,2025,stated,5582,"
    "USD million,0.5,exact,,Licensing 5582,Synthetic,2025-09-28"
)


def test_a_licensors_revenue_is_a_figure_and_a_row_of_its_own_table(tmp_path: Path) -> None:
    figures, revenues = parse(tmp_path, LICENSOR, header=LICENSOR_HEADER)
    assert (figures.table, revenues.table) == ("figures", "licensor_revenues")
    (row,) = rows_of(revenues)
    assert (row["company"], row["period_end"], row["phrase"]) == ("Synthetic", "2025-09-28", "Licensing 5582")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (",Synthetic,", ",,", "company is empty; licensing_line is the revenue of a company"),
        ("2025-09-28", "2024-09-28", "period_end is 2024-09-28; it must lie in the year, 2025"),
        ("2025-09-28", "", "'' does not begin with an ISO date"),
        (",licensing_line,", ",ip_receipts,", "company or period_end given for 'ip_receipts'; only"),
        (
            "licensing_line,W00,W00,_T,2025,stated,5582,USD million,0.5,exact,,Licensing 5582,Synthetic,2025-09-28",
            "ip_receipts,W00,W00,_T,2025,stated,5582,USD million,0.5,exact,,Licensing 5582,Synthetic,",
            "company or period_end given for 'ip_receipts'; only",
        ),
        (
            "licensing_line,W00,W00,_T,2025,stated,5582,USD million,0.5,exact,,Licensing 5582,Synthetic,",
            "ip_receipts,W00,W00,_T,2025,stated,5582,USD million,0.5,exact,,Licensing 5582,,",
            "company or period_end given for 'ip_receipts'; only",
        ),
        ("2025-09-28", "2026-01-03", "period_end is 2026-01-03; it must lie in the year, 2025"),
    ],
)
def test_a_licensors_line_that_breaks_a_rule_is_refused(tmp_path: Path, before: str, after: str, rule: str) -> None:
    assert rule in refusal(tmp_path, LICENSOR.replace(before, after, 1), header=LICENSOR_HEADER).failure
