"""The fault catalogue: what can happen to official figures, as SQL that changes a copy of a metric.

Each fault has an id, the parts of a metric that it is injected into one at a time, and statements. In these, ``faulty``
is the copy, ``original`` the metric in the order of all its columns, and ``{part}`` the condition of the rows of a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, SERIES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

_COUNTRY = "[A-Z]{3}"
"""The code of a country. The world is W00, and other aggregates have the name of a publisher."""

_FIGURES = "is_latest and value is not null"
_LATEST_DOLLARS = "select area, abs(value) as dollars from metrics.{} where unit = 'USD' and is_latest"
_FLOWS = ("exports", "imports", "receipts", "payments")
_OPPOSITES = """
    create or replace macro opposite(name) as array_to_string(list_transform(string_split(name, '_'), lambda word: case word
        when 'exports' then 'imports' when 'imports' then 'exports'
        when 'receipts' then 'payments' when 'payments' then 'receipts' else word end), '_')
"""
_IS_QUOTIENT = """
    (unit = 'PN' or unit = 'PT' and base_year is null)
    and not starts_with(measure, 'log_') and not regexp_matches(measure, 'difference|change')
"""

Parts: TypeAlias = Iterator[tuple[str, str]]
"""The parts of a metric: a label, and a condition of the rows of each. Only newest rows come from payloads not guarded before."""


@dataclass(frozen=True)
class Subject:
    """A metric under audit. Its connection has ``metrics.<name>`` for each of ``metrics``, and can create tables.

    ``economies`` are all countries, the one with the most newest US dollars in all published metrics first.
    """

    connection: duckdb.DuckDBPyConnection
    metric: str
    formula: str
    metrics: Collection[str]
    economies: Sequence[str]

    def __post_init__(self) -> None:
        """Copy the metric, so that its rows have an order."""
        self.connection.execute(_OPPOSITES)
        self.connection.execute(f"create or replace table original as from metrics.{quoted(self.metric)} order by all")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()

    def leading(self, condition: str = _FIGURES) -> list[str]:
        """Return the two largest economies with rows that meet a condition."""
        areas = {area for (area,) in self.rows(f"select distinct area from original where {condition}")}
        return [area for area in self.economies if area in areas][:2]


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue; ``statements`` may also be a function of the subject, and of the label and condition of a part."""

    parts: Callable[[Subject], Parts]
    statements: str | Callable[[Subject, str, str], str]

    def injections(self, subject: Subject) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
        """Yield, for each part of a metric that the fault changes, its label and a connection with the table ``faulty``."""
        before = subject.rows(f"{_FINGERPRINT} original as figure")
        for label, part in self.parts(subject):
            made = self.statements if isinstance(self.statements, str) else self.statements(subject, label, part)
            with subject.connection.cursor() as cursor:
                cursor.execute("create temp table faulty as from original")
                cursor.execute(
                    made.replace("{part}", f"({part})").replace("{newest_year}", f"({_NEWEST_YEAR.format(part)})")
                )
                if cursor.execute(f"{_FINGERPRINT} faulty as figure").fetchall() != before:
                    yield label, cursor


_NEWEST_YEAR = "select max(year) from original where {}"
_FINGERPRINT = "select count(*), sum(hash(figure)) from"


def economies_by_size(connection: duckdb.DuckDBPyConnection, metrics: Collection[str]) -> tuple[str, ...]:
    """Return the countries by the sum of their newest US dollars over all metrics, the largest first."""
    dollars = " union all ".join(_LATEST_DOLLARS.format(quoted(metric)) for metric in metrics)
    query = f"select area from ({dollars}) where regexp_full_match(area, '{_COUNTRY}') group by area"
    return tuple(area for (area,) in connection.execute(f"{query} order by sum(dollars) desc, area").fetchall())


# Parts of a metric


def whole(subject: Subject) -> Parts:
    """The whole metric at once."""
    yield "all", "true"


def newest(subject: Subject) -> Parts:
    """The newest vintage of everything at once."""
    yield "newest vintage", "is_latest"


def each_source(subject: Subject) -> Parts:
    """The newest vintage of one source, each in turn."""
    for (source,) in subject.rows("select distinct source from original order by source"):
        yield source, f"is_latest and source = {text(source)}"


def each_series_of_figures(subject: Subject) -> Parts:
    """The newest figures of one measure, clock, authority and source, each in turn."""
    for *codes, source in subject.rows(
        f"select distinct measure, clock, authority, source from original where {_FIGURES} order by all"
    ):
        yield f"{_measured(codes)} of {source}", f"{_FIGURES} and {_is_measured(codes)} and source = {text(source)}"


def each_leading_economy(subject: Subject) -> Parts:
    """The newest rows of the largest and of the second largest economy."""
    for area in subject.leading():
        yield area, f"is_latest and area = {text(area)}"


def each_sampled_economy(subject: Subject) -> Parts:
    """All rows of the largest, the second largest and, in alphabetical order, the middle economy, as area or counterpart."""
    countries = _countries(subject, "area")
    for area in dict.fromkeys([*subject.leading(), countries[len(countries) // 2]]) if len(countries) > 1 else ():
        yield area, f"{text(area)} in (area, counterpart_area)"


def each_sampled_partner(subject: Subject) -> Parts:
    """All rows with the largest and, in alphabetical order, with the middle country as counterpart, where there are several."""
    partners = _countries(subject, "counterpart_area", "is_latest")
    largest = [area for area in subject.economies if area in partners][:1] or partners[:1]
    for area in dict.fromkeys([*largest, partners[len(partners) // 2]]) if len(partners) > 1 else ():
        yield area, f"counterpart_area = {text(area)}"


def leading_partner(subject: Subject) -> Parts:
    """The newest rows with the largest country as counterpart, where there are several."""
    for label, part in [*each_sampled_partner(subject)][:1]:
        yield label, f"is_latest and {part}"


def each_leading_series(subject: Subject) -> Parts:
    """For each measure, clock and authority, the longest newest series of the largest and of the second largest economy."""
    key = ", ".join([*SERIES, "vintage"])
    for codes in subject.rows("select distinct measure, clock, authority from original where is_latest order by all"):
        for area in subject.leading():
            longest = f"""
                select hash({key}) from original where {_FIGURES} and area = {text(area)} and {_is_measured(codes)}
                group by {key} order by count(*) desc, sum(abs(value)) desc, {key} limit 1
            """
            for (series,) in subject.rows(longest):
                yield f"{_measured(codes)} of {area}", f"{_FIGURES} and hash({key}) = {series}"


def _countries(subject: Subject, column: str, condition: str = "true") -> list[str]:
    query = f"select distinct {column} from original where {condition} and regexp_full_match({column}, '{_COUNTRY}')"
    return [area for (area,) in subject.rows(f"{query} order by all")]


def _measured(codes: Sequence[Hashable]) -> str:
    """Return a measure with its authority and clock, where it has any."""
    measure, clock, authority = codes
    at = f" at {authority}" if authority != NOT_APPLICABLE else ""
    by = f" by {clock}" if clock != NO_CLOCK else ""
    return f"{measure}{at}{by}"


def _is_measured(codes: Sequence[Hashable]) -> str:
    measure, clock, authority = map(str, codes)
    return f"measure = {text(measure)} and clock = {text(clock)} and authority = {text(authority)}"


# Statements


def _times(factor: float, where: str = "true") -> str:
    return f"update faulty set value = value * {factor} where {{part}} and {where}"


def _every_tenth(condition: str) -> str:
    numbered = f"select rowid as place, row_number() over (order by rowid) as number from faulty where {condition}"
    return f"rowid in (select place from ({numbered}) where number % 10 = 1)"


def _recoded(codes: str, where: str) -> str:
    """Return the statement that gives areas other codes on both sides of a figure; ``codes`` are the cases of SQL."""
    changes = (f"{column} = case {column} {codes} else {column} end" for column in ("area", "counterpart_area"))
    return f"update faulty set {', '.join(changes)} where {where}"


def _flows_exchanged(subject: Subject, label: str, part: str) -> str:
    measures = {measure for (measure,) in subject.rows("select distinct measure from original")}
    if any(_opposite(measure) in measures - {measure} for measure in measures):
        return "update faulty set measure = opposite(measure) where {part} and opposite(measure) in (select measure from original)"
    opposite = _opposite(subject.metric)
    if opposite not in subject.metrics or opposite == subject.metric:
        return "select 'it has no opposite flow'"
    instead = f"from metrics.{quoted(opposite)} where is_latest and source = {text(label)}"
    return f"""
        delete from faulty where {{part}} and exists ({instead});
        insert into faulty select * replace ({text(subject.metric)} as metric_id, opposite(measure) as measure) {instead}
    """


def _opposite(name: str) -> str:
    """Return a name with exports for imports, receipts for payments, and the reverse; itself where it names no flow."""
    pairs = dict(zip(_FLOWS, ("imports", "exports", "payments", "receipts"), strict=True))
    return "_".join(pairs.get(word, word) for word in name.split("_"))


def _economies_exchanged(subject: Subject, label: str, part: str) -> str:
    if len(leading := [text(area) for area in subject.leading(part)]) < 2:
        return "select 'it has fewer than two countries'"
    first, second = leading
    return _recoded(f"when {first} then {second} when {second} then {first}", "{part}")


def _changed_area_code(subject: Subject, label: str, part: str) -> str:
    return _recoded(f"when {text(label)} then {text(f'X{label[:2]}')}", "is_latest")


def _world_among_countries(subject: Subject, label: str, part: str) -> str:
    added = (
        f"select * replace ('W00' as area) from original where {{part}} and area in ({_listed(subject.leading()[:1])})"
    )
    return f"insert into faulty {added} and not exists (from original where area = 'W00')"


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(map(text, codes)) or "null"


def _stale_vintage(subject: Subject, label: str, part: str) -> str:
    own = f"source = {text(label)}"
    vintages = [
        f"'{day}'" for (day,) in subject.rows(f"select distinct vintage from original where {own} order by vintage")
    ]
    if len(vintages) < 2:
        years = "(select count(distinct year) from original where {part})"
        return f"delete from faulty where {{part}} and year = {{newest_year}} and {years} > 1"
    return f"""
        delete from faulty where {own} and vintage = {vintages[-1]};
        update faulty set vintage = {vintages[-1]}, is_latest = true where {own} and vintage = {vintages[-2]}
    """


def _mixed_vintages(subject: Subject, label: str, part: str) -> str:
    """Multiply each quotient by the oldest by the newest value of the first flow in its formula."""
    quotients = f"select distinct measure from original where {part} and value is not null and {_IS_QUOTIENT}"
    statements = ["select 'a share of a series with several vintages'"]
    for (measure,) in subject.rows(quotients):
        flow = next((word for word in re.findall("[a-z]+", _formula_of(subject, measure)) if word in _FLOWS), None)
        if f"ip_{flow}" in subject.metrics:
            revisions = f"""
                select area, year, source, arg_min(value, vintage) / arg_max(value, vintage) as factor
                from metrics.ip_{flow} where value > 0 group by all having count(*) > 1
            """
            statements.append(f"""
                update faulty set value = value * revised.factor
                from (select area, year, arg_min(factor, source) as factor from ({revisions}) group by all) as revised
                where faulty.area = revised.area and faulty.year = revised.year
                    and {{part}} and {_IS_QUOTIENT} and measure = {text(measure)}
            """)
    return ";".join(statements)


def _formula_of(subject: Subject, measure: str) -> str:
    """Return the names of metric and measure, and the formula of the measure in the metric's description."""
    own = re.search(rf"\b{re.escape(measure)} = ([^;]*)", subject.formula)
    of_all = "" if " = " in subject.formula else subject.formula
    return f"{subject.metric} {measure} {own[1] if own else of_all}"


_MIDDLE = "(select list_sort(list(year))[count(*) // 2 + 1] from original where {part})"
_FIRST_YEAR = """(
    select list_sort(list(distinct year))[count(distinct year) // 2 + 1] from original where {part} having count(distinct year) > 3
)"""
_HALF_PAGE = """
    select place from (
        select rowid as place, row_number() over (order by rowid) - 1 as number, count(*) over () as rows from faulty where {part}
    ) where rows >= 40 and number >= rows * 5 // 8 and number < rows * 6 // 8
"""
_COMMONEST = "(select {0} from original where {1} group by {0} order by count(*) desc, {0} limit 1)"
_REGION = _COMMONEST.format("area", "regexp_full_match(area, '[A-Z]+_[A-Z][A-Z][A-Z]')")
_ITEM = _COMMONEST.format("item", "{part}")
_HAS_HISTORY = "(select count(distinct year) from original where {part}) > 1"

CATALOGUE = {
    "unit_slip_thousandfold": Fault(each_series_of_figures, _times(1000)),
    "unit_slip_thousandth": Fault(each_series_of_figures, _times(0.001)),
    "unit_slip_newest_year": Fault(each_series_of_figures, _times(0.001, f"year = {{newest_year}} and {_HAS_HISTORY}")),
    "sign_flip": Fault(each_series_of_figures, _times(-1)),
    "ratio_inverted": Fault(
        each_series_of_figures, "update faulty set value = 1 / value where {part} and unit = 'PN' and value <> 0"
    ),
    "another_currency": Fault(each_series_of_figures, _times(7, "unit = 'USD' and 'CHN' in (area, counterpart_area)")),
    "country_doubled": Fault(each_leading_economy, _times(2)),
    "partner_doubled": Fault(leading_partner, _times(2)),
    "outlier": Fault(each_leading_series, _times(10, f"year = {_MIDDLE}")),
    "frozen_series": Fault(
        each_leading_series,
        """update faulty set value = coalesce((select any_value(value) from original where {part} and year = {newest_year} - 1), value)
        where {part} and year = {newest_year}""",
    ),
    "empty_as_zero": Fault(each_leading_series, "update faulty set value = 0 where {part} and year = {newest_year}"),
    "suppressed_as_zero": Fault(
        each_source,
        "update faulty set value = 0, obs_status = 'A' where {part} and obs_status in ('Q', 'N', 'L', 'M', 'O')",
    ),
    "nulls": Fault(newest, f"update faulty set value = null where {_every_tenth('{part} and value is not null')}"),
    "nulls_in_codes": Fault(newest, f"update faulty set area = null where {_every_tenth('{part}')}"),
    "flows_exchanged": Fault(each_source, _flows_exchanged),
    "partners_exchanged": Fault(
        each_source,
        "update faulty set area = counterpart_area, counterpart_area = area where {part} and counterpart_area <> 'W00'",
    ),
    "economies_exchanged": Fault(each_source, _economies_exchanged),
    "changed_area_code": Fault(each_leading_economy, _changed_area_code),
    "changed_item_code": Fault(newest, f"update faulty set item = 'Z' || item where {{part}} and item = {_ITEM}"),
    "world_as_country": Fault(whole, _recoded("when 'W00' then 'WLD'", "exists (from original where area = 'W00')")),
    "region_as_country": Fault(whole, _recoded(f"when {_REGION} then split_part({_REGION}, '_', 2)", "true")),
    "world_among_countries": Fault(newest, _world_among_countries),
    "country_dropped": Fault(each_sampled_economy, "delete from faulty where {part}"),
    "partner_dropped": Fault(each_sampled_partner, "delete from faulty where {part}"),
    "half_page_missing": Fault(each_source, f"delete from faulty where rowid in ({_HALF_PAGE})"),
    "truncated_history": Fault(
        each_source, f"delete from faulty where {{part}} and (year < {_FIRST_YEAR} or base_year < {_FIRST_YEAR})"
    ),
    "years_late": Fault(each_source, "update faulty set year = year + 1, base_year = base_year + 1 where {part}"),
    "years_early": Fault(each_source, "update faulty set year = year - 1, base_year = base_year - 1 where {part}"),
    "stale_vintage": Fault(each_source, _stale_vintage),
    "all_vintages_newest": Fault(whole, "update faulty set is_latest = true"),
    "mixed_vintages": Fault(newest, _mixed_vintages),
    "duplicated_rows": Fault(whole, f"insert into faulty from faulty where {_every_tenth('{part}')}"),
}
"""Every fault by its id."""
