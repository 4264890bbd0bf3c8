"""Every source reads its samples, and refuses other payloads with publisher, payload, rule and row."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.contracts.payload import Origin, Payload
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError, PayloadError
from orchestration.formats import archives, delimited
from orchestration.ingestion.raw_tables import RawStore
from orchestration.sources import load_sources
from tests.unit.sources.fakes import make_payload
from tests.unit.sources.fuzzing import cases_of, unpacked_here
from tests.unit.sources.samples import Case, Refusal, changed
from tests.unit.sources.samples import oecd as oecd_samples
from tests.unit.sources.samples import sec as sec_samples
from tests.unit.sources.samples import world_bank as world_bank_samples

SOURCES = load_sources()
CASES = [
    pytest.param(SOURCES[name], case, id=f"{name}-{number}-{case.origin.resource}")
    for name in SOURCES
    for number, case in enumerate(cases_of(name))
]
REFUSALS = [
    pytest.param(*param.values, refusal, id=f"{param.id}-{refusal[2][:40]}")
    for param in CASES
    for refusal in param.values[1].refused  # type: ignore[union-attr]
]
FOREIGN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda body: b"",
    "zeros": lambda body: bytes(200),
    "a page": lambda body: b"<html><body>Service unavailable</body></html>",
    "an error answer": lambda body: b'{"error": "invalid indicator", "code": 500}',
    "half of it": lambda body: body[: len(body) // 2],
}


@pytest.fixture(autouse=True)
def unpack_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack archives in this process, which takes no time to start."""
    monkeypatch.setattr(archives, "unpacked", unpacked_here)


def read(source: Source, payload: Payload, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of a payload by table."""
    files = RawStore(folder / "raw").read_payload(source, payload)
    return {file.table: pq.read_table(file.path, partitioning=None).to_pylist() for file in files}


def refusal(source: Source, origin: Origin, body: bytes, folder: Path) -> BilateralError:
    payload = make_payload(folder, origin, body)
    with pytest.raises(PayloadError) as caught:
        read(source, payload, folder)
    assert caught.value.publisher == source.CARD.publisher
    assert caught.value.payload == payload.label
    return caught.value


def test_every_module_is_a_source_named_after_itself_and_has_samples() -> None:
    assert all(isinstance(source, Source) and source.CARD.id == name for name, source in SOURCES.items())
    assert {param.values[0].CARD.id for param in CASES} == set(SOURCES)  # type: ignore[union-attr]


@pytest.mark.parametrize(("source", "case"), CASES)
def test_a_sample_is_read_as_its_publisher_means_it(source: Source, case: Case, tmp_path: Path) -> None:
    tables = read(source, make_payload(tmp_path, case.origin, case.body), tmp_path)
    assert {table: len(rows) for table, rows in tables.items()} == case.rows
    first = tables[next(iter(case.rows))][0]
    assert {name: first[name] for name in case.first} == case.first
    assert {str(row["vintage"]) for rows in tables.values() for row in rows} == {case.vintage}
    kept = {table: [{**row, "payload_sha256": None} for row in rows] for table, rows in tables.items()}
    for body in case.same:
        again = read(source, make_payload(tmp_path, case.origin, body), tmp_path)
        assert {table: [{**row, "payload_sha256": None} for row in rows] for table, rows in again.items()} == kept


@pytest.mark.parametrize(("source", "case", "wrong"), REFUSALS)
def test_changed_meanings_are_refused(source: Source, case: Case, wrong: Refusal, tmp_path: Path) -> None:
    old, new, rule, row = wrong
    error = refusal(source, case.origin, changed(case.body, old, new), tmp_path)
    assert rule in error.failure
    assert error.row == row


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize(("source", "case"), CASES)
def test_a_foreign_or_truncated_payload_is_refused(source: Source, case: Case, kind: str, tmp_path: Path) -> None:
    assert refusal(source, case.origin, FOREIGN[kind](case.body), tmp_path).failure


def test_repeated_keys_are_found_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 256)
    rows = [f"USA,c,CHN,c,EXP,SH,b,{year},,1,E1,1" for year in range(1990, 2030)]
    case, body = oecd_samples.CASES[0], oecd_samples.bulk(*rows)
    assert len(read(SOURCES["oecd"], make_payload(tmp_path, case.origin, body), tmp_path)["balanced_services"]) == 40
    error = refusal(SOURCES["oecd"], case.origin, oecd_samples.bulk(*rows, rows[31]), tmp_path)
    assert "Year repeated" in error.failure
    assert error.row == "row 41"


def test_a_raw_table_that_was_lost_is_written_again(tmp_path: Path) -> None:
    source, case, store = SOURCES["sec"], sec_samples.CASES[0], RawStore(tmp_path / "raw")
    payload = make_payload(tmp_path, case.origin, case.body)
    store.read_payload(source, payload)[1].path.unlink()
    assert all(file.path.exists() for file in store.read_payload(source, payload))


@pytest.mark.parametrize(
    ("name", "case", "rule"),
    [
        ("sec", sec_samples.CASES[0], "names no quarter or month"),
        ("oecd", oecd_samples.CASES[0], "does not end with its month"),
        ("world_bank", world_bank_samples.CASES[2], "names no version"),
    ],
)
def test_a_file_without_a_period_is_refused(name: str, case: Case, rule: str, tmp_path: Path) -> None:
    unnamed = replace(case.origin, file_name="notes.zip", url="https://example.org/")
    assert rule in refusal(SOURCES[name], unnamed, case.body, tmp_path).failure
