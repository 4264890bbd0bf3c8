"""Landing and raw are in object storage too: another machine resumes from them, also after a failure."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from orchestration.admission.ingest import ingest
from orchestration.contracts.source import Source
from orchestration.core.errors import PayloadError
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection
from tests.unit import synthetic_source as synthetic

SOURCE = cast(Source, synthetic.module())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", store=f"file://{tmp_path}/shared")


def test_another_machine_resumes(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,11", "2025,"))
    ingest(SOURCE, settings)
    monkeypatch.setattr(synthetic, "parse", None)
    second = replace(settings, data=tmp_path / "other")
    selection = ingest(SOURCE, second)
    assert selection.rows() == {"figures": 2, "never_filled": 0}
    assert read_selection(second, "synthetic") == replace(selection, new_payloads=0)
    assert all(item.path.is_relative_to(second.data) for item in selection.files)


def test_a_payload_that_cannot_be_read_is_kept_in_storage(settings: Settings, tmp_path: Path) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,\N{BELL}"))
    with pytest.raises(PayloadError, match="ValueError"):
        ingest(SOURCE, settings)
    stored = PayloadStore(tmp_path / "shared" / "landing").fetches("synthetic")
    assert [payload.path.read_bytes() for fetch in stored for payload in fetch.payloads] == [
        synthetic.body("2024,\N{BELL}")
    ]
