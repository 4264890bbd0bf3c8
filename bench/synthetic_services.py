"""Synthetic services trade in the publishers' wire layouts, as payloads of a landing folder: reported (WTO) and
balanced (BaTIS).

All figures are drawn at random and are no statistics, and they are in a temporary data folder only. They obey what
guards and admission demand of official ones: parts add up, both sides of a flow are near each other, the world is the
sum of partners, and the figures of China in the bundle's edition of BaTIS are repeated.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from orchestration.admission.ledger import ADMITTED, BY_PERSON, decided, record
from orchestration.contracts.payload import Answer, Origin
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import FileBytes, PayloadStore
from orchestration.sources import load_sources

Floats = NDArray[np.float64]

REPORTED_YEARS = np.arange(2005, 2025)
BALANCED_YEARS = np.arange(2005, 2020)
"""Those of the bundle's edition, whose figures of China a later year would have to continue."""
FETCHED_AT = datetime(2026, 7, 15, tzinfo=UTC)
EDITION = "OECD-WTO_BATIS_BPM6_December2025_bulk"
PAIRS_AT_ONCE = 200
FOLLOWED = ("CHN", "USA")
"""Their balanced figures are first in the file; the reported ones leave them out, as official ones of both are in the
bundle."""


def _seed(settings: Settings, name: str) -> list[dict[str, str]]:
    with (settings.dbt_project / "seeds" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Items:
    """Items of EBOPS down to a level, and which of their smallest parts each of them is the sum of."""

    codes: tuple[str, ...]
    sums: Floats

    @classmethod
    def of(cls, settings: Settings, depth: int) -> Items:
        """Return the items below all services, and all services first."""
        rows = _seed(settings, "items/items__ebops2010.csv")
        parent = {row["item"]: row["parent_item"] for row in rows if int(row["level"]) <= depth}
        above = {item: _above(item, parent) for item in parent}
        codes = tuple(item for item in parent if above[item][-1] == "S" and item != "SC4")  # at the WTO it is in SC3
        leaves = [item for item in codes if item not in parent.values()]
        return cls(codes, np.array([[float(item in above[leaf]) for item in codes] for leaf in leaves]))


def _above(item: str, parent: dict[str, str]) -> list[str]:
    lineage = [item]
    while parent.get(lineage[-1]):
        lineage.append(parent[lineage[-1]])
    return lineage


@dataclass(frozen=True)
class World:
    """The exports of every economy to every other: by years and items, in millions of US dollars, the same at every
    call."""

    settings: Settings
    items: Items
    years: NDArray[np.int64]
    known: dict[tuple[str, str], list[tuple[int, int, float]]] = field(default_factory=dict)

    @cached_property
    def areas(self) -> list[str]:
        """Countries with a code in all three lists, the followed ones first."""
        countries = {
            row["area"] for row in _seed(self.settings, "areas/areas__iso3166.csv") if row["kind"] == "country"
        }
        reported = {row["area"] for row in _seed(self.settings, "area_codes/area_codes__wto.csv")}
        balanced = {
            row["code"]
            for row in _seed(self.settings, "area_codes/area_codes__oecd.csv")
            if row["code_list"] == "BATIS"
        }
        return [*FOLLOWED, *sorted(countries & reported & balanced - set(FOLLOWED))]

    def flow(self, exporter: int, importer: int) -> Floats:
        """Return the exports of one economy to another, by place in ``areas``."""
        draw = np.random.default_rng([exporter, importer])
        size = np.exp(draw.normal(2.0, 1.0)) * np.cumprod(np.exp(draw.uniform(0.0, 0.08, len(self.years))))
        parts = np.exp(draw.normal(0.0, 0.5, self.items.sums.shape[0]))
        noise = np.exp(draw.uniform(-0.002, 0.002, (len(self.years), len(parts))))
        return self.corrected(
            np.round(size[:, None] * parts * noise, 3) @ self.items.sums, self.areas[exporter], self.areas[importer]
        )

    def corrected(self, flow: Floats, exporter: str, importer: str) -> Floats:
        """Return a flow with what is known of it in place of what was drawn."""
        for year, item, value in self.known.get((exporter, importer), ()):
            flow[year, item] = value
        return flow


def reported_rows(world: World, rows: int) -> Iterator[pa.RecordBatch]:
    """At least ``rows`` rows of the WTO's bulk file, both directions of each report, pair by pair of a square of
    economies."""
    codes = {
        row["area"]: row["code"]
        for row in _seed(world.settings, "area_codes/area_codes__wto.csv")
        if row["code"].isdigit()
    }
    names = {row["area"]: row["note"] for row in _seed(world.settings, "area_codes/area_codes__wto.csv")}
    of_pair = 4 * world.items.sums.shape[1] * len(world.years)
    pairs = [(a, b) for b in range(len(FOLLOWED) + 1, len(world.areas)) for a in range(len(FOLLOWED), b)][
        : -(-rows // of_pair)
    ]
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        reports = [
            (reporter, partner, flow)
            for pair in pairs[start : start + PAIRS_AT_ONCE]
            for reporter, partner in (pair, pair[::-1])
            for flow in ("X", "M")
        ]
        values = np.stack([_report(world, *report) for report in reports])
        reporters, partners = (
            [world.areas[report[0]] for report in reports],
            [world.areas[report[1]] for report in reports],
        )
        columns: dict[str, Any] = {
            "IndicatorCategory": "Trade in commercial services",
            "IndicatorCode": [f"ITS_CS_A{report[2]}6" for report in reports],
            "Indicator": "Commercial services by sector and partner",
            "ReporterCode": [codes[reporter] for reporter in reporters],
            "ReporterISO3A": reporters,
            "Reporter": [names[reporter] for reporter in reporters],
            "PartnerCode": [codes[partner] for partner in partners],
            "PartnerISO3A": partners,
            "Partner": [names[partner] for partner in partners],
            "ProductClassificationCode": "BOP6",
            "ProductClassification": "EBOPS 2010",
            "ProductCode": None,
            "Product": None,
            "PeriodCode": "A",
            "Period": "Annual",
            "FrequencyCode": "A",
            "Frequency": "Annual",
            "UnitCode": "USM",
            "Unit": "Million US dollar",
            "Year": None,
            "ValueFlagCode": "",
            "ValueFlag": "",
            "Value": None,
        }
        yield _long(columns, values, world, {"item": ("ProductCode", "Product"), "value": ("Value",)})


def _report(world: World, reporter: int, partner: int, flow: str) -> Floats:
    """Return the report of one side: the flow with the error of this reporter."""
    sides = (reporter, partner) if flow == "X" else (partner, reporter)
    draw = np.random.default_rng([reporter, partner, ord(flow)])
    error = np.exp(draw.normal(0.0, 0.05 + 0.1 * (reporter % 5), (len(world.years), 1)))
    return np.round(world.flow(*sides) * error, 3)


def balanced_rows(world: World, rows: int) -> Iterator[pa.RecordBatch]:
    """At least ``rows`` rows of the bulk file of BaTIS: of one reporter after the other all partners and the world."""
    count = len(world.areas)
    further = sorted({partner for _, partner in world.known} - {*world.areas, "W"})
    made = 0
    for reporter in range(count):
        for flow in ("EXP", "IMP"):
            if made >= rows:
                return
            others = [one for one in range(count) if one != reporter]
            flows = [world.flow(*((reporter, other) if flow == "EXP" else (other, reporter))) for other in others]
            blank = np.full_like(flows[0], np.nan)
            rest = {"W": np.nansum(flows, axis=0), **{one: blank.copy() for one in further if reporter == 0}}
            for one, drawn in rest.items():
                world.corrected(
                    drawn, *((world.areas[reporter], one) if flow == "EXP" else (one, world.areas[reporter]))
                )
            values = np.stack([*flows, *rest.values()])
            draw = np.random.default_rng([reporter, len(flow)])
            columns: dict[str, Any] = {
                "Reporter": world.areas[reporter],
                "type_Reporter": "c",
                "Partner": [*(world.areas[other] for other in others), *rest],
                "type_Partner": "c",
                "Flow": flow,
                "Item_code": None,
                "type_Item": "s",
                "Year": None,
                "Reported_value": None,
                "Final_value": None,
                "Methodology": "M1",
                "Balanced_value": None,
            }
            batch = _long(columns, values, world, {"item": ("Item_code",), "value": ("Final_value", "Balanced_value")})
            final = batch.column("Final_value")
            stated = final.to_numpy(zero_copy_only=False)
            reported = pa.array(stated, mask=np.isnan(stated) | (draw.random(len(final)) < 0.8))
            whole = batch.set_column(8, "Reported_value", reported)
            kept = whole if reporter == 0 else whole.slice(0, rows - made)  # admission looks for all of China
            made += kept.num_rows
            yield kept


def _long(columns: dict[str, Any], values: Floats, world: World, names: dict[str, tuple[str, ...]]) -> pa.RecordBatch:
    """One row for every value of a block of series by years and items; a column is one text, or a text for each
    series."""
    series, years, items = values.shape
    place = np.arange(values.size)
    item = pa.array(world.items.codes).take(pa.array(place % items))
    year = pa.array(world.years).take(pa.array(place // items % years))
    value = pa.array(np.round(values.ravel(), 6), from_pandas=True)
    of_series = pa.array(place // (items * years))
    found: dict[str, pa.Array] = {}
    for name, text in columns.items():
        if name in names["item"]:
            found[name] = item
        elif name in names["value"] or name == "Reported_value":
            found[name] = value
        elif name == "Year":
            found[name] = year
        else:
            found[name] = pa.array([text] * series if isinstance(text, str) else text).take(of_series)
    return pa.record_batch(found)


def known_of_china(settings: Settings, items: Items) -> dict[tuple[str, str], list[tuple[int, int, float]]]:
    """Return the figures of the bundle's edition, by exporter and importer: place of the year, place of the item,
    value."""
    (path,) = settings.bundle.glob("oecd/*/OECD-WTO_BATIS_*_bulk.zip")
    found: dict[tuple[str, str], list[tuple[int, int, float]]] = {}
    with zipfile.ZipFile(path) as archive:
        text = io.TextIOWrapper(archive.open(archive.namelist()[0]), "utf-8")
        for row in csv.DictReader(text):
            sides = (row["Reporter"], row["Partner"]) if row["Flow"] == "EXP" else (row["Partner"], row["Reporter"])
            if row["Item_code"] in items.codes:
                value = float(row["Balanced_value"] or "nan")
                found.setdefault(sides, []).append(
                    (int(row["Year"]) - int(BALANCED_YEARS[0]), items.codes.index(row["Item_code"]), value)
                )
    return found


def write_zip(path: Path, member: str, batches: Iterable[pa.RecordBatch]) -> int:
    """Write a zip with one CSV of these rows; return their number."""
    rows = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(member, "w", force_zip64=True) as stream,
    ):
        for batch in batches:
            sink = pa.BufferOutputStream()
            pyarrow.csv.write_csv(
                batch, sink, pyarrow.csv.WriteOptions(include_header=rows == 0, quoting_style="needed")
            )
            stream.write(memoryview(sink.getvalue()))
            rows += batch.num_rows
    return rows


def store_payloads(settings: Settings, reported: int, balanced: int) -> dict[str, int]:
    """Put both files into the landing folder as if they had been fetched and admitted by a person; return the rows of
    each resource.

    Admission would hold figures drawn at random.
    """
    narrow, wide = Items.of(settings, 2), Items.of(settings, 9)
    reports = World(settings, narrow, REPORTED_YEARS)
    estimates = World(settings, wide, BALANCED_YEARS, known_of_china(settings, wide))
    return {
        "services_annual": _stored(
            settings,
            "wto",
            "services_annual",
            "services_annual_dataset",
            FETCHED_AT.date(),
            reported_rows(reports, reported),
        ),
        "balanced_services": _stored(
            settings,
            "oecd",
            "balanced_services",
            EDITION,
            date(2025, 12, 31),
            balanced_rows(estimates, balanced),
        ),
    }


def _stored(
    settings: Settings, source: str, resource: str, name: str, vintage: date, batches: Iterable[pa.RecordBatch]
) -> int:
    card, store = load_sources()[source].CARD, PayloadStore(settings.landing)
    path = store.incoming(source) / f"{name}.zip"
    rows = write_zip(path, f"{name}.csv", batches)
    origin = Origin(
        source=source,
        resource=resource,
        publisher=card.publisher,
        url=card.homepage,
        parameters={},
        fetched_at=FETCHED_AT,
        media_type="application/zip",
        licence=card.licence,
        citation=card.citation,
        file_name=path.name,
        sha256="",
        size=0,
        note="synthetic, made by bench/synthetic_services.py",
    )
    payload = store.store(Answer(origin, FileBytes(path)))
    store.record("live", [payload])
    file = (resource, payload.origin.sha256)
    record(settings, source, decided(vintage, ADMITTED, BY_PERSON, "synthetic figures of a benchmark", [file]))
    path.unlink()
    return rows
