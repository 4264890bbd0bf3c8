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


def test_figures_keep_what_was_printed(tmp_path: Path) -> None:
    (figures, bilateral) = parse(tmp_path, LINE, WORLD)
    assert (figures.table, figures.vintage) == ("figures", date(2019, 6, 3))
    first, second = rows_of(figures)
    assert (first["value"], first["unit"], first["precision"]) == ("8.64", "USD billion", "0.005")
    assert (first["title"], first["year"], first["note"]) == ("A title, with a comma", 2018, None)
    assert (first["payload_pointer"], second["payload_pointer"]) == ("line 2", "line 3")
    assert bilateral.table == "bilateral_services"
    assert [row["figure_id"] for row in rows_of(bilateral)] == ["paid"]


def test_a_publication_without_a_bilateral_flow_yields_no_bilateral_table(tmp_path: Path) -> None:
    assert [parsed.table for parsed in parse(tmp_path, WORLD)] == ["figures"]


def test_a_share_between_two_economies_is_no_flow(tmp_path: Path) -> None:
    share = LINE.replace(",ip_payments,", ",share_of_payments,").replace("USD billion", "percent")
    assert [parsed.table for parsed in parse(tmp_path, share)] == ["figures"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (",8.64,", ',"8,64",', r"value is '8,64'; it must match -?[0-9]+(\.[0-9]+)?"),
        (",8.64,", ",>8.64,", r"value is '>8.64'; it must match -?[0-9]+(\.[0-9]+)?"),
        (",8.64,", ",,", r"value is ''; it must match -?[0-9]+(\.[0-9]+)?"),
        (",2018,", ",18,", "year is '18'; it must match [12][0-9]{3}"),
        ("USD billion", "USD bn", "unit is 'USD bn'; it must be one of ['USD 10 000', 'USD billion', 'USD"),
        (",exact,", ",roughly,", "qualifier is 'roughly'; it must be one of ['about', 'exact', 'over'"),
        (",CHN,", ",China,", "area is 'China'; it must match [A-Z]{3}|W00"),
        ("2019-06-03", "June 2019", "published_on is 'June 2019'; it must match [0-9]{4}-[0-9]{2}-[0-9]{2}"),
        ("2019-06-03", "2019-06-31", "ISO date"),
        ("https://example.org/page", "example.org", r"url is 'example.org'; it must match https?://\S+"),
        (
            ",0.005,",
            ",0.0005,",
            "precision is 0.0005; it must be at least 0.005, half a unit of the last",
        ),
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


def test_missing_and_unexpected_columns_are_both_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, LINE, header=HEADER.replace("year_basis", "period"))
    assert "columns missing: ['year_basis'], unexpected: ['period'] (declared:" in error.failure


@pytest.mark.parametrize("column", ["page,", "https://example.org/page", "2019-06-03"])
def test_a_line_of_another_publication_is_refused(tmp_path: Path, column: str) -> None:
    other = {"page,": "other,", "https://example.org/page": "https://example.org/2", "2019-06-03": "2020-01-01"}[column]
    error = refusal(tmp_path, LINE, WORLD.replace(column, other, 1))
    assert "one file holds one publication" in error.failure
    assert error.row == "line 3"


def test_a_figure_given_twice_is_refused(tmp_path: Path) -> None:
    assert "figure_id 'paid' repeated; it must be unique in its file" in refusal(tmp_path, LINE, LINE).failure


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "no figure in the file" in refusal(tmp_path).failure


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    body = "\n".join([HEADER, LINE.replace("Ministry", "Ministère"), ""]).encode("latin-1")
    origin = make_origin(publications.CARD, RESOURCE.key, body, file_name="page.csv")
    with pytest.raises(PayloadError, match="UTF-8"):
        list(publications.parse(make_payload(tmp_path, origin, body)))


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
        (2018, "8.64", "exact"),
    }


def test_every_figure_of_the_bundle_says_where_it_was_read_and_under_which_terms(tmp_path: Path) -> None:
    figures = bundle_rows(tmp_path)["figures"]
    assert len(figures) == len({(row["publication"], row["figure_id"]) for row in figures}) >= 25
    assert all(row["url"].startswith("http") and row["publisher"] and row["licence"] for row in figures)
