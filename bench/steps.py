"""Benchmark: guards and reconciliation over synthetic tables that are larger than the bundle's.

All figures are drawn at random and are no statistics. A finished build in the data folder (`bilateral refresh`) gives the reviewed
figures that a suite demands; the synthetic ones are of a later vintage beside them. Run from the root of the checkout:

    python bench/steps.py --rows 100000 300000 1000000

Each step runs in a process of its own; memory is the largest resident size of that process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.core.bounded_database import bounded_database
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import metric_rows
from orchestration.guards.suites import load_suite
from orchestration.methods.reconciliation import reconcile_stream
from orchestration.transform.build import latest_build

DEFAULT_ROWS = (30_000,)
METRIC = "bilateral_services_balance"
MEMORY: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "2GB"}
YEARS, ITEMS = 20, ("SA", "SB", "SC", "SD", "SE", "SF", "SG", "SH", "SI", "SJ", "SK", "SL")

_REPORTS = """
create table reports as
with areas as (select area from bundle.marts.dim_area where kind = 'country' order by area limit {areas})
select one.area as reporter, other.area as partner, flow, item, year::integer as year, round(exp(random() * 3 + 17)) as value
from areas as one, areas as other, (values ('X'), ('M')) as flows(flow), unnest({items}) as items(item), range(2005, 2025) as years(year)
where one.area <> other.area
limit {rows}
"""

_METRIC = """
create table metrics.{metric} as
from bundle.metrics.{metric}
union all
select '{metric}', case (flow = 'X') = (basis = 'reported') when true then 'exports' else 'imports' end,
    case basis when 'reported' then reporter else partner end, case basis when 'reported' then partner else reporter end,
    item, 'reference_year', '_Z', year, null, value, 'USD', 'A', basis, 'wto', date '2025-07-15', true
from reports, (values ('reported'), ('mirrored')) as views(basis)
"""

_PAIRED = """
create table paired as
select exporter, importer, item, year, 'USD' as unit, one.value as export_report, other.value as import_report,
    'wto' as export_source, 'wto' as import_source, date '2025-07-15' as export_vintage, date '2025-07-15' as import_vintage,
    'A' as export_status, 'A' as import_status
from (select reporter as exporter, partner as importer, item, year, value from reports where flow = 'X') as one
full join (select partner as exporter, reporter as importer, item, year, value from reports where flow = 'M') as other
    using (exporter, importer, item, year)
"""


def write_tables(database: Path, bundle: Path, rows: int) -> None:
    """A database with ``rows`` synthetic reports as a metric beside the bundle's and as pairs of reports."""
    areas = next(n for n in range(2, 1_000) if n * (n - 1) * 2 * len(ITEMS) * YEARS >= rows)
    with duckdb.connect(str(database), config=MEMORY) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{bundle}' as bundle (read_only)")
        connection.execute("select setseed(0.5)").fetchall()
        connection.execute(_REPORTS.format(areas=areas, items=list(ITEMS), rows=rows))
        connection.execute("create schema metrics")
        connection.execute(_METRIC.format(metric=METRIC))
        connection.execute(_PAIRED)


def guards(database: Path) -> str:
    """The suite of a metric over all its rows."""
    suite = load_suite(Settings.from_environment().expectations, METRIC)
    started = time.process_time()
    with bounded_database(database) as connection:
        result = validate(suite, metric_rows(connection, METRIC))
    if not result.passed:
        raise SystemExit(result.message())
    return f"guards: {result.rows:,} rows, {result.evaluated} expectations, {time.process_time() - started:.1f} s"


def reconciliation(database: Path) -> str:
    """All pairs of reports reconciled and written to a table."""
    started = time.process_time()
    with duckdb.connect(str(database), config=MEMORY) as connection:
        connection.execute("set enable_progress_bar = false")
        reader = connection.sql("from paired order by item, year").to_arrow_reader(100_000)
        writer = connection.cursor()
        writer.register("reconciled", reconcile_stream(reader))
        writer.execute("create table written as from reconciled")
        ((flows,),) = writer.execute("select count(*) from written").fetchall()
    return f"reconciliation: {flows:,} flows, {time.process_time() - started:.1f} s"


def _measured(step: Callable[[Path], str], database: Path) -> None:
    said = step(database)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"  {said} of processor time, at most {memory / 1e9:.2f} GB of memory", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Guards and reconciliation over large synthetic tables.")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=list(DEFAULT_ROWS), help="synthetic reports of each size"
    )
    chosen = parser.parse_args()
    build = latest_build(Settings.from_environment())
    processes = multiprocessing.get_context("spawn")
    for rows in sorted(chosen.rows):
        with tempfile.TemporaryDirectory(prefix="bilateral-bench-") as folder:
            database = Path(folder, "synthetic.duckdb")
            write_tables(database, build.database, rows)
            print(f"{rows:,} synthetic reports", flush=True)
            for step in (guards, reconciliation):
                process = processes.Process(target=_measured, args=(step, database))
                process.start()
                process.join()
                if process.exitcode:
                    raise SystemExit(f"{step.__name__} failed")


if __name__ == "__main__":
    main()
