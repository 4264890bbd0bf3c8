"""A last update more than a day after the fetch is refused, of every source."""

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError, PayloadError
from orchestration.ingestion.drop_folder import dropped_answers
from orchestration.ingestion.raw_tables import RawStore
from tests.unit import synthetic_source as synthetic
from tests.unit.sources.fakes import make_payload

SOURCE = cast(Source, synthetic.module())


@pytest.mark.parametrize("vintage", ["2026-06-30", "2026-07-01", "2026-07-02"])
def test_a_stamp_of_the_day_after_the_fetch_is_a_day_that_began_elsewhere(vintage: str, tmp_path: Path) -> None:
    body = synthetic.body("2024,1", vintage=vintage)
    origin = synthetic.origin(body, fetched_at=datetime(2026, 7, 1, 20, tzinfo=UTC))
    (file,) = RawStore(tmp_path / "raw").read_payload(SOURCE, make_payload(tmp_path, origin, body))
    assert file.vintage == date.fromisoformat(vintage)


@pytest.mark.parametrize("vintage", ["2026-07-03", "2062-07-01"])
def test_a_stamp_after_the_fetch_is_refused_with_everything_a_person_needs(vintage: str, tmp_path: Path) -> None:
    body = synthetic.body("2024,1", vintage=vintage)
    origin = synthetic.origin(body, fetched_at=datetime(2026, 7, 1, 20, tzinfo=UTC))
    with pytest.raises(PayloadError) as refusal:
        RawStore(tmp_path / "raw").read_payload(SOURCE, make_payload(tmp_path, origin, body))
    assert f"the figures are dated {vintage}, after their fetch on 2026-07-01; " in refusal.value.failure
    assert (refusal.value.publisher, refusal.value.row) == ("Synthetic Statistics Office", SOURCE.CARD.change_signal)
    assert str(refusal.value.payload).startswith("synthetic/figures/figures.csv sha256:")
    assert "look at the date in the payload" in str(refusal.value.remedy)
    assert not list((tmp_path / "raw").rglob("*.parquet")), "nothing of it is kept"


def test_a_dropped_file_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "synthetic" / "figures.csv"
    path.parent.mkdir()
    path.write_bytes(b"1")
    os.utime(path, (time.time() + 3 * 86_400,) * 2)
    with pytest.raises(FeedError, match="which is in the future") as refusal:
        list(dropped_answers(tmp_path, SOURCE.CARD, SOURCE.RESOURCES[0]))
    assert refusal.value.payload == "synthetic/figures.csv"
    os.utime(path, (time.time() + 3_600,) * 2)
    assert list(dropped_answers(tmp_path, SOURCE.CARD, SOURCE.RESOURCES[0]))
