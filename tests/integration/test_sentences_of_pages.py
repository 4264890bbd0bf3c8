"""Two hundred random sentences of the pages: figure, direction, year and scope recomputed by SQL of this test."""

import html
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release

DRAWN, SEED = 200, 20261202

Check = Callable[[duckdb.DuckDBPyConnection, dict[str, str]], bool]


def text_of(element: str) -> str:
    """The words of an element, its figures as ``{exact|shown}``."""
    marked = re.sub(r'<data value="([^"]*)">(.*?)</data>', r"{\1|\2}", element)
    return " ".join(html.unescape(re.sub("<[^>]+>", "", marked)).split())


def sentences_of(site: Path) -> Iterator[tuple[str, str]]:
    """The sentences of leads, and the titles of charts of payments, each with its page."""
    for path in sorted((*site.glob("pairs/*-*.html"), *site.glob("economies/???.html"), *site.glob("metrics/*.html"))):
        page = path.read_text(encoding="utf-8")
        for lead in re.findall(r'<p class="lead" id="(?:says|answer)">(.*?)</p>', page, re.DOTALL):
            for sentence in re.split(r"(?<=[a-z0-9)}])\. (?=[A-Z])", text_of(lead).rstrip(".")):
                yield f"{path.parent.name}/{path.stem}", sentence
        for title in re.findall(r'<h3 id="pay-payments[^>]*>(.*?)</h3>', page):
            yield f"{path.parent.name}/{path.stem}", text_of(title)


def area(name: str) -> str:
    """Return SQL of the code of an economy by its name, such as ``the United States`` or ``Hong Kong (China)``."""
    plain = re.sub("^[Tt]he ", "", name).replace("'", "''")
    turned = re.sub(r" \((.*)\)$", r", \1", plain)
    return f"(select min(area) from dim_area where lower(name) in (lower('{plain}'), lower('{turned}')))"


def is_true(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    return bool((connection.execute(f"select coalesce(({sql}), false)").fetchone() or (False,))[0])


def paid(groups: dict[str, str], value: str, year: str, basis: str) -> str:
    """SQL of the payments of a year from one economy to another that have a value."""
    return (
        f"select count(*) > 0 from bilateral_ip_charges_all where item = 'SH' and basis {basis} and year = {groups[year]} "
        f"and value = {groups[value]} "
        f"and counterpart_area = {area(groups['payer'])} and area = {area(groups['recipient'])}"
    )


def newest_report(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    either = f"[{area(groups['payer'])}, {area(groups['recipient'])}]"
    later = (
        f"select count(*) = 0 from bilateral_ip_charges_all where item = 'SH' and basis in ('reported', 'mirrored') and value > 0 "
        f"and obs_status <> 'U' and year > {groups['year']} and list_contains({either}, area) and list_contains({either}, counterpart_area)"
    )
    return is_true(connection, paid(groups, "value", "year", "in ('reported', 'mirrored')")) and is_true(
        connection, later
    )


def last_of_both(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    payer, recipient = area(groups["payer"]), area(groups["recipient"])
    both = (
        "select one.year, one.value as paid, other.value as earned from bilateral_ip_charges_all as one join bilateral_ip_charges_all as other "
        "on one.area = other.counterpart_area and one.counterpart_area = other.area and one.year = other.year and one.source = other.source "
        f"where one.item = 'SH' and other.item = 'SH' and one.basis in ('reported', 'mirrored') and other.basis in ('reported', 'mirrored') "
        f"and one.counterpart_area = {payer} and one.area = {recipient} and one.value is not null and other.value is not null"
    )
    return is_true(
        connection,
        f"select max(year) = {groups['year']} and bool_or(year = {groups['year']} and abs(paid / nullif(earned, 0) / {groups['value']} - 1) < 1e-9 "
        f"and least(paid, earned) >= 1e7 and paid >= earned) from ({both})",
    )


def estimated(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    either = f"[{area(groups['payer'])}, {area(groups['recipient'])}]"
    reports = (
        "select count(*) = 0 from bilateral_ip_charges_all where item = 'SH' and basis in ('reported', 'mirrored') and value is not null "
        f"and obs_status <> 'U' and list_contains({either}, area) and list_contains({either}, counterpart_area)"
    )
    back = dict(groups, payer=groups["recipient"], recipient=groups["payer"])
    return (
        is_true(connection, paid(groups, "value", "year", "= 'balanced'"))
        and is_true(connection, reports)
        and (not groups["back"] or is_true(connection, paid(back, "back", "year", "= 'balanced'")))
    )


def with_the_world(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    name = groups["economy"] or groups["payer"]
    table = "ip_receipts_all" if groups["economy"] else "ip_payments_all"
    figures = (
        f"from {table} join dim_area using (area) where kind = 'country' and year = {groups['year']} and value is not null "
        "and source = 'world_bank'"
    )
    true = is_true(connection, f"select count(*) = 1 {figures} and area = {area(name)} and value = {groups['value']}")
    if groups["rank"]:
        above = f"select count(*) + 1 = {groups['rank']} {figures} and value > {groups['value']}"
        of = f"select count(*) = {groups['of']} {figures}"
        true = true and is_true(connection, above) and is_true(connection, of)
    return true


def ratio(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    larger, smaller = (
        ("ip_payments_all", "ip_receipts_all") if groups["verb"] == "paid" else ("ip_receipts_all", "ip_payments_all")
    )
    of = f"where area = {area(groups['economy'])} and year = {groups['year']}"
    return is_true(
        connection,
        f"select count(*) > 0 from (from {larger} {of}) as one join (from {smaller} {of}) as other using (source, year) "
        f"where abs(one.value / other.value / {groups['value']} - 1) < 1e-9 and other.value >= 1e7",
    )


def moved(connection: duckdb.DuckDBPyConnection, groups: dict[str, str]) -> bool:
    """Return whether the figures of a title are in one series, and the newest is above or below the first as stated."""
    basis = {"recipient's report": "reported", "payer's report": "mirrored", "estimates": "balanced"}[groups["whose"]]
    rows = connection.execute(
        f"select year, max_by(value, vintage) from bilateral_ip_charges_all where item = 'SH' and basis = '{basis}' and value is not null "
        f"and obs_status <> 'U' and counterpart_area = {area(groups['payer'])} and area = {area(groups['recipient'])} group by year"
    ).fetchall()
    values = dict(rows)
    newest, first = (values.get(int(groups[year])) for year in ("year", "first"))
    if (
        newest is None
        or first is None
        or len([year for year in values if int(groups["first"]) <= year <= int(groups["year"])]) < 3
    ):
        return False
    return bool(newest > first if groups["verb"] == "rose" else newest < first)


WHO = r"(?P<payer>.+?) paid (?P<recipient>.+?)"
VALUE = r"{(?P<value>[^|]*)\|[^}]*}"
MEASURED = r"for the use of intellectual property"
SOURCE = r"\(source: [^)]*\)"
KINDS: dict[str, tuple[str, Check]] = {
    "newest report": (rf"{WHO} {VALUE} {MEASURED} in (?P<year>\d+), the newest report in this release", newest_report),
    "both directions": (
        r"In (?P<year>\d+), the last year with both directions from one publisher, "
        rf"(?P<payer>.+?) paid {VALUE} what it earned from (?P<recipient>.+)",
        last_of_both,
    ),
    "estimates": (
        rf"By balanced estimates {SOURCE}, {WHO} {VALUE} {MEASURED} "
        r"in (?P<year>\d+)(?: and earned {(?P<back>[^|]*)\|[^}]*} from it)?",
        estimated,
    ),
    "with the world": (
        r"In (?P<year>\d+)(?:, the newest year with a figure,)? "
        rf"(?:the world paid (?P<economy>.+?)|(?P<payer>.+?) paid the world) {VALUE} {MEASURED}"
        rf"(?:, {{(?P<rank>\d+)\|[^}}]*}} of {{(?P<of>\d+)\|[^}}]*}} with a figure)?(?:, and .*)?(?: {SOURCE})?",
        with_the_world,
    ),
    "ratio": (rf"(?P<economy>.+?) (?P<verb>paid|earned) {VALUE} what it (?:paid|earned) in (?P<year>\d+)", ratio),
    "title": (
        rf"What {WHO}, by (?:the )?(?P<whose>[a-z' ]+), (?P<verb>rose|fell) to [^,]* in (?P<year>\d+), "
        r"from [^,]* in (?P<first>\d+)",
        moved,
    ),
}
"""What the sentences claim, by a pattern of their words, and the test of it."""


@pytest.fixture(scope="module")
def drawn(release: Release) -> list[tuple[str, str, str, dict[str, str]]]:
    """Page, sentence, kind and parts of the drawn sentences."""
    known = []
    for page, sentence in sentences_of(release.folder / "site"):
        for kind, (pattern, _) in KINDS.items():
            if match := re.fullmatch(pattern, sentence):
                known.append((page, sentence, kind, {name: text or "" for name, text in match.groupdict().items()}))
    return random.Random(SEED).sample(known, min(DRAWN, len(known)))  # noqa: S311 - a draw, no secret


def test_sampled_sentences_are_true(release: Release, drawn: list[tuple[str, str, str, dict[str, str]]]) -> None:
    assert len(drawn) == DRAWN
    assert len(Counter(kind for _, _, kind, _ in drawn)) >= 4, "of several kinds"
    with open_read_only(release.database) as connection:
        wrong = [
            f"{page}: {sentence}" for page, sentence, kind, parts in drawn if not KINDS[kind][1](connection, parts)
        ]
    assert not wrong, "\n".join(wrong)
