"""Figures in long form: raw files of a source read through its OBSERVATIONS, with common codes of areas."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts.observation import ByTable, Observations
from orchestration.contracts.source import Source
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import atomic_path
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import text
from orchestration.core.text import one_line
from orchestration.ingestion.raw_tables import RawFile
from orchestration.methods.codes import WORLD

COUNTRY, AGGREGATE, UNKNOWN = "country", "aggregate", "unknown"


@dataclass(frozen=True)
class Areas:
    """``kinds`` and ``names`` by common code; ``codes`` by list and publisher's code, None where left out."""

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str | None]]

    def of(self, expression: str, code_list: str) -> Mapping[str, str | None]:
        """Return the common codes for the values of an SQL expression; a literal is a common code already."""
        return {} if expression == text(expression.strip("'")) else self.codes.get(code_list, {})

    def name(self, area: str) -> str:
        return self.names.get(area, area)

    def kind(self, area: str) -> str:
        """Return a kind of the seeds, such as country; the world is an aggregate, an unlisted area is unknown."""
        return AGGREGATE if area == WORLD else self.kinds.get(area, UNKNOWN)


@cache
def areas_of(seeds: Path, source: str) -> Areas:
    """Return the areas that a source's seeds know; empty where there are none, so that codes stay as published."""
    known = [row for path in sorted((seeds / "areas").glob("*.csv")) for row in _rows(path)]
    codes: dict[str, dict[str, str | None]] = {"source": {}}
    path = seeds / "area_codes" / f"area_codes__{source}.csv"
    for row in _rows(path) if path.exists() else ():
        codes.setdefault(row.get("code_list") or "source", {})[row["code"]] = row["area"] or None
    return Areas({row["area"]: row["kind"] for row in known}, {row["area"]: row["name"] for row in known}, codes)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


KEY = ("table", "measure", "area", "counterpart", "item")  # what makes a series; along it only the year varies


def observations_of(source: Source) -> ByTable:
    """Return the tables of a source that have figures; none where its module declares none."""
    declared: ByTable = getattr(source, "OBSERVATIONS", {})
    return declared


def long_form(
    source: Source, files: Sequence[RawFile], areas: Areas, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    """Create a temporary table of all figures of these files: KEY, resource, year and value.

    Of several vintages the newest counts, of one the largest value. An unknown code is its own area; one that the seed
    leaves out is dropped.
    """
    texts = " text, ".join(f'"{column}"' for column in (*KEY, "resource"))
    connection.execute(f"create temp table {name} ({texts} text, year integer, value double)")
    for table, how in observations_of(source).items():
        paths = [text(str(file.path)) for file in files if file.table == table]
        for column, expression in (("area", how.area), ("counterpart", how.counterpart)):
            codes = areas.of(expression, how.code_list)
            arrays = {"code": pa.array(codes, pa.string()), "area": pa.array(codes.values(), pa.string())}
            connection.register(f"{column}_codes", pa.table(arrays))
        if paths:
            connection.execute(f"insert into {name} by name {_select(table, how, ', '.join(paths))}")


def _select(table: str, how: Observations, paths: str) -> str:
    return f"""
        select {text(table)} as "table", min(resource) as resource, measure, area, counterpart, item, year,
            arg_max(value, (vintage, abs(value))) as value
        from (
            select rows.* replace (
                case when a.code is null then rows.area else a.area end as area,
                case when c.code is null then rows.counterpart else c.area end as counterpart)
            from (
                select resource, vintage, {how.measure} as measure, {how.area} as area,
                    {how.counterpart} as counterpart, {how.item} as item, {how.year} as year,
                    cast({how.value} as double) as value
                from read_parquet([{paths}], union_by_name = true)
                where {how.where}
            ) as rows
            left join area_codes as a on rows.area = a.code
            left join counterpart_codes as c on rows.counterpart = c.code
        )
        where year is not null and value is not null and area is not null and counterpart is not null
        group by all"""


def paired(
    now: str, before: str, connection: duckdb.DuckDBPyConnection, most: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ``most`` largest series of two long forms by number, and their cells (series, year, now, before)."""
    key = ", ".join(f'"{name}"' for name in KEY)
    connection.execute(f"""
        create or replace temp table cells as
        select {key}, year, coalesce(n.resource, b.resource) as resource, n.value as now, b.value as before
        from {now} as n full outer join {before} as b using ({key}, year)""")
    connection.execute(f"""
        create or replace temp table series as
        select row_number() over (order by {key}) - 1 as series, * from (
            select {key}, min(resource) as resource, max(abs(coalesce(now, before))) as largest
            from cells group by all order by largest desc nulls last, {key} limit {most})""")
    series = connection.execute("select * from series order by series").df().set_index("series")
    query = f"select series, year, now, before from cells join series using ({key}) order by series, year"
    return series, connection.execute(query).df()


def write_known_areas(source: Source, file: RawFile, path: Path, settings: Settings) -> bool:
    """Write a raw file without rows of unknown areas to ``path``; write nothing and return False if it has none."""
    how = observations_of(source).get(file.table)
    if how is None:
        return False
    areas = areas_of(settings.dbt_project / "seeds", source.CARD.id)
    unknown = " or ".join(
        f"coalesce({expression} not in ({', '.join(map(text, known))}), false)"
        for expression in (how.area, how.counterpart)
        if (known := areas.of(expression, how.code_list))
    )
    with bounded_database() as connection:
        rows = connection.from_parquet(str(file.path))
        left_out = rows.filter(unknown or "false").project(how.area).fetchall()
        if not left_out:
            return False
        kept: pa.Table = rows.filter(f"not ({unknown})").to_arrow_table()
    with atomic_path(path) as part:
        pq.write_table(kept.cast(pq.read_schema(file.path)), part)
    unknown = one_line(", ".join(sorted({str(code) for (code,) in left_out})))
    log.info(f"left out {source.CARD.id}: {len(left_out):,} rows of {file.resource}: no seed knows the areas {unknown}")
    return True
