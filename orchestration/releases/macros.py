"""Table macros of a release: figures as known on a day, one figure for each series and year, and a metric as SDMX-CSV."""

from typing import Final

from orchestration.contracts.metric import ALL_VINTAGES, NOT_APPLICABLE, SERIES

BASES: Final = ("reported", "mirrored", "derived", "reconciled", "balanced")
"""Bases in the order in which `preferred` takes them: own report, the other side's report, computed, estimated."""

SOURCES_FIRST: Final = ("world_bank", "wto")
"""Sources that `preferred` takes first; the others follow by name, and figures that only publications print come last."""

COUNTRY: Final = "country"
"""The kind of area that `preferred` returns by default."""

TABLES: Final = (ALL_VINTAGES, "dim_area", "dim_service_item")
"""The published tables that the macros read."""

_SUBJECT = ", ".join(column for column in SERIES if column not in ("source", "basis"))
_REPORT = "measure, counterpart_area, item, clock, authority, source, basis"
"""What a publisher replaces as a whole for a year: a newer vintage without an economy has withdrawn its figure."""

AS_OF: Final = f"""
create macro as_of(metric, day) as table
select * exclude (is_latest, is_replaced, newest)
from (
    select *, vintage < max(vintage) over (partition by {_REPORT}, year) as is_replaced, max(vintage) over () as newest
    from {ALL_VINTAGES} where metric_id = metric
)
where vintage <= cast(day as date)
qualify is_latest or (
    cast(day as date) < newest and vintage = max(vintage) over (partition by {_REPORT}, year)
    and (is_replaced or vintage = max(vintage) over (partition by {_REPORT}))
)
""".strip()
"""The newest figure of each series and year among the vintages up to a day; of today, the rows of the metric's own table.

A year that a publisher withdrew as a whole ends with the next vintage of its report."""

PREFERRED: Final = f"""
create macro preferred(metric, kind := '{COUNTRY}', day := date '9999-12-31') as table
select
    area.name as area_name, area.kind as area_kind, counterpart.name as counterpart_name,
    counterpart.kind as counterpart_kind, service_item.name as item_name, figure.*
from as_of(metric, day) as figure
left join dim_area as area on area.area = figure.area
left join dim_area as counterpart on counterpart.area = figure.counterpart_area
left join dim_service_item as service_item on service_item.item = figure.item
where area.kind = kind or kind = 'all'
qualify row_number() over (
    partition by {", ".join(f"figure.{column}" for column in _SUBJECT.split(", "))}, figure.year
    order by
        figure.value is null, list_position({list(BASES)}, figure.basis), contains(figure.source, 'publications'),
        {", ".join(f"figure.source <> '{source}'" for source in SOURCES_FIRST)}, figure.source, figure.vintage desc
) = 1
""".strip()
"""One figure for each series and year, with names and kinds of areas beside codes: a figure before a gap, then by basis, source and
newest vintage."""

SDMX: Final = f"""
create macro sdmx(metric) as table
select
    'dataflow' as STRUCTURE, 'BILATERAL:' || upper(metric) || '(1.0)' as STRUCTURE_ID, 'I' as ACTION, 'A' as FREQ,
    measure as MEASURE, area as REF_AREA, counterpart_area as COUNTERPART_AREA, item as ITEM, clock as CLOCK,
    authority as AUTHORITY, coalesce(base_year::varchar, '{NOT_APPLICABLE}') as BASE_PERIOD, source as SOURCE,
    basis as BASIS, vintage as VINTAGE, year as TIME_PERIOD, value as OBS_VALUE, unit as UNIT_MEASURE,
    obs_status as OBS_STATUS
from {ALL_VINTAGES} where metric_id = metric and is_latest
order by all
""".strip()
"""The latest figures of a metric with the columns of SDMX-CSV 2.0, a value for every dimension, and the time as the last of them."""

NAMES: Final = ("as_of", "preferred", "sdmx")
MACROS: Final = (AS_OF, PREFERRED, SDMX)
"""Statements that make the macros in a database with `TABLES`, in their order."""
