"""Rows, newest year and one figure of each metric of a build, as metadata of its materialization."""

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from orchestration.assets.guard_checks import metric_key
from orchestration.contracts.unit import Unit, units_of_project
from orchestration.core.bounded_database import bounded_database
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.site.formatting import readable
from orchestration.transform.build import Build

SHOWN = "USA"
"""Economy whose figure is shown if it has one in the newest year; else the largest is."""

_FIGURE = """
select area, counterpart_area, item, measure, year, value, unit, obs_status, source, vintage
from metrics.{table} where is_latest and value is not null
order by year desc, area != ?, counterpart_area != 'W00', item not in ('_T', '_Z'), abs(value) desc,
    area, counterpart_area, item, measure, source, vintage
limit 1
"""


def with_facts(events: Iterable[Any], metrics: Iterable[str], settings: Settings, build: Build) -> Iterator[Any]:
    """Yield the events of a finished build, those of metrics with rows, newest year and one figure."""
    outputs = {metric_key(metric).to_python_identifier(): metric for metric in metrics}
    units = units_of_project(settings.dbt_project)
    with bounded_database(build.database) as connection:
        for event in events:
            if isinstance(event, dg.Output) and event.output_name in outputs:
                facts = _facts(connection, outputs[event.output_name], units)
                yield event.with_metadata({**event.metadata, **facts})
            else:
                yield event


def _facts(connection: Any, metric: str, units: dict[str, Unit]) -> dict[str, dg.MetadataValue[Any]]:
    table = quoted(metric)
    ((rows,),) = connection.execute(f"select count(*) from metrics.{table}").fetchall()
    facts: dict[str, dg.MetadataValue[Any]] = {"dagster/row_count": dg.MetadataValue.int(rows)}
    for row in connection.execute(_FIGURE.format(table=table), [SHOWN]).fetchall():
        area, counterpart, item, measure, year, value, unit, status, source, vintage = row
        about = " ".join(code for code in (area, counterpart, item, measure) if code != "_Z")
        origin = f"{source}, vintage {vintage}, status {status}"
        facts["newest year"] = dg.MetadataValue.int(year)
        facts["figure"] = dg.MetadataValue.text(f"{about}, {year}: {readable(value, units[unit], status)} ({origin})")
    return facts
