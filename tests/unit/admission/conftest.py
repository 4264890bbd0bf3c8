"""Fixtures of the tests of admission: a live data folder, a publisher, and a judge that holds absurd figures back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from tests.publisher_server import PublisherServer, publisher_server
from tests.unit.admission.absurd_figures import Judge
from tests.unit.ingestion.test_live_ingest import Publisher


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge = Judge()
    monkeypatch.setattr("orchestration.admission.admit.judge", judge)
    monkeypatch.setattr("orchestration.ingestion.raw_tables.reader_version", lambda _: "synthetic")
    return judge


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def server(publisher: Publisher) -> Iterator[PublisherServer]:
    with publisher_server(publisher) as running:
        yield running
