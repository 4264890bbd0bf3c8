"""Ingesting a source: editions, selection, and refusals that state what is wrong and lose nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.ingest import ingest, read_again
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError, PayloadError
from orchestration.core.settings import Settings
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.raw_tables import RawFile, raw_schema, with_lineage
from orchestration.ingestion.selection import read_selection, select
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.sources.fakes import make_payload

SOURCE = cast(Source, synthetic.module())


def raw_rows(settings: Settings) -> list[dict[str, object]]:
    selection = read_selection(settings, "synthetic")
    tables = [pq.read_table(item.path) for item in selection.files if item.table == "figures"]
    return [row for table in tables for row in table.to_pylist()]


def test_every_edition_becomes_a_vintage_with_lineage(settings: Settings) -> None:
    synthetic.write_edition(settings.bundle, "2025-12-17", synthetic.body("2024,10", vintage="2025-12-17"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,11", "2025,", vintage="2026-07-01"))
    selection = ingest(SOURCE, settings)
    assert [str(vintage) for vintage in selection.vintages] == ["2025-12-17", "2026-07-01"]
    assert selection.rows() == {"figures": 3, "never_filled": 0}
    rows = raw_rows(settings)
    assert [(str(row["vintage"]), row["year"], row["value"]) for row in rows] == [
        ("2025-12-17", 2024, 10.0),
        ("2026-07-01", 2024, 11.0),
        ("2026-07-01", 2025, None),
    ]
    hashes = {origin.sha256 for origin in selection.origins}
    assert {row["payload_sha256"] for row in rows} == hashes
    assert rows[2]["payload_pointer"] == "line 3"
    assert rows[0]["resource"] == "figures"


def test_payloads_are_reread_by_new_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    seen: list[bool] = []
    for code in ("earlier", "earlier", "present", "present"):
        monkeypatch.setattr("orchestration.ingestion.raw_tables.reader_version", lambda _, code=code: code)
        read_again(SOURCE, settings)
        if not seen:
            ingest(SOURCE, settings)
        seen.append("its code has changed" in capsys.readouterr().err)
    assert seen == [False, False, True, False]
    assert [file.path.stem[-8:] for file in read_selection(settings, "synthetic").files] == ["_present", "empty"]


def test_a_payload_that_is_not_its_cards_is_refused_by_name(settings: Settings) -> None:
    path = synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    path.write_bytes(synthetic.body("2024,1000"))
    with pytest.raises(FeedError) as refusal:
        ingest(SOURCE, settings)
    assert refusal.value.publisher == "Synthetic Statistics Office"
    assert refusal.value.payload == "synthetic/2026-07-01/figures.csv"
    assert "the payload is not the one on its origin card" in refusal.value.failure
    path.unlink()
    with pytest.raises(FeedError, match="a payload of the bundle cannot be read"):
        ingest(SOURCE, settings)


def test_a_row_that_cannot_be_read_is_named(settings: Settings) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1", "2025,nan"))
    with pytest.raises(PayloadError) as refusal:
        ingest(SOURCE, settings)
    assert refusal.value.row == "line 3"
    assert "value is not double: nan" in refusal.value.failure
    assert len(list((settings.landing / "synthetic" / "payloads").rglob("*"))) > 0


def test_a_corrected_payload_replaces_the_wrong_one_in_the_next_build(settings: Settings) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1000"))
    ingest(SOURCE, settings)
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    ingest(SOURCE, settings)
    assert [row["value"] for row in raw_rows(settings)] == [1.0]
    payloads = [path for path in (settings.landing / "synthetic" / "payloads").rglob("*") if path.is_file()]
    assert len(payloads) == 2, "the wrong payload is still in landing: nothing is lost"


@pytest.mark.parametrize(
    ("fetches", "superseded", "selected"),
    [
        (
            [["all 2026 new"], ["all 2025 1", "all 2025 2"], ["all 2025 older"], ["all 2026 stale"]],
            {},
            ["1", "2", "new"],
        ),
        (
            [["all 2026 a"], ["exports 2026 b"], ["imports 2026 c"], ["exports 2025 d"], ["imports 2025 e"]],
            {"exports": "all", "imports": "all"},
            ["d", "e", "a"],
        ),
    ],
    ids=["newest fetch of a vintage first", "a superseded resource is never beside its successor"],
)
def test_one_fetch_per_vintage_counts(
    fetches: list[list[str]], superseded: dict[str, str], selected: list[str]
) -> None:
    def item(resource: str, vintage: str, sha: str) -> RawFile:
        return RawFile("s", "t", resource, date(int(vintage), 1, 1), sha, 1, Path(sha))

    files = select([[item(*words.split()) for words in fetch] for fetch in fetches], superseded)
    assert [file.payload_sha256 for file in files] == selected


@pytest.mark.parametrize("hostile", ["\x1b[2J", "a\x00", "\u202eNHC", "\u2066x", "\x7f"])
def test_text_that_steers_a_terminal_or_turns_direction_stops_the_payload(hostile: str, settings: Settings) -> None:
    schema = pa.schema([pa.field("name", pa.string()), pa.field("payload_pointer", pa.string(), nullable=False)])
    rows: list[dict[str, object]] = [
        {"name": None, "payload_pointer": "line 1"},
        {"name": f"x{hostile}", "payload_pointer": "line 2"},
    ]
    settings.data.mkdir()
    payload = make_payload(settings.data, synthetic.origin(b""), b"")

    def lineage(rows: list[dict[str, object]]) -> list[pa.RecordBatch]:
        batch = pa.RecordBatch.from_pylist(rows, schema=schema)
        declared = raw_schema(pa.schema([schema.field("name")]))
        return list(with_lineage(Parsed("figures", date(2026, 7, 1), (batch,)), payload, declared))

    with pytest.raises(PayloadError, match="no control character") as refusal:
        lineage(rows)
    assert refusal.value.row == "line 2"
    assert hostile not in str(refusal.value)
    plain: list[dict[str, object]] = [rows[0], {"name": "Côte d’Ivoire\n中国\tx", "payload_pointer": "line 2"}]
    assert lineage(plain)[0].num_rows == 2


@contextmanager
def publishing(
    bodies: dict[str, bytes],
) -> Iterator[tuple[PublisherServer, Callable[[Settings, PayloadStore], LiveFeed]]]:
    """A local publisher with one body a resource, and the live feed that requests it."""

    def answer(request: Asked) -> Reply:
        return Reply(bodies[request.params["of"]], headers={"Content-Type": "text/csv"})

    with publisher_server(answer) as server:
        yield server, lambda settings, landing: server.live_feed(settings.data, landing=landing)


def test_superseded_resources_are_unused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    live = replace(settings, feed="live")
    bodies = {"figures": synthetic.body("2024,1"), "more": synthetic.body("2024,2", vintage="2026-06-01")}
    with publishing(bodies) as (server, open_live):
        assert ingest(SOURCE, live, open_live).rows()["figures"] == 2
        older, newer = synthetic.RESOURCES
        monkeypatch.setattr(synthetic, "RESOURCES", (older, replace(newer, superseded_by="figures")))
        server.asked.clear()
        selection = ingest(SOURCE, live, open_live)
    assert [request.params for request in server.asked] == [{"of": "figures"}]
    assert [(item.resource, item.rows) for item in selection.files if item.table == "figures"] == [("figures", 1)]
