"""Benchmark: the models in which rows are many, built by every engine from the same synthetic raw files.

All figures are drawn at random and are no statistics. A finished build in the data folder (`bilateral refresh`) gives the raw files of
everything that is not made here. Run from the root of the checkout, with Spark's own settings for its session:

    python bench/engines.py --inventors 1000000 5000000 --reports 200000 1000000

Every table must have the same rows on all engines before a cost is printed. Processor time is that of all processes of a build, by which
engines can be compared on a machine that does other work too; memory is the largest sum of their resident sizes.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from bench.patent_rows import PATENTS, generate
from bench.whole_chain import WHOLE, Cost, observed
from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import raw_schema
from orchestration.sources import oecd
from orchestration.transform import dbt_process
from orchestration.transform.build import Build, latest_build
from orchestration.transform.dbt_runner import dbt_environment
from orchestration.transform.engines import engine, engine_names

INVENTORS_A_PATENT = 2.78
YEARS = range(2010, 2020)

PATENT_MODELS = ("int_uspto_inventors_shared", "int_uspto_co_inventions_counted", "int_uspto_ownership_counted")
REPORT_MODELS = ("int_reports_reconciled", "bilateral_services_balance")

_REPORTS = """
insert into reports by name
with
    areas as (select distinct code from read_csv('{seeds}/area_codes/area_codes__oecd.csv', all_varchar = true)
        where code_list = 'CL_AREA' and length(code) = 3 and area = code order by code limit {areas}),
    items as (select code from read_csv('{seeds}/item_codes/item_codes__oecd.csv', all_varchar = true) where code = item order by code),
    flows as (select one.code as exporter, other.code as importer, items.code as item, year
        from areas as one, areas as other, items, range({first}, {last}) as years(year) where one.code <> other.code limit {rows} / 2)
select entry as "ACCOUNTING_ENTRY", if(entry = 'C', exporter, importer) as "REF_AREA",
    if(entry = 'C', importer, exporter) as "COUNTERPART_AREA", item as "MEASURE", 'USD_EXC' as "UNIT_MEASURE", '0' as "UNIT_MULT",
    'A' as "OBS_STATUS", year as "TIME_PERIOD", round(exp(random() * 3 + 17), 2) as "OBS_VALUE", {rest},
    'services_reported' as resource, date '2026-01-01' as vintage, repeat('0', 64) as payload_sha256,
    'row ' || row_number() over () as payload_pointer
from flows, (values ('C'), ('D')) as entries(entry)
"""


@dataclass(frozen=True)
class Subject:
    """What is made in many rows, and which models are measured on them."""

    name: str
    models: Sequence[str]
    write: Callable[[Path, int, Settings], int]


def write_patents(raw: Path, rows: int, settings: Settings) -> int:
    """Synthetic patents in place of the sample, with about so many inventors; return how many."""
    shutil.rmtree(raw / "uspto")
    shutil.rmtree(raw / "catalogue" / "payloads")
    generate(raw, rows / INVENTORS_A_PATENT / PATENTS, settings.dbt_project)
    return _counted(f"read_parquet('{raw}/uspto/inventors/*.parquet')")


def write_reports(raw: Path, rows: int, settings: Settings) -> int:
    """Both partners' reports of synthetic flows beside the published ones, so many in all; return how many."""
    schema = raw_schema(oecd.TABLES["bilateral_services"])
    table, seeds = raw / "oecd" / "bilateral_services", settings.dbt_project / "seeds"
    table.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.register("empty", schema.empty_table())
        connection.execute("create table reports as from empty")
        made = {
            "ACCOUNTING_ENTRY",
            "REF_AREA",
            "COUNTERPART_AREA",
            "MEASURE",
            "UNIT_MEASURE",
            "TIME_PERIOD",
            "OBS_STATUS",
        }
        left = (one.name for one in schema if not one.nullable and one.name.isupper() and one.name not in made)
        rest = ", ".join(f"""'_Z' as "{name}\"""" for name in left)
        areas = next(n for n in range(2, 300) if n * (n - 1) * len(YEARS) * 60 >= rows / 2)
        connection.execute(
            _REPORTS.format(seeds=seeds, areas=areas, first=YEARS.start, last=YEARS.stop, rows=rows, rest=rest)
        )
        connection.execute(f"copy reports to '{table / 'synthetic.parquet'}' (format parquet)")
    return _counted(f"read_parquet('{table}/synthetic.parquet')")


def _counted(relation: str) -> int:
    with duckdb.connect() as connection:
        (row,) = connection.execute(f"select count(*) from {relation}").fetchall()
        return int(row[0])


def built(settings: Settings, raw: Path, folder: Path, models: Sequence[str]) -> tuple[Build, Cost]:
    """The models and what they are made from, by the engine of the settings, without tests; and what that cost."""
    build = Build(folder)
    build.target.mkdir(parents=True)
    (folder / "raw").symlink_to(raw)
    chosen = engine(settings.engine)
    environment = {
        **dbt_environment(settings, build.raw, build.database, build.target),
        **chosen.environment(settings, build),
    }
    command = [
        sys.executable,
        "-m",
        dbt_process.__name__,
        "--quiet",
        "build",
        "--select",
        *(f"+{model}" for model in models),
    ]
    without = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    run = observed([*command, *without], environment, None, WHOLE)
    chosen.take_over(build)
    return build, run.of(WHOLE)


def rows_by_table(database: Path) -> dict[str, int]:
    """The rows of every table of a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by all"
        ).fetchall()
        return {name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for (name,) in names}


def engines_here() -> list[str]:
    """The engines that can run here; it says what the others lack."""
    found = []
    for name in engine_names():
        try:
            engine(name).require()
        except DbtError as error:
            print(f"left out: {error.failure}")
        else:
            found.append(name)
    return found


def measured(
    subject: Subject, rows: int, settings: Settings, engines: Sequence[str], folder: Path
) -> tuple[int, dict[str, Cost]]:
    """The rows made and the cost of each engine.

    Raises:
        SystemExit: a table has other rows on one engine than on another.
    """
    raw = shutil.copytree(latest_build(settings).raw, folder / "raw", copy_function=os.link)
    made = subject.write(raw, rows, settings)
    costs, first = {}, None
    for name in engines:
        build, costs[name] = built(replace(settings, engine=name, store=""), raw, folder / name, subject.models)
        counted = rows_by_table(build.database)
        if first is not None and counted != first:
            raise SystemExit(f"{subject.name}: other rows with {name}: {sorted(counted.items() ^ first.items())}")
        first = counted
        shutil.rmtree(build.folder)
    return made, costs


def table(subject: Subject, found: Sequence[tuple[int, dict[str, Cost]]]) -> Iterator[str]:
    """Costs of each size; from the second on, seconds of processor for each further million rows, and the exponent of the whole."""
    yield f"{subject.name:12s}{'rows':>12s}{'clock s':>10s}{'processor s':>13s}{'memory GB':>11s}{'s a million':>13s}{'exponent':>10s}"
    for position, (rows, costs) in enumerate(found):
        for name, cost in costs.items():
            more = ""
            if position:
                before, then = found[position - 1][0], found[position - 1][1][name]
                slope = (cost.processor - then.processor) / (rows - before) * 1e6
                power = math.log(cost.processor / then.processor) / math.log(rows / before)
                more = f"{slope:13.1f}{power:10.2f}"
            yield f"{name:12s}{rows:12,}{cost.clock:10.1f}{cost.processor:13.1f}{cost.memory / 1e9:11.2f}{more}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Heavy models on every engine.")
    parser.add_argument("--inventors", type=int, nargs="+", default=[30_000], help="rows of inventors of each size")
    parser.add_argument("--reports", type=int, nargs="+", default=[30_000], help="reported rows of each size")
    parser.add_argument("--folder", type=Path, help="where the files go while it runs; default is the system's own")
    chosen = parser.parse_args()
    engines = engines_here()
    settings = Settings.from_environment()
    subjects = {
        Subject("inventors", PATENT_MODELS, write_patents): chosen.inventors,
        Subject("reports", REPORT_MODELS, write_reports): chosen.reports,
    }
    for subject, sizes in subjects.items():
        found = []
        for rows in sorted(sizes):
            with tempfile.TemporaryDirectory(prefix="bilateral-bench-", dir=chosen.folder) as folder:
                found.append(measured(subject, rows, settings, engines, Path(folder)))
            print(*table(subject, found), sep="\n", flush=True)


if __name__ == "__main__":
    main()
