"""Benchmark of patents counted row by row: the dbt models and one script of DuckDB, and reading the largest table.

All patents here are drawn at random; none is real. Run from the root of the checkout:

    python bench/patent_rows.py --scale 0.1

Scale 1 is 9 million patents with about 25 million inventors. Both ways of counting give the same rows to the last
digit, or the benchmark fails. Time and peak memory are those of a process of its own for each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import resource
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import duckdb

from orchestration.contracts.payload import Origin, Payload
from orchestration.contracts.source import Source
from orchestration.core.bounded_database import bounded_database
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawStore
from orchestration.sources import uspto
from orchestration.transform.build import Build
from orchestration.transform.dbt_runner import dbt_environment, run_dbt
from orchestration.transform.engines import duckdb as duckdb_engine

PATENTS = 9_000_000
PLACES = 200_000
VINTAGE = date(2026, 4, 10)

MODELS = [
    "+int_uspto_areas_counted",
    "+int_uspto_co_inventions_counted",
    "+int_uspto_ownership_counted",
]
"""What dbt builds here: everything between the raw tables and the counts, which the other ways have to equal."""


@dataclass(frozen=True)
class Run:
    """One measured way: what it did, seconds, seconds of computing on all cores, and the peak of memory in bytes."""

    name: str
    seconds: float
    computing: float
    memory: int


# --- synthetic patents --------------------------------------------------------------------------------------------------


def connected() -> duckdb.DuckDBPyConnection:
    """DuckDB in memory, free to reorder rows, silent."""
    db = duckdb.connect()
    db.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
    return db


def generate(raw: Path, scale: float, project: Path) -> None:
    """Raw tables of synthetic patents as Parquet, in the schemas of the source module."""
    count, places = int(PATENTS * scale), int(max(2_000, PLACES * scale))
    db = connected()
    codes = db.execute(
        "select list(code order by position(code in 'US JP DE KR CN TW GB FR CA IN ') = 0, "
        "position(code in 'US JP DE KR CN TW GB FR CA IN '), code) from read_csv(?, all_varchar = true) where area is not null",
        [str(project / "seeds" / "area_codes" / "area_codes__uspto.csv")],
    ).fetchall()[0][0]
    db.execute("create table codes as select unnest(?) as code, unnest(range(len(?))) as place", [codes, codes])
    db.execute(_MACROS)
    db.execute(f"create macro places() as {places}")
    db.execute(
        f"create table patents as select * from ({_PATENTS}) where number < {count}".replace("{count}", str(count))
    )
    for table, query in _TABLES.items():
        folder = raw / "uspto" / table
        folder.mkdir(parents=True, exist_ok=True)
        name = next(one.key for one in uspto.RESOURCES if one.ask["table"] == table)
        payload = hashlib.sha256(table.encode()).hexdigest()
        db.execute(
            f"copy (select *, '{name}' as resource, date '{VINTAGE}' as vintage, '{payload}' as payload_sha256, "
            f"'row ' || row_number() over () as payload_pointer from ({query})) "
            f"to '{folder / 'synthetic.parquet'}' (format parquet, compression zstd)"
        )
    catalogue = raw / "catalogue" / "payloads"
    catalogue.mkdir(parents=True, exist_ok=True)
    db.execute(f"copy ({_CATALOGUE}) to '{catalogue / 'payloads.parquet'}' (format parquet)")


_MACROS = """
create macro chance(number, salt) as (hash(number * 1000 + salt) % 1000000007) / 1000000007.0;
create macro skewed(chance) as cast(floor(power(chance, 4) * (select count(*) from codes)) as bigint);
create macro elsewhere(home, number, salt, share) as
    case when chance(number, salt) < share then skewed(chance(number, salt + 1)) else home end;
create macro place(country, number, salt) as
    case when chance(number, salt) >= 0.015 then md5(cast(
        country + (select count(*) from codes) * cast(floor(chance(number, salt + 1) *
        floor((places() - country - 1) / (select count(*) from codes) + 1)) as bigint) as varchar)) end;
"""
_PATENTS = """
    select
        range as number,
        case when chance(range, 1) < 0.06 then 'D' else '' end || cast(3930271 + range as varchar) as patent_id,
        case when chance(range, 1) < 0.06 then 'design' else 'utility' end as patent_type,
        date '1976-01-06' + 7 * cast(floor(2595 * sqrt(range / {count}.0)) as integer) as patent_date,
        skewed(chance(range, 2)) as home,
        1 + cast(floor(ln(1 - chance(range, 3)) / ln(0.64)) as integer) as team,
        case when chance(range, 4) < 0.15 then 0 when chance(range, 4) < 0.95 then 1 else 2 end as owners,
        1 + cast(chance(range, 5) > 0.5 as integer) + cast(chance(range, 5) > 0.8 as integer) as fields
    from range({count})
"""
_TABLES = {
    "patents": "select patent_id, patent_type, patent_date, cast(chance(number, 6) < 0.001 as integer) as withdrawn from patents",
    "inventors": """
        select patent_id, cast(place as integer) as inventor_sequence,
            place(elsewhere(home, number * 100 + place, 7, 0.08), number * 100 + place, 9) as location_id
        from (select *, unnest(range(team)) as place from patents)""",
    "assignees": """
        select patent_id, cast(place as integer) as assignee_sequence,
            place(elsewhere(home, number * 100 + place, 11, 0.15), number * 100 + place, 13) as location_id
        from (select *, unnest(range(owners)) as place from patents)""",
    "locations": """
        select md5(cast(range as varchar)) as location_id,
            case when chance(range, 15) > 0.005 then code end as disambig_country
        from range(places()) join codes on codes.place = range % (select count(*) from codes)""",
    "applications": """
        select patent_id, 'a' || patent_id as application_id,
            case when chance(number, 16) < 0.001 then '0000-00-00'
            else cast(patent_date - 300 - cast(1500 * chance(number, 17) as integer) as varchar) end as filing_date
        from patents""",
    "pct_data": """
        select patent_id, kind as pct_doc_type, 'p' || patent_id as pct_doc_number,
            cast(patent_date - 2500 + case when kind = 'wo_grant' then 540 else 0 end as varchar) as published_or_filed_date
        from (select *, unnest(['pct_application', 'wo_grant']) as kind from patents where chance(number, 18) < 0.22)""",
    "wipo_technology": """
        select patent_id, cast(place as integer) as wipo_field_sequence,
            case when patent_type = 'design' then 'D' else '' end
            || cast(1 + (number + place * 11) % 35 as varchar) as wipo_field_id
        from (select *, unnest(range(fields)) as place from patents) where chance(number, 19) > 0.01""",
}
_CATALOGUE = """
    select '' as source, '' as resource, '' as publisher, '' as url, now() as fetched_at, '' as media_type, '' as licence,
        '' as citation, '' as file_name, '' as payload_sha256, 1::bigint as size, null::date as publisher_last_updated,
        null::varchar as compiler_name, null::varchar as compiler_address, null::varchar as note, null::varchar as excerpt
    where false
"""


# --- the ways of counting: each writes measure, clock, year, item, area, counterpart, whole, trillionths -----------------


def count_with_dbt(raw: Path, result: Path, project: Path) -> None:
    """The models of the product, run by dbt on a parsed project as the refresh runs them, without their tests."""
    chosen = ["--select", "area_codes__uspto", "item_codes__uspto", *MODELS, "--resource-type", "seed", "model"]
    build = dbt(["--quiet", "build", *chosen], Build(raw.parent), project)
    with bounded_database(build.database) as db:
        db.execute(f"copy ({_FROM_DBT}) to '{result}' (format parquet)")


def dbt(arguments: list[str], build: Build, project: Path) -> Build:
    """Run dbt on the raw tables of a build, as many at a time as a refresh does; return the build."""
    settings = Settings(root=project.parent, data=build.folder)
    environment = dbt_environment(settings, build.raw, build.database, build.target)
    run_dbt(settings, [*arguments, *duckdb_engine.arguments(build)], environment)
    return build


_FROM_DBT = """
    select 'areas' as measure, clock, year, item, area, '' as counterpart, patents as whole,
        cast(fractional_patents * 1000000000000 as bigint) as trillionths from intermediate.int_uspto_areas_counted
    union all
    select 'pct', clock, year, item, area, '', pct_patents, cast(fractional_pct_patents * 1000000000000 as bigint)
        from intermediate.int_uspto_areas_counted where pct_patents > 0
    union all
    select 'pairs', clock, year, item, area, counterpart_area, whole, cast(fractional * 1000000000000 as bigint)
        from intermediate.int_uspto_co_inventions_counted where area < counterpart_area
    union all
    select 'owners', clock, year, item, area, counterpart_area, whole, cast(fractional * 1000000000000 as bigint)
        from intermediate.int_uspto_ownership_counted
"""


def count_with_duckdb(raw: Path, result: Path, project: Path) -> None:
    """The same counts in one script for DuckDB alone, one vintage, nothing kept in between but in memory."""
    db = connected()
    for table in _TABLES:
        db.execute(f"create view {table} as select * from read_parquet('{raw / 'uspto' / table}/*.parquet')")
    seeds = project / "seeds"
    for name, kind in (("area_codes", "area"), ("item_codes", "item")):
        db.execute(
            f"create table {name} as select code, {kind} from "
            f"read_csv('{seeds / name / (name + '__uspto.csv')}', all_varchar = true)"
        )
    for statement in _DUCKDB.split(";"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"copy (select * from result) to '{result}' (format parquet)")


_SHARES = """
    create temp table {shares} as
    with placed as (
        select patent_id, coalesce(area, 'USPTO_UNKNOWN') as area, count(*) as persons
        from {persons} left join areas using (location_id) group by all
    ),
    teams as (
        select patent_id, sum(persons) filter (area <> 'USPTO_UNKNOWN') as known, sum(persons) as people,
            count(*) filter (area <> 'USPTO_UNKNOWN') as areas
        from placed group by patent_id
    )
    select patent_id, area, persons, cast(coalesce(known, people) as bigint) as team, areas
    from placed join teams using (patent_id) where area <> 'USPTO_UNKNOWN' or areas = 0;
"""
_DUCKDB = (
    """
    create temp table areas as
    select location_id, area from locations left join area_codes on disambig_country = code;
    create temp table items as
    with dated as (
        select patent_id, cast(year(patent_date) as integer) as grant_year, pct.patent_id is not null as is_pct,
            case when least(applied, filed) between date '1900-01-01' and patent_date
            then cast(year(least(applied, filed)) as integer) end as priority_year
        from patents
        left join (select patent_id, min(try_cast(filing_date as date)) as applied from applications group by all)
            using (patent_id)
        left join (
            select patent_id, min(case when pct_doc_type = 'pct_application'
                then try_cast(published_or_filed_date as date) end) as filed
            from pct_data group by all
        ) as pct using (patent_id)
        where patent_type = 'utility' and coalesce(withdrawn, 0) = 0
    ),
    fields as (
        select distinct patent_id, item from wipo_technology join item_codes on wipo_field_id = code
    ),
    counted as (select patent_id, count(*) as fields from fields group by all)
    select patent_id, grant_year, priority_year, is_pct, '_T' as item, 1::bigint as fields from dated
    union all
    select patent_id, grant_year, priority_year, is_pct, coalesce(item, 'WIPO_NONE'), coalesce(fields, 1)
    from dated left join fields using (patent_id) left join counted using (patent_id);
    """
    + _SHARES.format(shares="inventor_shares", persons="inventors")
    + _SHARES.format(shares="owner_shares", persons="assignees")
    + """
    create temp table counts as
    with share as (
        select *, (1000000000000 * persons + (team * fields) // 2) // (team * fields) as part
        from inventor_shares join items using (patent_id)
    )
    select 'areas' as measure, grant_year, priority_year, item, area, '' as counterpart,
        count(*) as whole, sum(part) as trillionths
    from share group by all
    union all
    select 'pct', grant_year, priority_year, item, area, '', count(*), sum(part) from share where is_pct group by all
    union all
    select 'pairs', grant_year, priority_year, item, a, b, count(*),
        sum((1000000000000 * parts + (parts_of * fields) // 2) // (parts_of * fields))
    from (
        select one.patent_id, one.area as a, other.area as b, 2 * one.persons * other.persons as parts,
            one.team * one.team as parts_of
        from (select * from inventor_shares where areas > 1) as one
        join (select * from inventor_shares where areas > 1) as other
        on one.patent_id = other.patent_id and one.area < other.area
    ) join items using (patent_id) group by all
    union all
    select 'owners', grant_year, priority_year, item, a, b, count(*),
        sum((1000000000000 * parts + (parts_of * fields) // 2) // (parts_of * fields))
    from (
        select patent_id, one.area as a, other.area as b, one.persons * other.persons as parts,
            one.team * other.team as parts_of
        from inventor_shares as one join owner_shares as other using (patent_id)
    ) join items using (patent_id) group by all;
    create temp table result as
    select measure, 'grant_year' as clock, grant_year as year, item, area, counterpart,
        cast(sum(whole) as bigint) as whole, cast(sum(trillionths) as bigint) as trillionths
    from counts group by all
    union all
    select measure, 'priority_year', priority_year, item, area, counterpart,
        cast(sum(whole) as bigint), cast(sum(trillionths) as bigint)
    from counts where priority_year is not null group by all;
    """
)


# --- reading the largest table ------------------------------------------------------------------------------------------


def write_archive(raw: Path, folder: Path) -> tuple[Path, int]:
    """The inventors as the publisher hands and names them, a zip with one tab-separated table; gives it and the bytes of the table."""
    archive = folder / f"g_inventor_disambiguated_{VINTAGE}.tsv.zip"
    text = archive.with_suffix(".tsv")
    connected().execute(
        f"copy (select patent_id, inventor_sequence, 'fl:xx_ln:synthetic-' || inventor_sequence as inventor_id, "
        f"'Synthetic ' || inventor_sequence as disambig_inventor_name_first, 'Person' as disambig_inventor_name_last, "
        f"'' as gender_code, location_id from read_parquet('{raw / 'uspto' / 'inventors'}/*.parquet')) "
        f"to '{text}' (format csv, delimiter '\t', header, force_quote (patent_id, inventor_id, "
        f"disambig_inventor_name_first, disambig_inventor_name_last, gender_code, location_id))"
    )
    size = text.stat().st_size
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.write(text, "g_inventor_disambiguated.tsv")
    text.unlink()
    return archive, size


def read_archive(archive: Path, result: Path, project: Path) -> None:
    """From the stored archive to raw Parquet, by the code of the product, with its progress lines."""
    origin = Origin(
        source="uspto",
        resource="g_inventor_disambiguated",
        publisher="synthetic",
        url="",
        parameters={},
        fetched_at=datetime.now(UTC),
        media_type="application/zip",
        licence="",
        citation="",
        file_name=archive.name,
        sha256=hashlib.sha256(str(archive).encode()).hexdigest(),
        size=archive.stat().st_size,
        publisher_last_updated=VINTAGE,
    )
    (file,) = RawStore(result.parent / "read").read_payload(cast(Source, uspto), Payload(origin, archive))
    result.write_text(json.dumps({"rows": file.rows}))


# --- measuring ----------------------------------------------------------------------------------------------------------

Way = Callable[[Path, Path, Path], None]


def measure(name: str, way: Way, given: Path, result: Path, project: Path) -> Run:
    """Run a way in a process of its own, with all it starts, and watch the memory of both."""
    process = multiprocessing.get_context("spawn").Process(target=_timed, args=(way, given, result, project))
    process.start()
    watch = _Watch(process.pid or 0)
    process.join()
    memory = watch.stop()
    if process.exitcode:
        raise SystemExit(f"{name} ended with {process.exitcode}")
    seconds, computing = json.loads(result.with_suffix(".time").read_text())
    return Run(name, seconds, computing, memory)


def _timed(way: Way, given: Path, result: Path, project: Path) -> None:
    """What the process itself does: the way, and a note of its time, without the imports before it."""
    started, before = time.perf_counter(), _computing()
    way(given, result, project)
    result.with_suffix(".time").write_text(json.dumps([time.perf_counter() - started, _computing() - before]))


def _computing() -> float:
    """Seconds that this process and those it waited for have computed, on all cores."""
    of = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in of)


class _Watch:
    """The peak of the resident memory of a process and its children together, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._done = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(0.1):
            self._peak = max(self._peak, _resident(self._pid))


def _resident(pid: int) -> int:
    """Bytes resident in a process and its descendants; those that are gone count nothing."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return pages * resource.getpagesize() + sum(_resident(int(child)) for child in children)


def differing_rows(one: Path, other: Path) -> int:
    """Rows of one result that are not in the other, every column compared to the last digit."""
    columns = "measure, clock, cast(year as integer) as year, item, area, counterpart, whole, trillionths"
    rows = [f"select {columns} from read_parquet('{path}')" for path in (one, other)]
    both = f"({rows[0]} except all {rows[1]}) union all ({rows[1]} except all {rows[0]})"
    return int(connected().execute(f"select count(*) from ({both})").fetchall()[0][0])


WAYS: dict[str, Way] = {
    "dbt with the models of the product": count_with_dbt,
    "DuckDB alone": count_with_duckdb,
}


def counting(folder: Path, raw: Path, project: Path) -> list[Run]:
    """Each way on the same raw tables, compared with the first."""
    dbt(["parse"], Build(raw.parent), project)
    runs: list[Run] = []
    for number, (name, way) in enumerate(WAYS.items()):
        result = folder / f"result_{number}.parquet"
        runs.append(measure(name, way, raw, result, project))
        print(f"  {name}: {runs[-1].seconds:.1f} s", flush=True)
        if number and (differing := differing_rows(folder / "result_0.parquet", result)):
            raise SystemExit(f"{name} differs from {runs[0].name} in {differing} rows")
    return runs


def table_of(runs: list[Run]) -> str:
    """Time and memory of each run as a table."""
    lines = ["| way | seconds | of computing | peak memory, GB |", "|---|---:|---:|---:|"]
    lines += [f"| {run.name} | {run.seconds:.1f} | {run.computing:.1f} | {run.memory / 1e9:.2f} |" for run in runs]
    return "\n".join(lines)


def bench(scale: float, folder: Path, project: Path) -> None:
    """Run the whole benchmark at one scale."""
    raw = folder / "raw"
    generate(raw, scale, project)
    sizes = {
        table: int(connected().execute(f"select count(*) from '{raw / 'uspto' / table}/*.parquet'").fetchall()[0][0])
        for table in _TABLES
    }
    print("Synthetic rows: " + ", ".join(f"{name} {count:,}" for name, count in sizes.items()), flush=True)
    runs = counting(folder, raw, project)
    print(f"\nCounting, scale {scale}\n\n{table_of(runs)}\n")
    cells = connected().execute(f"select count(*) from '{folder / 'result_0.parquet'}'").fetchall()[0][0]
    print(f"Both give the same {cells:,} rows, equal to the last digit.\n", flush=True)
    archive, size = write_archive(raw, folder)
    run = measure("reading", read_archive, archive, folder / "read.json", project)
    rows = json.loads((folder / "read.json").read_text())["rows"]
    print(
        f"Reading {rows:,} inventors from a zip of {archive.stat().st_size / 1e9:.2f} GB ({size / 1e9:.2f} GB unpacked) to "
        f"Parquet: {run.seconds:.1f} s, {run.computing:.1f} s of computing, {rows / run.seconds:,.0f} rows a second, "
        f"peak memory {run.memory / 1e9:.2f} GB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of patents counted row by row, on synthetic patents.")
    parser.add_argument("--scale", type=float, default=0.25, help="1 is 9 million patents and 25 million inventors")
    parser.add_argument("--folder", type=Path, help="where the synthetic tables go; a temporary folder by default")
    chosen = parser.parse_args()
    project = Settings.from_environment().dbt_project
    with tempfile.TemporaryDirectory(prefix="bilateral-bench-", dir=chosen.folder) as folder:
        bench(chosen.scale, Path(folder), project)


if __name__ == "__main__":
    main()
