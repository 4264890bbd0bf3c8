"""Benchmark: a bulk file in the layout of the OECD-WTO balanced services, read to raw Parquet the way a refresh reads it.

All figures are drawn at random and are no statistics. Run from the root of the checkout; the true file has 100 million rows:

    python bench/batis.py --rows 100000000
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from orchestration.contracts.payload import Origin, Payload
from orchestration.ingestion.raw_tables import RawStore
from orchestration.sources import load_sources

DEFAULT_ROWS = 2_000_000
"""What `make bench` reads, a fiftieth of the true file; BATIS_ROWS in the environment or --rows says otherwise."""

MEMORY_LIMIT = 4 * 1024**3
"""Bytes; a refresh has to run on a small machine whatever the length of the file."""

YEARS, FLOWS, BLOCK = 40, 2, 1_000_000
"""More years than the true file has, so that a hundred million keys are distinct."""


def synthetic_rows(rows: int, seed: int = 1) -> Iterator[pa.RecordBatch]:
    """Distinct keys in the order of the true file, with figures of the same width and as many empty cells."""
    draw = np.random.default_rng(seed)
    letters = np.array([a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGH"])  # two letters, NA among them
    areas = pa.array(np.char.add(letters, "X"))
    items = pa.array(
        [f"S{a}{b}" for a in "ABCDEFGHIJKL" for b in ("", "1")] + ["S", "SOX", "SPX1", "SPX2", "SPX3", "SPX4"]
    )
    flows, methods = pa.array(["EXP", "IMP"]), pa.array([f"M{number}" for number in range(37)])
    for start in range(0, rows, BLOCK):
        place = np.arange(start, min(start + BLOCK, rows))
        count = len(place)
        year, place = place % YEARS, place // YEARS
        item, place = place % len(items), place // len(items)
        flow, place = place % FLOWS, place // FLOWS
        partner, reporter = place % len(areas), place // len(areas)
        value = np.round(np.exp(draw.normal(1.0, 3.0, count)), 6)
        yield pa.record_batch(
            {
                "Reporter": areas.take(pa.array(reporter)),
                "type_Reporter": pa.array(["c"] * count),
                "Partner": areas.take(pa.array(partner)),
                "type_Partner": pa.array(["c"] * count),
                "Flow": flows.take(pa.array(flow)),
                "Item_code": items.take(pa.array(item)),
                "type_Item": pa.array(["b"] * count),
                "Year": pa.array(2005 + year),
                "Reported_value": pa.array(value, mask=draw.random(count) < 0.8),
                "Final_value": pa.array(value),
                "Methodology": methods.take(pa.array(draw.integers(0, len(methods), count))),
                "Balanced_value": pa.array(np.round(value * 1.1, 6)),
            }
        )


def write_zip(path: Path, rows: int) -> int:
    """A zip with one CSV; returns the bytes of the CSV."""
    most = 208 * 208 * 30 * FLOWS * YEARS
    if not 0 < rows <= most:
        raise SystemExit(f"--rows is between 1 and {most:,}, the number of distinct keys")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("OECD-WTO_BATIS_BPM6_December2025_bulk.csv", "w", force_zip64=True) as member,
    ):
        for number, batch in enumerate(synthetic_rows(rows)):
            options = pyarrow.csv.WriteOptions(include_header=number == 0, quoting_style="none")
            sink = pa.BufferOutputStream()
            pyarrow.csv.write_csv(batch, sink, options)
            member.write(memoryview(sink.getvalue()))
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()[0].file_size


def stored(path: Path) -> Payload:
    """The file as landing would hand it to a reader."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    card = load_sources()["oecd"].CARD
    origin = Origin(
        source=card.id,
        resource="balanced_services",
        publisher=card.publisher,
        url=card.homepage,
        parameters={},
        fetched_at=datetime.now(UTC),
        media_type="application/zip",
        licence=card.licence,
        citation=card.citation,
        file_name="OECD-WTO_BATIS_BPM6_December2025_bulk.zip",
        sha256=digest,
        size=path.stat().st_size,
        note="synthetic, made by bench/batis.py",
    )
    return Payload(origin, path)


def peak_memory() -> int:
    """The most memory this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Read a synthetic bulk file of balanced services to raw Parquet.")
    parser.add_argument(
        "--rows", type=int, default=int(os.environ.get("BATIS_ROWS", DEFAULT_ROWS)), help="rows of the file"
    )
    parser.add_argument("--folder", type=Path, help="where the files go while it runs; default is the system's own")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bilateral-bench-", dir=chosen.folder) as folder:
        path = Path(folder) / "bulk.zip"
        started = time.perf_counter()
        size = write_zip(path, chosen.rows)
        print(
            f"synthetic file: {chosen.rows:,} rows, {size / 1e6:,.0f} MB of text, {path.stat().st_size / 1e6:,.0f} MB zipped, "
            f"made in {time.perf_counter() - started:.1f} s with at most {peak_memory() / 1e6:,.0f} MB of memory"
        )
        payload = stored(path)
        started, cpu = time.perf_counter(), time.process_time()
        (raw,) = RawStore(Path(folder) / "raw").read_payload(load_sources()["oecd"], payload)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(
            f"read to raw: {raw.rows:,} rows in {seconds:.1f} s, {raw.rows / seconds:,.0f} rows a second, "
            f"{raw.rows / cpu:,.0f} rows a second of one core, {raw.path.stat().st_size / 1e6:,.0f} MB of Parquet, "
            f"at most {peak_memory() / 1e6:,.0f} MB of memory"
        )
    if raw.rows != chosen.rows:
        raise SystemExit(f"every row is read; made {chosen.rows:,}, read {raw.rows:,}")
    if peak_memory() > MEMORY_LIMIT:
        raise SystemExit(f"memory stays under {MEMORY_LIMIT / 1e9:.1f} GB; seen {peak_memory() / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
