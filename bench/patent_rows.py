"""Benchmark: synthetic patents counted by the dbt models on each engine, and by one script of DuckDB.

All patents are drawn at random; none is real. Run from the root of the checkout:

    python bench/patent_rows.py --scale 0.1 --engines duckdb spark

Scale 1 is 9 million patents with about 25 million inventors. All ways give the same rows, or the benchmark fails.
"""

import argparse
import hashlib
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bench.whole_chain import WHOLE, Cost, observed
from orchestration.catalog.catalog_tables import PAYLOAD_SCHEMA
from orchestration.core.bounded_database import bounded_database
from orchestration.core.settings import Settings
from orchestration.sources import uspto
from orchestration.transform import dbt_process
from orchestration.transform.build import Build
from orchestration.transform.dbt_runner import dbt_environment
from orchestration.transform.engines import engine

PATENTS = 9_000_000
PLACES = 200_000
VINTAGE = date(2026, 4, 10)

MODELS = ("+int_uspto_areas_counted", "+int_uspto_co_inventions_counted", "+int_uspto_ownership_counted")
"""All models between the raw tables and the counts."""


# --- synthetic patents
# --------------------------------------------------------------------------------------------------


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
        name = next(resource.key for resource in uspto.RESOURCES if resource.ask["table"] == table)
        payload = hashlib.sha256(table.encode()).hexdigest()
        db.execute(
            f"copy (select *, '{name}' as resource, date '{VINTAGE}' as vintage, '{payload}' as payload_sha256, "
            f"'row ' || row_number() over () as payload_pointer from ({query})) "
            f"to '{folder / 'synthetic.parquet'}' (format parquet, compression zstd)"
        )
    catalogue = raw / "catalogue" / "payloads"
    catalogue.mkdir(parents=True, exist_ok=True)
    pq.write_table(PAYLOAD_SCHEMA.empty_table(), catalogue / "payloads.parquet")


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

# --- counting: each way writes measure, clock, year, item, area, counterpart, whole, trillionths
# ------------------------


def count_with_dbt(raw: Path, result: Path, settings: Settings) -> Cost:
    """Count by the models of the product, without their tests, on the engine of the settings."""
    build = Build(result.with_suffix(""))
    build.target.mkdir(parents=True)
    (build.folder / "raw").symlink_to(raw)
    chosen = engine(settings.engine)
    environment = {
        **dbt_environment(settings, build.raw, build.database, build.target),
        **chosen.environment(settings, build),
    }
    dbt = [sys.executable, "-m", dbt_process.__name__, "--quiet"]
    models = ["--select", "area_codes__uspto", "item_codes__uspto", *MODELS, "--resource-type", "seed", "model"]
    observed([*dbt, "parse"], environment, folder=settings.dbt_project)
    run = observed([*dbt, "build", *models, *chosen.arguments(build)], environment, folder=settings.dbt_project)
    chosen.take_over(build)
    with bounded_database(build.database) as db:
        db.execute(f"copy ({_FROM_DBT}) to '{result}' (format parquet)")
    return run.of(WHOLE)


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
    """Count in one script for DuckDB alone, of one vintage, in memory."""
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


# --- measuring
# ----------------------------------------------------------------------------------------------------------


def differing_rows(first: Path, second: Path) -> int:
    """Return the number of rows that only one of two results has."""
    columns = "measure, clock, cast(year as integer) as year, item, area, counterpart, whole, trillionths"
    rows = [f"select {columns} from read_parquet('{path}')" for path in (first, second)]
    both = f"({rows[0]} except all {rows[1]}) union all ({rows[1]} except all {rows[0]})"
    return counted(f"({both})")


def counted(relation: str) -> int:
    """Return the number of rows of a relation."""
    return int(connected().execute(f"select count(*) from {relation}").fetchall()[0][0])


def bench(scale: float, engines: list[str], folder: Path, settings: Settings) -> None:
    """Count synthetic patents of one scale in each way, and compare the results."""
    raw, reference = folder / "raw", folder / "duckdb_alone.parquet"
    generate(raw, scale, settings.dbt_project)
    sizes = {table: counted(f"'{raw / 'uspto' / table}/*.parquet'") for table in _TABLES}
    print("Synthetic rows: " + ", ".join(f"{name} {count:,}" for name, count in sizes.items()), flush=True)
    alone = [sys.executable, __file__, "--count", str(raw), str(reference)]
    costs = {"DuckDB alone": observed(alone, {"PYTHONPATH": str(settings.root)}).of(WHOLE)}
    for name in engines:
        result = folder / f"{name}.parquet"
        costs[f"dbt on {name}"] = count_with_dbt(raw, result, replace(settings, engine=name, store=""))
        if differing := differing_rows(reference, result):
            raise SystemExit(f"dbt on {name}: {differing} rows differ from those of DuckDB alone")
    rows = counted(f"read_parquet('{reference}')")
    print(f"All ways give the same {rows:,} rows.\n")
    print("| way | wall time, s | CPU time, s | peak memory, GB |\n|---|---:|---:|---:|")
    for name, cost in costs.items():
        print(f"| {name} | {cost.clock:.1f} | {cost.processor:.1f} | {cost.memory / 1e9:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of patents counted row by row, on synthetic patents.")
    parser.add_argument("--scale", type=float, default=0.25, help="1 is 9 million patents and 25 million inventors")
    parser.add_argument("--engines", nargs="+", default=["duckdb"], help="engines that dbt runs on")
    parser.add_argument("--folder", type=Path, help="where the synthetic tables go; a temporary folder by default")
    parser.add_argument("--count", type=Path, nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    settings = Settings.from_environment()
    if chosen.count:
        raw, result = chosen.count
        count_with_duckdb(raw, result, settings.dbt_project)
        return
    with tempfile.TemporaryDirectory(prefix="bilateral-bench-", dir=chosen.folder) as folder:
        bench(chosen.scale, chosen.engines, Path(folder), settings)


if __name__ == "__main__":
    main()
