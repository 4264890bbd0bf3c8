"""The ``bilateral explain`` command: the explanation of a published figure, in 80 columns or as JSON."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from orchestration.cli.output import as_json, print_json
from orchestration.cli.show import STATUS_NAMES, only, question_of
from orchestration.contracts.payload import ORIGINS, Origin, Payload
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.formats.pointers import fragments
from orchestration.ingestion.origin_cards import origin_from
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.reading.explanation import payloads_of
from orchestration.reading.release_store import require_current

WIDTH = 80
LONGEST_CODE = 40
"""Characters of a text that identifies a row; longer texts are prose."""

_SHOWN_ABOVE = {"metric_id", "value", "is_latest", "is_preferred", "release_first_seen", "obs_status"}
"""Columns of an input that the line of its value or its metric repeats."""


@click.command()
@click.argument("words", nargs=-1, metavar="METRIC AREA [COUNTERPART] [ITEM] YEAR")
@only
@click.option("--payload", "with_payload", is_flag=True, help="Show the content of the payloads, with verified hashes.")
@as_json
def explain(words: tuple[str, ...], choices: tuple[str, ...], with_payload: bool, as_json: bool) -> None:
    """Trace a figure of the current release back to the bytes that its publishers sent.

    Areas and items are given by code or name. Counterpart and item default to the world and the total. If several
    figures match, the preferred one is explained; if none is, they are listed with what distinguishes them.

    \b
    bilateral explain ip_cover_ratio "United States" 2023
    bilateral explain bilateral_ip_charges USA CHN SH 2016 --only source=wto
    bilateral explain ip_receipts USA 2016 --only vintage=2018-08-01 --payload
    """
    if not 3 <= len(words) <= 5 or not words[-1].isdecimal():
        raise click.UsageError("Pass METRIC AREA [COUNTERPART] [ITEM] YEAR, with the year in digits.")
    metric, area, *between, year = words
    settings = Settings.from_environment()
    content = require_current(settings).answer(question_of(metric, area, between, choices, int(year)))
    if with_payload:
        _add_content(settings, payloads_of(content["inputs"]))
    return print_json(content) if as_json else _print(content)


def _add_content(settings: Settings, payloads: Iterable[dict[str, Any]]) -> None:
    """Add member and content to places in payloads; each payload is verified and read once."""
    by_payload: dict[str, list[dict[str, Any]]] = {}
    for place in payloads:
        by_payload.setdefault(place["origin"]["sha256"], []).append(place)
    for places in by_payload.values():
        first, *_ = places
        payload = payload_of(settings, origin_from(first["origin"], ORIGINS))
        content = fragments(payload, (place["pointer"] for place in places))
        for place in places:
            place |= vars(content[place["pointer"]])


def payload_of(settings: Settings, origin: Origin) -> Payload:
    """Return the payload of an origin card, or raise FeedError if the store lacks the bytes with its hash."""
    payload = PayloadStore(settings.landing).payload(origin)
    if payload is None:
        raise FeedError(
            "the payload store does not have the bytes of the payload",
            publisher=origin.publisher,
            payload=f"{origin.source}/{origin.resource}/{origin.file_name} sha256:{origin.sha256}",
            remedy=f"restore its folder in data/landing, run bilateral refresh, or download it again: {origin.url}",
        )
    return payload


def _print(content: Mapping[str, Any]) -> None:
    """Print the JSON object of an explanation as sections of wrapped lines."""
    figure, metric, guards = (content[name] for name in ("figure", "metric", "guards"))
    formula = " ".join((content["formula"] or "").split())
    is_computed = formula and formula not in {node["role"] for node in content["inputs"]}
    origins = {place["origin"]["sha256"]: place["origin"] for place in payloads_of(content["inputs"])}
    sections: dict[str, Iterable[str]] = {
        f"{figure['metric_id']}: {figure['measure']}": _fields(content),
        "Beside it": [f"- {note}" for note in content["notes"]],
        "Definition": [metric["description"]],
        "Formula": [metric["formula"]],
        "Caveats": [f"- {caveat}" for caveat in metric.get("caveats", ())],
        "Inputs": [
            *([f"{formula} = {_exact(figure.get('value'))}"] if is_computed else []),
            *_inputs(content["inputs"]),
        ],
        "Payloads": map(_payload, origins.values()),
        "Guards": [
            f"{guards['evaluated']} expectations passed, over {guards['rows']:,} rows in all vintages; see guards.html "
            "of the release"
        ],
        "Vintages": [_revision(revision, figure) for revision in content["revisions"]],
        f"Policy events near {figure['year']}": [
            f"{event['date']}  {event['title']} ({event['areas']}, item {event['items']})"
            for event in content["policy_events"]
        ],
        "Citation": sorted({origin["citation"] for origin in origins.values()}),
    }
    for title, lines in sections.items():
        if wrapped := [part for line in lines for part in _wrapped(line)]:
            click.echo("\n".join([title, *wrapped, ""]))
    click.echo(f"Release {content['release']}")


def _wrapped(line: str) -> list[str]:
    """Return a line of a section as several that fit, the following ones indented by two more."""
    text = f"  {one_line(line)}"
    indent = text.removesuffix(text.lstrip())
    return textwrap.wrap(text, WIDTH, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def _fields(content: Mapping[str, Any]) -> Iterator[str]:
    row = content["figure"]
    names = {"obs_status": STATUS_NAMES.get(row["obs_status"]), **content["names"]}
    for column, value in row.items():
        if column not in ("metric_id", "measure"):
            yield f"{column:<20}{_exact(value)}{f' ({names[column]})' if names.get(column) else ''}"


def _inputs(nodes: Sequence[Mapping[str, Any]], before: str = "") -> Iterator[str]:
    """Yield the lines of inputs, each followed by its own inputs or its place in a payload."""
    for node in nodes:
        yield f"{before}{node['role']} = {_exact(node['value'])}"
        yield f"{before}  {node['table']}: {_row(node['row'])}"
        yield from _inputs(node.get("inputs", ()), f"{before}  ")
        if payload := node.get("payload"):
            origin = payload["origin"]
            yield f"{before}  at {payload['pointer']} of {origin['source']}/{origin['resource']}/{origin['file_name']}"
            if "content" in payload:
                fields = payload["content"] if isinstance(payload["content"], Mapping) else {"": payload["content"]}
                fields = {"hash": "verified", "in": payload["member"], **fields}
                for name, value in fields.items():
                    if value is not None:
                        is_nested = isinstance(value, dict | list)
                        text = json.dumps(value, ensure_ascii=False, default=str) if is_nested else value
                        yield f"{before}    | {f'{name}: ' if name else ''}{text}"


def _row(row: Mapping[str, Any]) -> str:
    """Return the filled columns that identify a row: codes alone, numbers and dates after the name of their column."""
    parts = [
        value if isinstance(value, str) else f"{name.replace('_', ' ')} {_exact(value)}"
        for name, value in row.items()
        if name not in _SHOWN_ABOVE and len(str(value)) <= LONGEST_CODE
    ]
    if (status := row.get("obs_status", "A")) != "A":
        parts.append(f"status {status}")
    return ", ".join(parts)


def _payload(origin: Mapping[str, Any]) -> str:
    compiler = f"; compiled by {origin['compiler']['name']}" if origin.get("compiler") else ""
    name = f"{origin['source']}/{origin['resource']}/{origin['file_name']}"
    return f"{name} sha256:{origin['sha256']} fetched {origin['fetched_at'][:10]} from {origin['url']}{compiler}"


def _revision(revision: Mapping[str, Any], figure: Mapping[str, Any]) -> str:
    change = "" if revision["change_percent"] is None else f"{revision['change_percent']:+.2f} %"
    mark = "<- this figure" if revision["vintage"] == figure["vintage"] else ""
    value = f"none ({revision['obs_status']})" if revision["value"] is None else _exact(revision["value"])
    return f"{revision['vintage']}  {value:>24}  {change:>10}  {mark}".rstrip()


def _exact(value: Any) -> str:
    """Return a value; a number has all its digits, grouped in thousands."""
    if not isinstance(value, float):
        return "none" if value is None else str(value)
    return f"{value:,.0f}" if value.is_integer() else f"{value:,}"
