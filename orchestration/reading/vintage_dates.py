"""Columns of every metric: the basis of its vintage's date, and whether the publisher has revised its year since."""

from collections.abc import Collection
from datetime import date
from typing import Final, get_args

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.contracts.payload import VintageBasis
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.methods.codes import WORLD

BASIS, REVISED = "vintage_basis", "revised_since"

DESCRIPTIONS: Final = {
    BASIS: "What the date of the vintage is: stated (by the publisher), inferred (from other evidence, such as "
    "the years or the month of an edition), or day_of_copy (the publisher's own date is not known); "
    "of several inputs the least certain.",
    REVISED: "Day after the vintage on which the publisher revised years that include this one, "
    "by `dim_policy_event.revises`; empty where none is known.",
}

WORDS: Final = {"stated": "", "inferred": "date inferred", "day_of_copy": "day of the copy"}
"""Text after a vintage by basis of its date."""

_BASES = list(get_args(VintageBasis))
"""From most to least certain."""


def vintage_text(day: object, basis: str) -> str:
    """Return a vintage with its basis as text, such as ``2021-01-31 (date inferred)``."""
    words = WORDS.get(basis, basis)
    return f"{day} ({words})" if words else str(day)


def words_of_vintages(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], str]:
    """Return a note for each source and vintage with an unstated date or years revised since."""
    return {(source, day): words for source, day, words in connection.execute(_WORDS_OF_VINTAGES).fetchall()}


_WORDS_OF_VINTAGES = f"""
with revised as (
    select source, vintage, max({REVISED}) as revised_on, max(year) as last_year
    from {ALL_VINTAGES} where is_latest and {REVISED} is not null and not contains(source, '+') group by source, vintage
),
payloads as (
    select source, {BASIS}, cast(unnest(string_split(vintages, ' ')) as date) as vintage
    from dim_payload where {BASIS} <> '{_BASES[0]}'
),
based as (select source, vintage, {_BASES}[max(list_position({_BASES}, {BASIS}))] as basis from payloads group by all)
select
    source, vintage,
    concat_ws(
        ', ', map {WORDS}[based.basis],
        'years to ' || revised.last_year || ' revised since, on ' || strftime(revised.revised_on, '%Y-%m-%d')
    )
from based full join revised using (source, vintage) order by source, vintage
"""
"""SQL of the note; it names a later revision only if the release has no later vintage of the figures."""


def columns(connection: duckdb.DuckDBPyConnection, metrics: Collection[str], marts: Collection[str]) -> tuple[str, str]:
    """Return SQL of both columns for the rows of a metric called ``built``, and of the join they need.

    A temporary table gets the basis of each source and vintage. A date without payload is the figure's own, which
    its publisher states.
    """
    if not metrics or not {"dim_payload", "dim_policy_event"} <= set(marts):
        return f"'{_BASES[0]}' as {BASIS}, cast(null as date) as {REVISED}", ""
    held = " union ".join(f"select source, vintage from build.metrics.{quoted(metric)}" for metric in metrics)
    connection.execute(f"""
        create or replace temp table dated as
        with payloads as (
            select source, vintage_basis, cast(unnest(string_split(vintages, ' ')) as date) as vintage
            from build.marts.dim_payload where vintages is not null
        )
        select held.source, held.vintage, {_BASES}[max(list_position({_BASES}, vintage_basis))] as {BASIS}
        from ({held}) as held
        join payloads
        on list_contains(string_split(held.source, '+'), payloads.source) and held.vintage = payloads.vintage
        group by held.source, held.vintage
    """)
    events = "select date, areas, items, revises from build.marts.dim_policy_event where revises <> '' order by date"
    revisions = ", ".join(_revision(*event) for event in connection.execute(events).fetchall())
    return (
        f"coalesce(dated.{BASIS}, '{_BASES[0]}') as {BASIS}, "
        f"least(cast(null as date){revisions and f', {revisions}'}) as {REVISED}",
        "left join dated on built.source = dated.source and built.vintage = dated.vintage",
    )


def _revision(day: object, areas: str, items: str, revises: str) -> str:
    """Return SQL of the day on which a publisher revised the figure: same source, reporter and item, earlier year."""
    of_day, reporters = f"date {text(str(day))}", f"({', '.join(map(text, areas.split(';')))})"
    conditions = (
        f"built.vintage < {of_day}",
        f"built.year < year({of_day})",
        f"list_has_any(string_split(built.source, '+'), {revises.split(';')})",
        " or ".join(f"starts_with(built.item, {text(item)})" for item in items.split(";")),
        f"'{WORLD}' in {reporters} or built.basis <> 'mirrored' and built.area in {reporters} "
        f"or built.basis <> 'reported' and built.counterpart_area in {reporters}",
    )
    return f"case when {' and '.join(f'({condition})' for condition in conditions)} then {of_day} end"
