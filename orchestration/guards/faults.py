"""The fault catalogue: errors of official figures, as SQL that changes a copy of a metric.

Each fault has an id, a query of the parts of a metric that it is put into one at a time (a label, and a condition of rows), and
statements. In these, ``faulty`` is the copy, ``original`` the metric in the order of all its columns, ``{part}`` the condition of
a part, ``{label}`` its label and ``{newest_year}`` its newest year. Only newest rows come from payloads not guarded before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, SERIES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

_FIGURES = "is_latest and value is not null"
_FLOWS = ("exports", "imports", "receipts", "payments")
_MACROS = f"""
    create or replace macro is_country(code) as regexp_full_match(code, '[A-Z][A-Z][A-Z]');
    create or replace macro equals(name, code) as name || ' = ''' || code || '''';
    create or replace macro middle(items) as list_sort(list(items))[count(*) // 2 + 1];
    create or replace macro measured(measure, clock, authority) as
        measure || if(authority = '{NOT_APPLICABLE}', '', ' at ' || authority) || if(clock = '{NO_CLOCK}', '', ' by ' || clock);
    create or replace macro is_measured(measure, clock, authority) as
        equals('measure', measure) || ' and ' || equals('clock', clock) || ' and ' || equals('authority', authority);
    create or replace macro first_flow(words) as
        regexp_extract(words, '(?:^|[^a-z])({"|".join(_FLOWS)})(?:[^a-z]|$)', 1);
    create or replace macro opposite(name) as array_to_string(list_transform(string_split(name, '_'), lambda word: case word
        when 'exports' then 'imports' when 'imports' then 'exports'
        when 'receipts' then 'payments' when 'payments' then 'receipts' else word end), '_');
"""


@dataclass(frozen=True)
class Subject:
    """A metric under audit. Its connection has ``metrics.<name>`` for each of ``metrics``, and can create tables.

    Economies lead that most metrics and sources have newest figures of.
    """

    connection: duckdb.DuckDBPyConnection
    metric: str
    formula: str
    metrics: Collection[str]

    def __post_init__(self) -> None:
        """Copy the metric, so that its rows have an order, and create what the statements of faults read beside it."""
        flows = [flow for flow in _FLOWS if f"ip_{flow}" in self.metrics]
        series = [
            f"union all select '{flow}', area, year, source, vintage, value from metrics.ip_{flow}" for flow in flows
        ]
        figures = " union all by name ".join(f"from metrics.{quoted(metric)}" for metric in self.metrics)
        self.connection.execute(f"""
            {_MACROS}
            create or replace table original as from metrics.{quoted(self.metric)} order by all;
            create or replace view ip_flows as
                select '' as flow, area, year, source, vintage, value from original where false {" ".join(series)};
            create table if not exists economies as
                select area, row_number() over (order by count(distinct (metric_id, source)) desc, sum(abs(value)) desc, area) as place
                from ({figures}) where is_latest and is_country(area) group by area;
            create or replace table leading_two as {_LEADING.replace("{part}", _FIGURES)} limit 2
        """)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()

    def statements(self, sql: str, label: str, part: str) -> str:
        """Return the statements of a fault for one part of the metric."""
        ((opposite,),) = self.rows(f"select opposite({text(self.metric)})")
        replacements = {
            "{newest_year}": "(select max(year) from original where {part})",
            "{part}": f"({part})",
            "{label}": text(label),
            "{metric}": text(self.metric),
            "{formula}": text(self.formula),
            "{opposite}": quoted(opposite if opposite in self.metrics else self.metric),
        }
        for name, replacement in replacements.items():
            sql = sql.replace(name, replacement)
        return sql


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue: a query of labels and conditions of parts, and the statements that change a part."""

    parts: str
    statements: str

    def injections(self, subject: Subject) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
        """Yield, for each part of a metric that the fault changes, its label and a connection with the table ``faulty``."""
        before = subject.rows(f"{_FINGERPRINT} original as figure")
        for label, part in subject.rows(self.parts):
            with subject.connection.cursor() as cursor:
                cursor.execute("create temp table faulty as from original")
                cursor.execute(subject.statements(self.statements, label, part))
                if cursor.execute(f"{_FINGERPRINT} faulty as figure").fetchall() != before:
                    yield label, cursor


_LEADING = "select area, place from economies where area in (select area from original where {part}) order by place"
_FINGERPRINT = "select count(*), sum(hash(figure)) from"


_WHOLE = "select 'all', 'true'"
_NEWEST = "select 'newest vintage', 'is_latest'"
_SOURCES = "select distinct source, 'is_latest and ' || equals('source', source) from original order by all"
_MEASURES = f"""
    select distinct
        measured(measure, clock, authority) || ' of ' || source,
        '{_FIGURES} and ' || is_measured(measure, clock, authority) || ' and ' || equals('source', source)
    from original where {_FIGURES} order by all
"""
_LEADING_ECONOMIES = "select area, 'is_latest and ' || equals('area', area) from leading_two order by place"
_KEY = ", ".join([*SERIES, "vintage"])
_LEADING_SERIES = f"""
    select measured(measure, clock, authority) || ' of ' || area, '{_FIGURES} and hash({_KEY}) = ' || hash({_KEY})
    from original semi join leading_two using (area) where {_FIGURES} group by {_KEY}
    qualify 1 = row_number() over (
        partition by measure, clock, authority, area order by count(*) desc, sum(abs(value)) desc, {_KEY}
    )
    order by all
"""
"""For each measure, clock and authority, the longest newest series of each leading economy."""

_SAMPLED = """
    select area from (select area, place from {0} union all select middle(area), 1000000 from {1})
    where (select count(*) from {1}) > 1 group by area order by min(place)
"""
_SAMPLED_ECONOMIES = f"""
    with countries as (select distinct area from original where is_country(area))
    select area, '''' || area || ''' in (area, counterpart_area)' from ({_SAMPLED.format("leading_two", "countries")})
"""
"""The two leading and, in alphabetical order, the middle economy, as area or counterpart, in all vintages."""

_SAMPLED_PARTNERS = f"""
    with
        partners as (select distinct counterpart_area as area from original where is_latest and is_country(counterpart_area)),
        largest as (from partners left join economies using (area) order by place nulls last, area limit 1)
    select area, equals('counterpart_area', area) from ({_SAMPLED.format("largest", "partners")})
"""
"""The leading and, in alphabetical order, the middle country as counterpart, where there are several, in all vintages."""

_LEADING_PARTNER = (
    f"select area, 'is_latest and ' || condition from ({_SAMPLED_PARTNERS}) as partner (area, condition) limit 1"
)


def _times(factor: float, where: str = "true") -> str:
    return f"update faulty set value = value * {factor} where {{part}} and {where}"


def _every_tenth(condition: str) -> str:
    numbered = f"select rowid as place, row_number() over (order by rowid) as number from faulty where {condition}"
    return f"rowid in (select place from ({numbered}) where number % 10 = 1)"


def _recoded(codes: str, where: str) -> str:
    """Return the statement that gives areas other codes on both sides of a figure; ``codes`` are the cases of SQL."""
    changes = (f"{column} = case {column} {codes} else {column} end" for column in ("area", "counterpart_area"))
    return f"update faulty set {', '.join(changes)} where {where}"


_IS_QUOTIENT = """
    (unit = 'PN' or unit = 'PT' and base_year is null)
    and not starts_with(measure, 'log_') and not regexp_matches(measure, 'difference|change')
"""
_OPPOSITE_ROWS = """
    from metrics.{opposite} where is_latest and source = {label} and metric_id <> {metric}
    and not exists (from original where opposite(measure) <> measure and opposite(measure) in (select measure from original))
"""
_FLOWS_EXCHANGED = f"""
    update faulty set measure = opposite(measure) where {{part}} and opposite(measure) in (select measure from original);
    delete from faulty where {{part}} and exists ({_OPPOSITE_ROWS});
    insert into faulty select * replace ({{metric}} as metric_id, opposite(measure) as measure) {_OPPOSITE_ROWS}
"""
"""Measures of opposite flows change names; a metric of one flow gets the figures of the metric of the opposite one."""

_FIRST, _SECOND = (f"(select area from ({_LEADING}) limit 1 offset {place})" for place in (0, 1))
_LAST = "(select max(vintage) from original where source = {label})"
_EARLIER = f"(select max(vintage) from original where source = {{label}} and vintage < {_LAST})"
_STALE_VINTAGE = f"""
    delete from faulty where {_EARLIER} is null and {{part}} and year = {{newest_year}}
        and (select count(distinct year) from original where {{part}}) > 1;
    delete from faulty where {_EARLIER} is not null and source = {{label}} and vintage = {_LAST};
    update faulty set vintage = {_LAST}, is_latest = true where source = {{label}} and vintage = {_EARLIER}
"""
"""The vintage before under the date of the newest; where a source has one, it lacks its newest year."""

_MIXED_VINTAGES = f"""
    update faulty set value = value * revised.factor
    from (
        select flow, area, year, arg_min(factor, source) as factor
        from (
            select flow, area, year, source, arg_min(value, vintage) / arg_max(value, vintage) as factor
            from ip_flows where value > 0 group by all having count(*) > 1
        )
        group by all
    ) as revised
    where faulty.area = revised.area and faulty.year = revised.year and {{part}} and {_IS_QUOTIENT}
        and revised.flow = first_flow({{metric}} || ' ' || measure || ' ' || if(
            contains({{formula}}, ' = '), regexp_extract({{formula}}, '\\b' || measure || ' = ([^;]*)', 1), {{formula}}
        ))
"""
"""Each quotient times the oldest by the newest value of the first flow in its formula."""

_MIDDLE = "(select middle(year) from original where {part})"
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
_FIGURE = ", ".join([*SERIES, "year"])
_HAS_HISTORY = "(select count(distinct year) from original where {part}) > 1"

CATALOGUE = {
    "unit_slip_thousandfold": Fault(_MEASURES, _times(1000)),
    "unit_slip_thousandth": Fault(_MEASURES, _times(0.001)),
    "unit_slip_newest_year": Fault(_MEASURES, _times(0.001, f"year = {{newest_year}} and {_HAS_HISTORY}")),
    "sign_flip": Fault(_MEASURES, _times(-1)),
    "ratio_inverted": Fault(
        _MEASURES, "update faulty set value = 1 / value where {part} and unit = 'PN' and value <> 0"
    ),
    "another_currency": Fault(_MEASURES, _times(7, "unit = 'USD' and 'CHN' in (area, counterpart_area)")),
    "country_doubled": Fault(_LEADING_ECONOMIES, _times(2)),
    "partner_doubled": Fault(_LEADING_PARTNER, _times(2)),
    "outlier": Fault(_LEADING_SERIES, _times(10, f"year = {_MIDDLE}")),
    "frozen_series": Fault(
        _LEADING_SERIES,
        """update faulty set value = coalesce((select any_value(value) from original where {part} and year = {newest_year} - 1), value)
        where {part} and year = {newest_year}""",
    ),
    "empty_as_zero": Fault(_LEADING_SERIES, "update faulty set value = 0 where {part} and year = {newest_year}"),
    "suppressed_as_zero": Fault(
        _SOURCES,
        "update faulty set value = 0, obs_status = 'A' where {part} and obs_status in ('Q', 'N', 'L', 'M', 'O')",
    ),
    "nulls": Fault(_NEWEST, f"update faulty set value = null where {_every_tenth('{part} and value is not null')}"),
    "nulls_in_codes": Fault(_NEWEST, f"update faulty set area = null where {_every_tenth('{part}')}"),
    "flows_exchanged": Fault(_SOURCES, _FLOWS_EXCHANGED),
    "partners_exchanged": Fault(
        _SOURCES,
        "update faulty set area = counterpart_area, counterpart_area = area where {part} and counterpart_area <> 'W00'",
    ),
    "economies_exchanged": Fault(
        _SOURCES,
        _recoded(f"when {_FIRST} then {_SECOND} when {_SECOND} then {_FIRST}", f"{{part}} and {_SECOND} is not null"),
    ),
    "changed_area_code": Fault(_LEADING_ECONOMIES, _recoded("when {label} then 'X' || left({label}, 2)", "is_latest")),
    "changed_item_code": Fault(_NEWEST, f"update faulty set item = 'Z' || item where {{part}} and item = {_ITEM}"),
    "world_as_country": Fault(_WHOLE, _recoded("when 'W00' then 'WLD'", "exists (from original where area = 'W00')")),
    "region_as_country": Fault(_WHOLE, _recoded(f"when {_REGION} then split_part({_REGION}, '_', 2)", "true")),
    "world_among_countries": Fault(
        _NEWEST,
        """insert into faulty select * replace ('W00' as area) from original
        where {part} and area = (select area from leading_two order by place limit 1) and not exists (from original where area = 'W00')""",
    ),
    "country_dropped": Fault(_SAMPLED_ECONOMIES, "delete from faulty where {part}"),
    "partner_dropped": Fault(_SAMPLED_PARTNERS, "delete from faulty where {part}"),
    "half_page_missing": Fault(_SOURCES, f"delete from faulty where rowid in ({_HALF_PAGE})"),
    "truncated_history": Fault(
        _SOURCES, f"delete from faulty where {{part}} and (year < {_FIRST_YEAR} or base_year < {_FIRST_YEAR})"
    ),
    "years_late": Fault(_SOURCES, "update faulty set year = year + 1, base_year = base_year + 1 where {part}"),
    "years_early": Fault(_SOURCES, "update faulty set year = year - 1, base_year = base_year - 1 where {part}"),
    "stale_vintage": Fault(_SOURCES, _STALE_VINTAGE),
    "all_vintages_newest": Fault(
        _WHOLE,
        f"update faulty set is_latest = true where hash({_FIGURE}) in (select hash({_FIGURE}) from original where is_latest)",
    ),
    "mixed_vintages": Fault(_NEWEST, _MIXED_VINTAGES),
    "duplicated_rows": Fault(_WHOLE, f"insert into faulty from faulty where {_every_tenth('{part}')}"),
}
"""Every fault by its id."""
