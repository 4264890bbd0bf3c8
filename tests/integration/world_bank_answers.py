"""Answers of a World Bank that plays on: those of the bundle, and synthetic ones made of them, in the layout of its API.

Synthetic are the figures of economies that the bundle leaves out, and of years after its last one.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zlib import crc32

from orchestration.sources import world_bank
from tests.integration.conftest import REPOSITORY
from tests.publisher_server import Asked, Reply
from tests.unit.sources.samples.world_bank import archived_body, versions_body

BUNDLE = REPOSITORY / "data" / "bundle" / "world_bank"
AREA_CODES = REPOSITORY / "dbt_project" / "seeds" / "area_codes" / "area_codes__world_bank.csv"
ISO_3166 = REPOSITORY / "dbt_project" / "seeds" / "areas" / "areas__iso3166.csv"
NEWEST = "2026-07-01"
CURRENT = {resource.key: resource.ask for resource in world_bank.RESOURCES if "since" not in resource.ask}

Row = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """Answers of the World Bank on one day: last update, and rows of every indicator by resource."""

    updated: str
    rows: Mapping[str, list[Row]]

    def publisher(self, request: Asked) -> Reply:
        """The answer to one request; the archive has one version, the bundle's of August 2018."""
        headers = {"Content-Type": "application/json"}
        if request.url.endswith("/sources/57/version"):
            return Reply(versions_body("201808"), headers=headers)
        code = request.url.split("/indicator/" if "/indicator/" in request.url else "/series/")[1].split("/")[0]
        resource = next(key for key, ask in CURRENT.items() if ask["code"] == code)
        if "/version/" in request.url:
            return Reply(archived(bundled("2018-08-01").rows[resource]), headers=headers)
        envelope = {"page": 1, "pages": 1, "per_page": 20000, "total": len(self.rows[resource]), "sourceid": "2"}
        body = json.dumps([{**envelope, "lastupdated": self.updated}, self.rows[resource]])
        return Reply(body.encode(), headers=headers)


def bundled(edition: str = NEWEST) -> Edition:
    """An edition of the bundle, as the World Bank published it."""
    rows = {}
    for path in sorted((BUNDLE / edition).glob("*_page_1.json*.gz")):
        rows[path.name.split("_page_1")[0]] = json.loads(gzip.decompress(path.read_bytes()))[1]
    return Edition(edition, rows)


def area_codes() -> set[str]:
    """Return the codes of the economies that the World Bank's list has, without aggregates."""
    with AREA_CODES.open(encoding="utf-8") as stream:
        return {row["code"] for row in csv.DictReader(stream) if row["code"] == row["area"]}


def with_all_areas(edition: Edition) -> Edition:
    """The edition with every area of the World Bank's list; those that the bundle leaves out are synthetic and small.

    Each is a hundredth to a thousandth of Croatia, so that no aggregate is exceeded by its members.
    """
    rows = {}
    for key, held in edition.rows.items():
        present = {row["countryiso3code"] for row in held}
        model = [row for row in held if row["countryiso3code"] == "HRV"]
        more = []
        for code in sorted(area_codes() - present):
            part = 1.0 if CURRENT[key]["unit"].startswith("%") else 0.001 + crc32(code.encode()) % 9973 / 1e6
            more += [_as_area(row, code, part) for row in model]
        rows[key] = [*held, *more]
    return replace(edition, rows=rows)


def in_a_year(edition: Edition, updated: str, growth: float = 1.04) -> Edition:
    """Return a later edition: every series has one more year, and earlier figures are unchanged."""
    year = max(int(row["date"]) for rows in edition.rows.values() for row in rows) + 1
    rows = {}
    for key, held in edition.rows.items():
        rate = 1.0 + (growth - 1.0) / 10 if CURRENT[key]["unit"].startswith("%") else growth
        last = {row["countryiso3code"]: row for row in held if row["date"] == str(year - 1)}
        new = [
            {**row, "date": str(year), "value": None if row["value"] is None else _moved(row, year, rate)}
            for row in last.values()
        ]
        rows[key] = [*held, *new]
    return Edition(updated, rows)


def archived(rows: list[Row], version: str = "201808") -> bytes:
    """An edition of one indicator as the archive answers a version of it."""
    ask = rows[0]["indicator"]
    return archived_body(
        [
            {
                "variable": [
                    {"concept": "Country", "id": row["countryiso3code"], "value": row["country"]["value"]},
                    {"concept": "Series", "id": ask["id"], "value": ask["value"]},
                    {"concept": "Version", "id": version, "value": version},
                    {"concept": "Time", "id": f"YR{row['date']}", "value": row["date"]},
                ],
                "value": row["value"],
            }
            for row in rows
        ]
    )


def _moved(row: Row, year: int, rate: float) -> float:
    """Return the figure of the next year, at a rate near the common one."""
    own = crc32(f"{row['countryiso3code']} {row['indicator']['id']} {year}".encode()) % 1000 / 1000 - 0.5
    moved = row["value"] * (rate + own * 0.02)
    return float(round(moved)) if row["indicator"]["id"].startswith(("IP.PAT", "SP.POP")) else moved


@cache
def _alpha_2() -> dict[str, str]:
    """Return the alpha-2 code of each country of ISO 3166 by its alpha-3 code."""
    with ISO_3166.open(encoding="utf-8") as stream:
        return {row["area"]: row["iso2"] for row in csv.DictReader(stream)}


def _as_area(row: Row, code: str, part: float) -> Row:
    own = crc32(f"{code} {row['indicator']['id']} {row['date']}".encode()) % 1000 / 1000 - 0.5
    value = row["value"] and row["value"] * part * (1.0 + own * 0.02)
    if value and row["indicator"]["id"].startswith(("IP.PAT", "SP.POP")):
        value = float(max(1, round(value)))
    return {
        **row,
        "country": {"id": _alpha_2().get(code, code), "value": f"Synthetic area {code}"},
        "countryiso3code": code,
        "value": value,
    }
