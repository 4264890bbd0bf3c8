"""The release for language assistants, called by the protocol's own client: figures, bounds and refusals."""

import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from orchestration.cli.mcp import MOST_ROWS
from orchestration.reading.release_store import require_current
from tests.integration.conftest import PublishedCopy

Call = Callable[..., Any]


def environment(published: PublishedCopy) -> dict[str, str]:
    return {
        "BILATERAL_ROOT": str(published.root),
        "BILATERAL_DATA": str(published.data),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(published.root), os.environ.get("PYTHONPATH")))),
    }


@asynccontextmanager
async def connected(published: PublishedCopy) -> AsyncIterator[tuple[ClientSession, Any]]:
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "orchestration.cli.main", "mcp"],
        env=environment(published),
        cwd=published.root,
    )
    async with stdio_client(program) as (incoming, outgoing), ClientSession(incoming, outgoing) as client:
        yield client, await client.initialize()


@pytest.fixture(scope="module")
def server(published_copy: PublishedCopy) -> Iterator[tuple[Any, ClientSession, Any]]:
    """One server for all tests of this file: the portal, its client, and what the server states about itself."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(connected(published_copy)) as (client, said),
    ):
        yield portal, client, said


@pytest.fixture
def call(server: tuple[Any, ClientSession, Any]) -> Call:
    portal, client, _ = server
    return lambda name, **arguments: portal.call(client.call_tool, name, arguments)


@pytest.fixture
def ask(call: Call, published_copy: PublishedCopy) -> Call:
    """Call a tool that answers; return the content, which is the same as text and names the release."""
    release = require_current(published_copy.settings)

    def asked(name: str, **arguments: Any) -> Any:
        result = call(name, **arguments)
        (text,) = (part.text for part in result.content)
        assert not result.isError, text
        assert json.loads(text) == result.structuredContent
        assert "\\u" not in text, "an assistant pays for every character"
        assert len(result.structuredContent["summary"]) < 1_000
        assert result.structuredContent["release"]["id"] == release.id
        return result.structuredContent

    return asked


@pytest.fixture
def refused(call: Call) -> Call:
    """Call a tool that refuses; return its words."""

    def asked(name: str, **arguments: Any) -> Any:
        result = call(name, **arguments)
        (words,) = (one.text for one in result.content)
        assert result.isError
        assert "Traceback" not in words
        assert result.structuredContent is None
        return words

    return asked


def test_the_tools_state_what_the_figures_are_and_are_not(server: tuple[Any, ClientSession, Any]) -> None:
    portal, client, said = server
    tools = {one.name: one for one in portal.call(client.list_tools).tools}
    assert set(tools) == {"list_metrics", "describe_metric", "series", "query", "explain_figure", "check_claim"}
    for tool in tools.values():
        assert tool.annotations.readOnlyHint
        assert not tool.annotations.openWorldHint
        assert tool.inputSchema["additionalProperties"] is False
    assert f"the first {MOST_ROWS} rows" in tools["query"].description
    for rule in (
        "aggregates are not countries",
        "estimates, not reports",
        "not zero",
        "PCT applications are not patents",
    ):
        assert rule in said.instructions


def test_a_series_is_found_by_names_and_keeps_sources_and_bases_apart(ask: Call) -> None:
    content = ask(
        "series", metric="bilateral_ip_charges", area="the United States", counterpart_area="china", item="SH"
    )
    assert (content["area"], content["counterpart_area"]) == ("USA", "CHN")
    assert (content["area_kind"], content["counterpart_kind"]) == ("country", "country")
    assert content["units"] == {"USD": "US dollars"}
    assert "Who pays whom for the use of intellectual property: " in content["definition"]
    assert {{**content["shared"], **figure}["source"] for figure in content["figures"]} == {"bea"}
    first = next(figure for figure in content["figures"] if figure["year"] == 2018)
    assert {**content["shared"], **first}.items() >= {"basis": "reported", "unit": "USD", "item": "SH"}.items()
    assert (first["value"], {**content["shared"], **first}["vintage"]) == (7_552_000_000.0, "2021-09-21")
    assert content["statuses"][{**content["shared"], **first}["obs_status"]] == "normal"
    assert content["caveats"]


def test_a_refusal_says_what_to_do(refused: Call) -> None:
    too_early = refused("series", metric="ip_receipts", area="USA", year=1890)
    assert "no figure from 1890 to 1890; there are figures from 1970 to 2025" in too_early
    several = refused("explain_figure", metric="technology_specialisation", area="USA", year=2016)
    unknown = refused("describe_metric", metric="ip_receipt")
    assert re.search(r"such as \w+=", several)
    assert "--only" not in several
    outside = refused("series", metric="bilateral_ip_charges", area="USA", counterpart_area="CHN", year=2008)
    assert "oecd, balanced: 2005 to 2019" in outside
    assert "all_series" in outside
    assert "did you mean ip_receipts" in unknown
    assert "years" in refused("series", metric="ip_receipts", area="USA", years=2016)


def test_the_world_is_not_a_country_and_suppressed_is_not_zero(ask: Call) -> None:
    assert ask("series", metric="ip_receipts", area="World")["area_kind"] == "aggregate"
    rows = ask("query", sql="select * from metric_vintages where obs_status = 'Q' and is_latest order by all limit 1")[
        "rows"
    ]
    (row,) = rows
    assert row["value"] is None
    options = {name: row[name] for name in ("item", "measure", "clock", "authority", "basis", "source")}
    content = ask(
        "series", metric=row["metric_id"], area=row["area"], counterpart_area=row["counterpart_area"], **options
    )
    (figure,) = [figure for figure in content["figures"] if figure["year"] == row["year"]]
    assert figure["value"] is None
    assert content["statuses"]["Q"] == "no value: suppressed; not zero"


def test_a_query_with_many_rows_is_cut_and_states_it(ask: Call) -> None:
    for sql in ("from range(1_000_000_000_000)", "from range(150) union all from range(100)"):
        content = ask("query", sql=sql)
        assert (len(content["rows"]), content["is_cut"], content["most_rows"]) == (MOST_ROWS, True, MOST_ROWS)
        assert "left out" in content["summary"]
    assert not ask("query", sql=f"from range({MOST_ROWS})")["is_cut"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select * from read_csv('/etc/passwd')", "reaches outside the release"),
        ("select 1; drop table ip_receipts", "pass one statement"),
        ("select repeat('x', 1000000) as text", "the limit is 500,000"),
        ("select 1 as a" + " " * 30_000, "at most 20000 characters"),
    ],
)
def test_a_hostile_query_is_refused_in_words(refused: Call, ask: Call, sql: str, words: str) -> None:
    assert words in refused("query", sql=sql)
    assert ask("query", sql="select 'é' as one")["rows"] == [{"one": "é"}]


def test_a_claim_is_judged_by_its_fields_in_a_short_answer(ask: Call, call: Call, refused: Call) -> None:
    claim = {
        "metric": "ip_receipts",
        "area": "United States",
        "year": 2024,
        "value": "144.5e9",
        "said_on": "2025-05-07",
    }
    content = ask("check_claim", **claim)
    assert content["verdict"] == "differs from today's figure"
    official = [content[name] for name in ("value_latest", "unit", "source", "basis", "vintage_latest")]
    assert official == [169_520_000_000.0, "USD", "world_bank", "reported", "2026-07-01"]
    assert ask("check_claim", **claim | {"value": 169.5e9})["verdict"] == "confirmed"
    assert len(call("check_claim", **claim).content[0].text.encode()) < 2_000
    assert "sentence" in refused("check_claim", sentence="The United States earned 144.5 billion dollars in 2024.")
    several = refused("check_claim", metric="technology_upgrading", area="CHN", year=2023, value=2.58)
    assert "the measure is not stated" in several
    assert "research_and_development_share_of_gdp" in several
