"""World Bank vintages from files that a person downloaded, as raw files of admission's experiments.

A folder holds one folder for each vintage, named after its date, with the CSV files of single indicators in either of
two layouts: the publisher's own (Data Source and Last Updated Date above a header with a column for each year) or one
row for each figure (Country Name, Country Code, Year, Value; the file's name is the indicator's code).
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from orchestration.ingestion.selection import read_selection
from orchestration.sources import load_sources, world_bank

TABLE = "indicators"
_KEYS = {resource.ask["code"]: resource for resource in world_bank.RESOURCES if "since" not in resource.ask}


def world_bank_vintages(folder: Path, work: Path) -> dict[date, list[RawFile]]:
    """Raw files by vintage, oldest first; indicators that the source does not request are left out.

    Args:
        work: a folder for the Parquet files.
    """
    by_vintage: dict[date, list[RawFile]] = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        vintage = date.fromisoformat(place.name)
        for path in sorted(place.glob("*.csv")):
            for code, rows in _figures(path):
                if code in _KEYS:
                    by_vintage.setdefault(vintage, []).append(_raw_file(code, rows, vintage, work))
    return by_vintage


def vintages_by_source(
    settings: Settings, folder: Path | None, work: Path
) -> Iterator[tuple[str, Source, list[RawFile]]]:
    """Yield name, source and stored files of every publisher, then the World Bank's vintages of a folder.

    Args:
        work: a folder for the Parquet files of those.
    """
    sources = load_sources()
    for name, source in sources.items():
        yield name, source, [file for file in read_selection(settings, name).files if file.payload_sha256]
    if folder is not None:
        files = [file for files in world_bank_vintages(folder, work).values() for file in files]
        yield world_bank.CARD.id, sources[world_bank.CARD.id], files


def _figures(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Indicator codes and rows (name, code, year, value) of one file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream))
    if header[:4] == ["Country Name", "Country Code", "Year", "Value"]:
        rows = pd.read_csv(path, keep_default_na=False, na_values=[""])
        rows.columns = pd.Index(["name", "code", "year", "value"])
        yield path.stem.upper(), rows
        return
    wide = pd.read_csv(path, skiprows=_lines_above(path), encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    years = [name for name in wide.columns if str(name).isdigit()]
    for code, part in wide.groupby("Indicator Code"):
        rows = part.melt(["Country Name", "Country Code"], years, "year", "value")
        rows.columns = pd.Index(["name", "code", "year", "value"])
        yield str(code), rows


def _lines_above(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(
            number for number, row in enumerate(csv.reader(stream)) if row[:2] == ["Country Name", "Country Code"]
        )


def _raw_file(code: str, rows: pd.DataFrame, vintage: date, work: Path) -> RawFile:
    resource = _KEYS[code]
    rows = rows.dropna(subset=["code", "value"])
    schema = raw_schema(world_bank.TABLES[TABLE])
    constant = {
        "indicator_id": code,
        "indicator_value": resource.title,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
        "payload_pointer": "",
        "resource": resource.key,
        "vintage": vintage,
        "payload_sha256": f"{code}-{vintage}",
    }
    columns = {
        "country_id": rows["code"].astype(str).tolist(),
        "country_value": rows["name"].astype(str).tolist(),
        "countryiso3code": rows["code"].astype(str).tolist(),
        "date": rows["year"].astype(int).astype(str).tolist(),
        "value": rows["value"].astype(float).tolist(),
    }
    filled = {name: columns.get(name, [constant.get(name)] * len(rows)) for name in schema.names}
    path = work / f"{resource.key}_{vintage}.parquet"
    pq.write_table(pa.table(filled, schema=schema), path)
    return RawFile(world_bank.CARD.id, TABLE, resource.key, vintage, f"{code}-{vintage}", len(rows), path)
