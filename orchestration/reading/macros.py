"""Macros and views of a release: figures as of a day, SDMX-CSV, names of codes, errors of metrics without answer."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final

from orchestration.contracts.metric import ALL_ROWS, ALL_VINTAGES, NAMED_IN, NOT_APPLICABLE
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

INSTEAD: Final = "; instead: "
"""Separates failure and remedy in error messages of a release's SQL."""

_REPORT = "measure, counterpart_area, item, clock, authority, source, basis"
"""Publishers replace a year as a whole: an economy missing from a newer vintage was withdrawn."""

_SERIES = (
    "measure, area, counterpart_area, item, clock, authority, source, basis, coalesce(year - base_year, 0), "
    "case when contains(source, 'publications') then vintage else date '0001-01-01' end"
)
"""Columns that identify a series in the dbt macro `series_chosen`; publications count separately."""


def raising(failure: str, remedy: str) -> str:
    """Return an SQL condition that raises an error when a row is filtered by it; arguments are SQL of text."""
    return f"error({failure} || {text(INSTEAD)} || {remedy}) is null"


_KNOWN = f"""
create macro known_metric(metric) as (
    select case
        when bool_or(metric_id = metric) then metric
        else error(
            'there is no metric ' || metric || '{INSTEAD}did you mean '
            || arg_max(metric_id, jaro_winkler_similarity(metric_id, metric)) || '?'
        )
    end from (select distinct metric_id from {ALL_VINTAGES})
)
""".strip()
_ANSWERING = f"""
create macro answering_metric(metric) as (
    select case
        when bool_or(is_preferred) then metric
        else error(
            metric || ' has no preferred rows{INSTEAD}query ' || metric
            || '_all, as_of_all or sdmx_all and choose measure and item'
        )
    end from {ALL_VINTAGES} where metric_id = known_metric(metric)
)
""".strip()

AS_OF_ALL: Final = f"""
create macro as_of_all(metric, day) as table
select * exclude (is_latest, is_replaced, newest)
from (
    select *, vintage < max(vintage) over (partition by {_REPORT}, year) as is_replaced, max(vintage) over () as newest
    from {ALL_VINTAGES} where metric_id = known_metric(metric)
)
where vintage <= cast(day as date)
qualify is_latest or (
    cast(day as date) < newest and vintage = max(vintage) over (partition by {_REPORT}, year)
    and (is_replaced or vintage = max(vintage) over (partition by {_REPORT}))
)
""".strip()
"""The newest figure of each series and year among the vintages up to a day; for today, `<metric>_all`.

Where a publisher withdrew a year as a whole, it ends with the next vintage."""

AS_OF: Final = f"""
create macro as_of(metric, day) as table
select * exclude (is_preferred) from as_of_all(metric, day)
where ({_SERIES}) in (
    select ({_SERIES}) from {ALL_VINTAGES} where metric_id = answering_metric(metric) and is_preferred
)
""".strip()
"""The preferred series of a metric in their vintage of a day; for today, the metric's own table."""

_SDMX = f"""
select
    'dataflow' as STRUCTURE, 'BILATERAL:' || upper(metric) || '(1.0)' as STRUCTURE_ID, 'I' as ACTION, 'A' as FREQ,
    measure as MEASURE, area as REF_AREA, counterpart_area as COUNTERPART_AREA, item as ITEM, clock as CLOCK,
    authority as AUTHORITY, coalesce(base_year::varchar, '{NOT_APPLICABLE}') as BASE_PERIOD, source as SOURCE,
    basis as BASIS, vintage as VINTAGE, year as TIME_PERIOD, value as OBS_VALUE, unit as UNIT_MEASURE,
    obs_status as OBS_STATUS
from {ALL_VINTAGES} where
""".strip()
SDMX: Final = (
    f"create macro sdmx(metric) as table {_SDMX} metric_id = answering_metric(metric) and is_preferred order by all"
)
"""The preferred rows of a metric in the columns of SDMX-CSV 2.0: every dimension, then the time."""
SDMX_ALL: Final = (
    f"create macro sdmx_all(metric) as table {_SDMX} metric_id = known_metric(metric) and is_latest order by all"
)

PREFERRED: Final = f"""
create macro preferred(metric, kind := '', day := '') as table
from named_{ALL_VINTAGES} where {raising("'preferred() is gone'", "'query ' || metric || ', or as_of(metric, day)'")}
""".strip()
"""Names the successor of a macro of format 2; remove with version 0.4."""

NAMES: Final = ("as_of", "as_of_all", "sdmx", "sdmx_all")
MACROS: Final = (_KNOWN, _ANSWERING, AS_OF_ALL, AS_OF, SDMX, SDMX_ALL)
"""Statements that create the macros, in order, in a database with the table of all vintages."""


def refusal(metric: str, answer: Mapping[str, Any], awaited: Sequence[str] | None) -> tuple[str, str] | None:
    """Return why a metric's own name has no figures, and the remedy, or None.

    Args:
        answer: what the name answers, or why it does not, from the metric's .yml.
        awaited: sources that would provide data.
    """
    if awaited:
        return "has no data yet", f"fetch {' or '.join(awaited)} on the live feed (docs/live.md)"
    if "none" not in answer:
        return None
    return f"has no figures under its own name: {answer['none']}", (
        f"answer first: {answer['question']} Then query {metric}{ALL_ROWS}, such as: {answer['ask']}"
    )


def refusing_view(metric: str, failure: str, remedy: str) -> str:
    """Return SQL of a view, named like a metric without answer, whose every query raises an error with remedy."""
    return f'create view "{metric}" as from {ALL_VINTAGES} where {raising(text(f"{metric} {failure}"), text(remedy))}'


def columns_of(resources: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return the columns of tables, which are resources of a data package, by name."""
    return {resource["name"]: {field["name"] for field in resource["schema"]["fields"]} for resource in resources}


def named_view(metric: Mapping[str, Any], columns: Mapping[str, Container[str]]) -> str:
    """Return SQL of a view of a metric with names and kinds of its codes, if the dimension tables have them.

    Table names omit the database, because readers attach the file under their own name.
    """
    selected, joins = list[str](), list[str]()
    for column in (field["name"] for field in metric["schema"]["fields"]):
        selected.append(f"figure.{quoted(column)}")
        table, key, shown_as = NAMED_IN.get(column, ("", "", ""))
        words = [word for word in ("name", "kind") if word in columns.get(table, ())]
        selected += [f"of_{column}.{word} as {shown_as.replace('name', word)}" for word in words]
        joins += [f"left join {table} as of_{column} on of_{column}.{key} = figure.{column}"] if words else []
    figures = f"{quoted(metric['name'])} as figure {' '.join(joins)}"
    return f"create view {quoted('named_' + metric['name'])} as select {', '.join(selected)} from {figures}"
