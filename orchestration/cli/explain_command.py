"""The ``bilateral explain`` command: the explanation of a published figure, in 80 columns or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orchestration.contracts.metric import NOT_APPLICABLE
from orchestration.site.formatting import MARKED, NO_VALUE

if TYPE_CHECKING:
    from orchestration.contracts.payload import Origin
    from orchestration.core.settings import Settings
    from orchestration.formats.pointers import Fragment
    from orchestration.releases.explanation import Coverage, Explanation, Node, Place

    Fragments = Mapping[tuple[str, str, str], Fragment]
    """Content of payloads, by resource, SHA-256 of the payload, and pointer."""

WIDTH = 80
MODELS_WIDTH = 46
GUARDS_SHOWN = 8
STATUS_NAMES = {"A": "normal", **MARKED, **NO_VALUE}
"""Words for the SDMX observation statuses of figures."""

LONGEST_FORMULA = 160
"""Characters up to which an SQL expression is printed."""

LONGEST_CODE = 40
"""Characters of a text that identifies a row; longer texts are prose."""


@click.command()
@click.argument("words", nargs=-1, metavar="METRIC AREA [COUNTERPART] [ITEM] YEAR")
@click.option("--measure", help="Which measure, where a metric has several.")
@click.option("--clock", help="Which year, where a metric has several clocks: filing_year, grant_year, ...")
@click.option("--authority", help="Which patent authority counts, such as US50 for the United States office.")
@click.option("--basis", help="reported, mirrored, balanced, reconciled or derived.")
@click.option("--source", help="Which source, where several publish the figure.")
@click.option("--vintage", metavar="DATE", help="Which vintage. Default: the latest.")
@click.option("--base-year", type=int, help="The earlier year of a growth figure.")
@click.option("--payload", "with_payload", is_flag=True, help="Show the content of the payloads, with verified hashes.")
@click.option("--all", "every", is_flag=True, help="Check that every figure of the release is explained.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/explain.md describes it.")
def explain(
    words: tuple[str, ...],
    measure: str | None,
    clock: str | None,
    authority: str | None,
    basis: str | None,
    source: str | None,
    vintage: str | None,
    base_year: int | None,
    with_payload: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Trace a figure of the current release back to the bytes that its publishers sent.

    Areas and items are given by code or name. Counterpart and item default to the world and the total. If several
    figures match, they are listed with the options that distinguish them.

    \b
    bilateral explain ip_cover_ratio "United States" 2023
    bilateral explain bilateral_ip_charges USA CHN SH 2016 --source wto
    bilateral explain pct_applications CHN 2020 --clock filing_year
    bilateral explain ip_receipts USA 2016 --vintage 2018-08-01 --payload
    bilateral explain --all --payload
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.explanation import explain as explained
    from orchestration.releases.explanation import explain_all, places_of
    from orchestration.releases.figure_lookup import Question
    from orchestration.releases.release_store import require_current

    if every == bool(words):
        raise click.UsageError("Pass either METRIC AREA [COUNTERPART] [ITEM] YEAR or --all.")
    settings = Settings.from_environment()
    release = require_current(settings)
    if every:
        opened = _opened(settings, places_of(release)) if with_payload else 0
        _show_coverage(explain_all(release), opened, with_payload, as_json)
        return
    if not 3 <= len(words) <= 5 or not words[-1].isdecimal():
        raise click.UsageError("Pass METRIC AREA [COUNTERPART] [ITEM] YEAR, with the year in digits.")
    metric, area, *between, year = words
    question = Question(
        metric, area, tuple(between), int(year), measure, clock, authority, basis, source, vintage, base_year
    )
    found = explained(release, question)
    fragments = _fragments(settings, found.figure.places()) if with_payload else {}
    if as_json:
        click.echo(json.dumps(explanation_json(found, fragments), indent=1, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(_explanation_lines(found, fragments)))


def explanation_json(found: Explanation, fragments: Fragments) -> dict[str, Any]:
    """The JSON object of an explanation; docs/explain.md describes it."""
    return {
        "release": found.release,
        "figure": found.figure.row,
        "names": found.names,
        "metric": found.metric,
        "formula": found.figure.formula,
        **_recomputed(found.figure),
        "inputs": [_node_json(one, fragments) for one in found.figure.inputs],
        "transformations": [asdict(model) for model in found.chain],
        "guards": {**found.suite, "expectations": [asdict(guard) for guard in found.guards]},
        "revisions": found.revisions,
        "policy_events": found.events,
    }


def _node_json(node: Node, fragments: Fragments) -> dict[str, Any]:
    content: dict[str, Any] = {"role": node.role, "value": node.value, "table": node.table, "row": node.row}
    if node.place is None:
        inputs = [_node_json(one, fragments) for one in node.inputs]
        return content | {"formula": node.formula, **_recomputed(node), "inputs": inputs}
    from orchestration.ingestion.origin_cards import origin_json

    fragment = fragments.get(_key(node.place))
    place = {"origin": origin_json(node.place.origin), "pointer": node.place.pointer}
    return content | {"payload": place | ({"member": fragment.member, "content": fragment.content} if fragment else {})}


def _recomputed(node: Node) -> dict[str, Any]:
    again = node.recomputed
    return {
        "recomputed": again.value if again else None,
        "recomputed_status": again.obs_status if again else None,
        "recomputed_is_latest": again.is_latest if again else None,
    }


def _key(place: Place) -> tuple[str, str, str]:
    return (place.origin.resource, place.origin.sha256, place.pointer)


def _fragments(settings: Settings, places: Iterable[Place]) -> dict[tuple[str, str, str], Fragment]:
    """The content at places; each payload is verified and read once."""
    from orchestration.formats.pointers import fragments
    from orchestration.releases.release_payloads import payload_of

    by_payload: dict[str, list[Place]] = {}
    for place in places:
        by_payload.setdefault(place.origin.sha256, []).append(place)
    found: dict[tuple[str, str, str], Fragment] = {}
    for own in by_payload.values():
        with payload_of(settings, own[0].origin) as payload:
            held = fragments(payload, (place.pointer for place in own))
            found |= {_key(place): held[place.pointer] for place in own}
    return found


def _explanation_lines(found: Explanation, fragments: Fragments) -> Iterator[str]:
    yield from _figure(found)
    yield from _section("Definition", _wrapped(found.metric["description"]))
    yield from _section("Formula", _wrapped(found.metric["formula"]))
    yield from _section("Caveats", *(_wrapped(f"- {text}", hanging=2) for text in _listed(found.metric.get("caveats"))))
    yield from _section("Inputs", _inputs(found, fragments))
    yield from _section("Models", _chain(found))
    yield from _section("Guards", _guards(found))
    yield from _section("Vintages", _revisions(found))
    yield from _section(f"Policy events near {found.figure.row['year']}", _events(found))
    yield from _section(
        "Citation", *(_wrapped(text) for text in sorted({p.origin.citation for p in found.figure.places()}))
    )
    yield f"\nRelease {found.release}"


def _figure(found: Explanation) -> Iterator[str]:
    row, names = found.figure.row, found.names
    value = row.get("value")
    yield f"{row['metric_id']}: {row['measure']}"
    lines = {
        "area": _named(row, names, "area"),
        "counterpart": _named(row, names, "counterpart_area"),
        "item": _named(row, names, "item"),
        "clock": row["clock"].replace("_", " "),
        "authority": row["authority"] + (" (not applicable)" if row["authority"] == NOT_APPLICABLE else ""),
        "year": f"{row['year']}" + (f", compared with {row['base_year']}" if "base_year" in row else ""),
        "value": "none" if value is None else _exact(value),
        "unit": _named(row, names, "unit"),
        "status": f"{row['obs_status']} ({STATUS_NAMES.get(row['obs_status'], 'see docs/figures.md')})",
        "basis": row["basis"],
        "source": row["source"],
        "vintage": f"{row['vintage']}" + ("" if row["is_latest"] else " (not the latest)"),
        "first in": f"release {row['release_first_seen']}",
    }
    for name, text in lines.items():
        yield from _wrapped(f"{name:<12}{text}", hanging=12)


def _named(row: Mapping[str, Any], names: Mapping[str, str], column: str) -> str:
    return f"{row[column]}" + (f" ({names[column]})" if column in names else "")


def _inputs(found: Explanation, fragments: Fragments) -> Iterator[str]:
    figure = found.figure
    if not figure.inputs:
        yield from _wrapped("none: the row has no value")
        return
    formula = " ".join((figure.formula or "").split())
    if formula != figure.inputs[0].role:
        expression = formula if len(formula) <= LONGEST_FORMULA else "the formula over these inputs"
        again = figure.recomputed.value if figure.recomputed else None
        yield from _wrapped(f"{expression} = {_exact(again)}", hanging=2)
    shown: set[str] = set()
    for one in figure.inputs:
        yield from _input(one, fragments, shown, depth=0)


def _input(node: Node, fragments: Fragments, shown: set[str], depth: int) -> Iterator[str]:
    before = "  " * depth
    yield from _wrapped(f"{before}{node.role} = {_exact(node.value)}", hanging=2 * depth + 2)
    yield from _wrapped(f"{before}  {node.table}: {_row(node.row)}", hanging=2 * depth + 4)
    for one in node.inputs:
        yield from _input(one, fragments, shown, depth + 1)
    if node.place is None:
        return
    fragment = fragments.get(_key(node.place))
    for line in _payload(node.place, shown, verified=fragment is not None):
        yield from _wrapped(f"{before}  {line}", hanging=2 * depth + 4)
    if fragment is not None:
        yield from _fragment(fragment, f"{before}    | ")


def _payload(place: Place, shown: set[str], verified: bool) -> Iterator[str]:
    """Place and payload; of a payload shown above, only its hash."""
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
    if verified:
        yield "hash verified"


def _fragment(fragment: Fragment, before: str) -> Iterator[str]:
    if fragment.member:
        yield from _wrapped(f"{before}in {fragment.member}")
    content = fragment.content
    if content is None:
        yield f"{before}the whole payload"
        return
    fields = content if isinstance(content, Mapping) else {"": content}
    for name, value in fields.items():
        text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else f"{value}"
        yield from _wrapped(f"{before}{name}: {text}" if name else f"{before}{text}", continued=f"{before}  ")


_SHOWN_ABOVE = {"metric_id", "value", "is_latest", "release_first_seen", "obs_status"}
_SHOWN_WITHOUT_NAME = {"year", "unit"}


def _row(row: Mapping[str, Any]) -> str:
    """The filled columns that identify a row: codes alone, numbers and dates after the name of their column."""
    parts = [
        f"{value}"
        if isinstance(value, str) or name in _SHOWN_WITHOUT_NAME
        else f"{name.replace('_', ' ')} {_exact(value) if isinstance(value, float) else value}"
        for name, value in row.items()
        if name not in _SHOWN_ABOVE and len(str(value)) <= LONGEST_CODE
    ]
    status = row.get("obs_status", "A")
    return ", ".join([*parts, *([f"status {status}"] if status != "A" else [])])


def _chain(found: Explanation) -> Iterator[str]:
    for model in found.chain:
        tests = f"{len(model.tests)} tests passed" if model.tests else "unmodified" if model.layer == "raw" else ""
        yield f"{model.name:<{MODELS_WIDTH}} {tests}".rstrip()


def _guards(found: Explanation) -> Iterator[str]:
    suite = found.suite
    passed = sum(guard.passed for guard in found.guards)
    yield from _wrapped(
        f"{passed} of {suite['evaluated']} expectations passed, over {suite['rows']:,} rows in all vintages; each of these "
        "faults would have stopped the release:"
    )
    faults = list(dict.fromkeys(guard.fault for guard in found.guards if guard.fault))
    for fault in faults[:GUARDS_SHOWN]:
        yield from _wrapped(f"- {fault}", hanging=2)
    if len(faults) > GUARDS_SHOWN:
        yield f"- and {len(faults) - GUARDS_SHOWN} other faults; see --json, or guards.html of the release"


def _revisions(found: Explanation) -> Iterator[str]:
    if len(found.revisions) == 1:
        yield "no other: this is the only vintage"
        return
    for one in found.revisions:
        change = "" if one["change_percent"] is None else f"{one['change_percent']:+.2f} %"
        this = "<- this figure" if one["vintage"] == found.figure.row["vintage"] else ""
        value = f"none ({one['obs_status']})" if one["value"] is None else _exact(one["value"])
        yield f"{one['vintage']}  {value:>24}  {change:>10}  {this}".rstrip()


def _events(found: Explanation) -> Iterator[str]:
    if not found.events:
        yield "none for its areas"
    for event in found.events:
        yield from _wrapped(f"{event['date']}  {event['title']} ({event['areas']}, item {event['items']})", hanging=12)


def _opened(settings: Settings, places: Iterable[tuple[Origin, Iterable[str]]]) -> int:
    """Open every place, and count them."""
    from orchestration.releases.explanation import Place

    return sum(
        len(_fragments(settings, (Place(origin, pointer) for pointer in pointers))) for origin, pointers in places
    )


def _show_coverage(found: Coverage, opened: int, with_payload: bool, as_json: bool) -> None:
    from orchestration.core.errors import ReleaseError

    places = sum(count for _, count in found.places)
    if as_json:
        counts = {"figures": found.figures, "payloads": len(found.places), "places": places, "places_opened": opened}
        click.echo(json.dumps(counts | {"unexplained": [one.message() for one in found.unexplained]}, indent=1))
    else:
        for metric, figures in found.figures.items():
            click.echo(f"{metric:<40} {figures:>10,} figures")
        click.echo(
            f"\n{sum(found.figures.values()):,} figures come from {places:,} places in {len(found.places)} payloads"
        )
        if with_payload:
            click.echo(f"{opened:,} of these places were opened, with the hash of every payload verified")
    if found.unexplained:
        raise ReleaseError(
            "\n  ".join(
                [
                    f"{len(found.unexplained)} figures do not lead to official payloads:",
                    *(one.message() for one in found.unexplained),
                ]
            ),
            remedy="the release was changed after it was published: bilateral releases verify",
        )


def _section(title: str, *parts: Iterable[str]) -> Iterator[str]:
    lines = [line for part in parts for line in part]
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)


def _wrapped(text: str, hanging: int = 0, continued: str | None = None) -> list[str]:
    from orchestration.core.text import one_line

    return textwrap.wrap(
        one_line(text),
        WIDTH - 2,
        subsequent_indent=" " * hanging if continued is None else continued,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _listed(texts: str | Iterable[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts or ())


def _exact(value: float | None) -> str:
    """A value with all its digits, grouped in thousands."""
    if value is None:
        return "none"
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"
