"""The ``bilateral explain`` command: the explanation of a published figure, in 80 columns or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.output import as_json, print_json
from orchestration.cli.question import only, question_of
from orchestration.contracts.metric import NOT_APPLICABLE
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.releases.release_store import require_current
from orchestration.site.formatting import MARKED, NO_VALUE

if TYPE_CHECKING:
    from orchestration.formats.pointers import Fragment
    from orchestration.releases.explanation import Explanation, Node, Place

    Fragments = Mapping[tuple[str, str], Fragment]
    """Content of payloads, by SHA-256 of the payload and pointer."""

WIDTH = 80
STATUS_NAMES = {"A": "normal", **MARKED, **NO_VALUE}
"""Words for the SDMX observation statuses of figures."""

LONGEST_FORMULA = 160
"""Characters up to which an SQL expression is printed."""

LONGEST_CODE = 40
"""Characters of a text that identifies a row; longer texts are prose."""


@click.command()
@click.argument("words", nargs=-1, metavar="METRIC AREA [COUNTERPART] [ITEM] YEAR")
@only
@click.option("--payload", "with_payload", is_flag=True, help="Show the content of the payloads, with verified hashes.")
@as_json
def explain(words: tuple[str, ...], choices: tuple[str, ...], with_payload: bool, as_json: bool) -> None:
    """Trace a figure of the current release back to the bytes that its publishers sent.

    Areas and items are given by code or name. Counterpart and item default to the world and the total. If several
    figures match, they are listed with what distinguishes them.

    \b
    bilateral explain ip_cover_ratio "United States" 2023
    bilateral explain bilateral_ip_charges USA CHN SH 2016 --only source=wto
    bilateral explain ip_receipts USA 2016 --only vintage=2018-08-01 --payload
    """
    from orchestration.releases.explanation import explain as explained

    if not 3 <= len(words) <= 5 or not words[-1].isdecimal():
        raise click.UsageError("Pass METRIC AREA [COUNTERPART] [ITEM] YEAR, with the year in digits.")
    metric, area, *between, year = words
    settings = Settings.from_environment()
    explanation = explained(require_current(settings), question_of(metric, area, between, choices, int(year)))
    fragments = _fragments(settings, explanation.figure.places()) if with_payload else {}
    if as_json:
        return print_json(explanation_json(explanation, fragments))
    return click.echo("\n".join(_lines(explanation, fragments)))


def explanation_json(explanation: Explanation, fragments: Fragments) -> dict[str, Any]:
    """Return the JSON object of an explanation; docs/explain.md describes it."""
    return {
        "release": explanation.release,
        "figure": explanation.figure.row,
        "names": explanation.names,
        "metric": explanation.metric,
        **_computed_json(explanation.figure, fragments),
        "transformations": [asdict(model) for model in explanation.chain],
        "guards": {**explanation.suite, "expectations": explanation.guards},
        "revisions": explanation.revisions,
        "policy_events": explanation.events,
    }


def _computed_json(node: Node, fragments: Fragments) -> dict[str, Any]:
    return {
        "formula": node.formula,
        "recomputed": node.recomputed.value if node.recomputed else None,
        "recomputed_status": node.recomputed.obs_status if node.recomputed else None,
        "recomputed_is_latest": node.recomputed.is_latest if node.recomputed else None,
        "inputs": [_node_json(each, fragments) for each in node.inputs],
    }


def _node_json(node: Node, fragments: Fragments) -> dict[str, Any]:
    from orchestration.ingestion.origin_cards import origin_json

    content: dict[str, Any] = {"role": node.role, "value": node.value, "table": node.table, "row": node.row}
    if node.place is None:
        return content | _computed_json(node, fragments)
    payload: dict[str, Any] = {"origin": origin_json(node.place.origin), "pointer": node.place.pointer}
    if fragment := fragments.get(_key(node.place)):
        payload |= {"member": fragment.member, "content": fragment.content}
    return content | {"payload": payload}


def _key(place: Place) -> tuple[str, str]:
    return (place.origin.sha256, place.pointer)


def _fragments(settings: Settings, places: Iterable[Place]) -> dict[tuple[str, str], Fragment]:
    """Return the content at places; each payload is verified and read once."""
    from orchestration.formats.pointers import fragments
    from orchestration.releases.release_payloads import payload_of

    by_payload: dict[str, list[Place]] = {}
    for place in places:
        by_payload.setdefault(place.origin.sha256, []).append(place)
    content_at: dict[tuple[str, str], Fragment] = {}
    for sha256, own in by_payload.items():
        with payload_of(settings, own[0].origin) as payload:
            content = fragments(payload, (place.pointer for place in own))
            content_at |= {(sha256, place.pointer): content[place.pointer] for place in own}
    return content_at


def _lines(explanation: Explanation, fragments: Fragments) -> Iterator[str]:
    row, metric = explanation.figure.row, explanation.metric
    caveats = metric.get("caveats") or ()
    yield f"{row['metric_id']}: {row['measure']}"
    yield from _fields(explanation)
    yield from _section("Definition", _wrapped(metric["description"]))
    yield from _section("Formula", _wrapped(metric["formula"]))
    caveats = [caveats] if isinstance(caveats, str) else caveats
    yield from _section("Caveats", *(_wrapped(f"- {caveat}", hanging=2) for caveat in caveats))
    yield from _section("Inputs", _inputs(explanation, fragments))
    yield from _section("Models", _models(explanation))
    yield from _section("Guards", _guards(explanation))
    yield from _section("Vintages", _revisions(explanation))
    events = (
        f"{event['date']}  {event['title']} ({event['areas']}, item {event['items']})" for event in explanation.events
    )
    near = [_wrapped(event, hanging=12) for event in events] or [["none for its areas"]]
    yield from _section(f"Policy events near {row['year']}", *near)
    citations = sorted({place.origin.citation for place in explanation.figure.places()})
    yield from _section("Citation", *map(_wrapped, citations))
    yield f"\nRelease {explanation.release}"


def _fields(explanation: Explanation) -> Iterator[str]:
    row = explanation.figure.row
    named = {
        name: f"{row[name]}" + (f" ({explanation.names[name]})" if name in explanation.names else "") for name in row
    }
    lines = {
        "area": named["area"],
        "counterpart": named["counterpart_area"],
        "item": named["item"],
        "clock": row["clock"].replace("_", " "),
        "authority": row["authority"] + (" (not applicable)" if row["authority"] == NOT_APPLICABLE else ""),
        "year": f"{row['year']}" + (f", compared with {row['base_year']}" if "base_year" in row else ""),
        "value": _exact(row.get("value")),
        "unit": named["unit"],
        "status": f"{row['obs_status']} ({STATUS_NAMES.get(row['obs_status'], 'see docs/figures.md')})",
        "basis": row["basis"],
        "source": row["source"],
        "vintage": f"{row['vintage']}" + ("" if row["is_latest"] else " (not the latest)"),
        "first in": f"release {row['release_first_seen']}",
    }
    for name, text in lines.items():
        yield from _wrapped(f"{name:<12}{text}", hanging=12)


def _inputs(explanation: Explanation, fragments: Fragments) -> Iterator[str]:
    figure = explanation.figure
    if not figure.inputs:
        yield from _wrapped("none: the row has no value")
        return
    formula = one_line(" ".join((figure.formula or "").split()))
    if formula != figure.inputs[0].role:
        expression = formula if len(formula) <= LONGEST_FORMULA else "the formula over these inputs"
        again = figure.recomputed.value if figure.recomputed else None
        yield from _wrapped(f"{expression} = {_exact(again)}", hanging=2)
    shown: set[str] = set()
    for node in figure.inputs:
        yield from _input(node, fragments, shown, "")


def _input(node: Node, fragments: Fragments, shown: set[str], before: str) -> Iterator[str]:
    hanging = len(before) + 4
    yield from _wrapped(f"{before}{node.role} = {_exact(node.value)}", hanging=hanging - 2)
    yield from _wrapped(f"{before}  {node.table}: {_row(node.row)}", hanging=hanging)
    for below in node.inputs:
        yield from _input(below, fragments, shown, f"{before}  ")
    if node.place is None:
        return
    fragment = fragments.get(_key(node.place))
    for line in _payload(node.place, shown, is_verified=fragment is not None):
        yield from _wrapped(f"{before}  {line}", hanging=hanging)
    if fragment is not None:
        content = fragment.content if fragment.content is not None else "the whole payload"
        fields = content if isinstance(content, Mapping) else {"": content}
        fields = {"in": fragment.member, **fields} if fragment.member else fields
        for name, value in fields.items():
            text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else f"{value}"
            yield from _wrapped(f"{before}    | {f'{name}: ' if name else ''}{text}", continued=f"{before}    |   ")


def _payload(place: Place, shown: set[str], is_verified: bool) -> Iterator[str]:
    """Yield place and payload; for a payload shown above, only its hash."""
    origin = place.origin
    if origin.sha256 in shown:
        yield f"at {place.pointer} of sha256:{origin.sha256[:12]}, as above"
        return
    shown.add(origin.sha256)
    yield f"at {place.pointer} of {origin.source}/{origin.resource}/{origin.file_name}"
    yield f"sha256:{origin.sha256}"
    yield f"fetched {origin.fetched_at:%Y-%m-%d} from {origin.url}"
    if origin.compiler:
        yield f"compiled by {origin.compiler['name']}; for the steps: --json"
    if is_verified:
        yield "hash verified"


_SHOWN_ABOVE = {"metric_id", "value", "is_latest", "release_first_seen", "obs_status"}
_SHOWN_WITHOUT_NAME = {"year", "unit"}


def _row(row: Mapping[str, Any]) -> str:
    """Return the filled columns that identify a row: codes alone, numbers and dates after the name of their column."""
    parts = [
        f"{value}"
        if isinstance(value, str) or name in _SHOWN_WITHOUT_NAME
        else f"{name.replace('_', ' ')} {_exact(value) if isinstance(value, float) else value}"
        for name, value in row.items()
        if name not in _SHOWN_ABOVE and len(str(value)) <= LONGEST_CODE
    ]
    status = row.get("obs_status", "A")
    return ", ".join([*parts, *([f"status {status}"] if status != "A" else [])])


def _models(explanation: Explanation) -> list[str]:
    tests = sum(len(model.tests) for model in explanation.chain)
    return _wrapped(f"{', '.join(model.name for model in explanation.chain)}; {tests} tests passed")


def _guards(explanation: Explanation) -> list[str]:
    passed = sum(guard["passed"] for guard in explanation.guards)
    return _wrapped(
        f"{passed} of {explanation.suite['evaluated']} expectations passed, over {explanation.suite['rows']:,} rows in all "
        "vintages; see --json, or guards.html of the release"
    )


def _revisions(explanation: Explanation) -> Iterator[str]:
    if len(explanation.revisions) == 1:
        yield "no other: this is the only vintage"
        return
    for revision in explanation.revisions:
        change = "" if revision["change_percent"] is None else f"{revision['change_percent']:+.2f} %"
        mark = "<- this figure" if revision["vintage"] == explanation.figure.row["vintage"] else ""
        value = f"none ({revision['obs_status']})" if revision["value"] is None else _exact(revision["value"])
        yield f"{revision['vintage']}  {value:>24}  {change:>10}  {mark}".rstrip()


def _section(title: str, *parts: Iterable[str]) -> Iterator[str]:
    lines = [line for part in parts for line in part]
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)


def _wrapped(text: str, hanging: int = 0, continued: str | None = None) -> list[str]:
    indent = " " * hanging if continued is None else continued
    return textwrap.wrap(one_line(text), WIDTH - 2, subsequent_indent=indent, break_on_hyphens=False)


def _exact(value: float | None) -> str:
    """Return a value with all its digits, grouped in thousands."""
    if value is None:
        return "none"
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"
