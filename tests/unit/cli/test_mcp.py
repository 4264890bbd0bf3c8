"""The figures of an answer to an assistant, and answers to calls that the library drops. All figures are synthetic."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli.mcp import of_years, shared_apart
from tests.unit.synthetic_project import figure

ROWS = [figure(year=year, value=float(year), source=source) for source in ("a", "b") for year in (2014, 2015, 2016)]


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        *((None, None, {2014, 2015, 2016}), (2015, None, {2015}), (2015, 2016, {2015, 2016})),
        *((None, 2015, {2014, 2015}), (1990, 2014, {2014})),
    ],
)
def test_figures_are_those_of_a_year_or_of_a_range(first: int | None, last: int | None, years: set[int]) -> None:
    assert {row["year"] for row in of_years(ROWS, first, last)} == years


def test_what_all_figures_share_is_stated_once() -> None:
    content = shared_apart(ROWS)
    assert {name: content["shared"][name] for name in ("item", "unit", "is_latest")} == {
        "item": "SH",
        "unit": "USD",
        "is_latest": True,
    }
    assert "source" not in content["shared"]
    first = {"source": "a", "year": 2014, "value": 2014.0, "obs_status": "A", "vintage": "2026-07-01"}
    assert content["figures"][0] == first
    alone = shared_apart(ROWS[:1])
    assert (alone["shared"]["source"], len(alone["figures"])) == ("a", 1)


def test_hostile_arguments_keep_the_session_alive(tmp_path: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    start: list[dict[str, Any]]
    start = [{"id": 0, "method": "initialize", "params": hello}, {"method": "notifications/initialized"}]
    call = '{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "query", "arguments": {"sql": %s}}}'
    deep = ["[" * depth + "]" * depth for depth in (150, 1_000, 100_000)]
    arguments = ['"select 1"', *deep, '[{"a": ' * 500 + r'"\"]\ud800"' + "}]" * 500, r'"select \ud800"', '"select 1"']
    lines = [json.dumps(message | {"jsonrpc": "2.0"}) for message in start]
    lines += [call % (number, argument) for number, argument in enumerate(arguments, 1)]
    server = [sys.executable, "-m", "orchestration.cli.main", "mcp"]
    environment = {"BILATERAL_DATA": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(server, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(*lines, sep="\n", file=process.stdin, flush=True)
        replies = [json.loads(process.stdout.readline()) for _ in [hello, *arguments]]
        process.stdin.close()
    answers = {reply.get("id"): reply for reply in replies}
    texts = [answers[number]["result"]["content"][0]["text"] for number in range(1, len(arguments) + 1)]
    assert ["valid string" in text for text in texts] == [False, True, True, True, True, False, False]
    assert texts[0] == texts[-1]
