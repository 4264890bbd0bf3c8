"""What a log of dbt asks for is written, and what none asks for is not made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import MainReportVersion
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.logger import LineFormat, LoggerConfig

from orchestration.transform.dbt_events import write_only_what_is_read


@pytest.fixture
def log() -> Iterator[Any]:
    """A log at a level, under the manager of a build."""
    before = get_event_manager()
    write_only_what_is_read()

    def at(level: EventLevel) -> io.StringIO:
        written = io.StringIO()
        config = LoggerConfig(
            name=f"synthetic {level.value}",
            filter=lambda _: True,
            scrubber=lambda line: line,
            line_format=LineFormat.Json,
            level=level,
            output_stream=written,
        )
        get_event_manager().add_logger(config)
        return written

    yield at
    ctx_set_event_manager(before)


def fire() -> None:
    fire_event(SQLQuery(conn_name="synthetic", sql="select 7"))
    fire_event(MainReportVersion(version="synthetic", log_version=3))
    fire_event(SQLQuery(conn_name="synthetic", sql="select 8"), level=EventLevel.WARN)


def test_a_log_of_results_gets_no_details_and_everything_else(log: Any) -> None:
    written = log(EventLevel.INFO)
    fire()
    lines = written.getvalue().splitlines()
    assert ["SQLQuery" in line for line in lines] == [False, True]
    assert "MainReportVersion" in lines[0]
    assert "select 8" in lines[1]


def test_where_one_log_asks_for_details_they_are_written(log: Any) -> None:
    results, details = log(EventLevel.INFO), log(EventLevel.DEBUG)
    fire()
    assert "select 7" in details.getvalue()
    assert "select 7" not in results.getvalue()
    assert "select 8" in results.getvalue()
    assert "select 8" in details.getvalue()


def test_details_are_not_made_for_nobody(log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    log(EventLevel.INFO)
    event = SQLQuery(conn_name="synthetic", sql="select 7")

    def message(_: object) -> str:
        raise AssertionError("the words of an event that nobody reads")

    monkeypatch.setattr(SQLQuery, "message", message)
    fire_event(event)
