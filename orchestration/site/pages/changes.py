"""What changed from the release before, in sentences: a page, and the changelog of the release's folder."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.files import write_text
from orchestration.core.text import one_line
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.site.formatting import metric_title, readable
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site
from orchestration.site.sql_parts import authority_place

PAGE, CHANGELOG = "changes.html", "CHANGELOG.md"
TITLE = "What changed"
"""The words by which the search finds the page."""
KEPT = 50
"""Releases that a changelog describes, the newest first."""

_LONGEST = 20_000
"""Characters of one sentence."""

_TITLE = "# What changed from release to release\n"
_RELEASE = re.compile(r"^## ", re.MULTILINE)

LISTED = 6
"""Vintages of a source, and faults of a metric's guards, that a sentence names."""


class ChangeSection(NamedTuple):
    """Sentences about one kind of change."""

    title: str
    sentences: tuple[str, ...]


def write(site: Site) -> None:
    """Write the page and the changelog."""
    context, folder = site.context, site.folder.parent
    before = folder.parent / str((context.diff or {}).get("before", "")) / CHANGELOG
    earlier = before.read_text(encoding="utf-8") if context.diff and before.exists() else ""
    sections = sections_of(context)
    site.write(PAGE, render("changes.html", root="..", context=context, sections=sections))
    write_text(folder / CHANGELOG, changelog(context, sections, earlier))


def changelog(context: ReleaseContext, sections: list[ChangeSection], earlier: str) -> str:
    """Return the changelog as Markdown: this release, then what the changelog before it says."""
    lines = [f"{context.release}, {context.published_at[:10]}", ""]
    if context.diff is None:
        lines += [f"The first release: {len(context.described)} metrics in {len(context.tables)} tables.", ""]
    elif not sections:
        lines += [f"The same figures as in {context.diff['before']}.", ""]
    else:
        lines += [f"Compared with {context.diff['before']}.", ""]
    for section in sections:
        lines += [f"### {section.title}", "", *(f"- {escape_sentence(sentence)}" for sentence in section.sentences), ""]
    entries = [entry.rstrip("\n") + "\n" for entry in _RELEASE.split(earlier)[1:]]
    return "\n## ".join([_TITLE, "\n".join(lines).rstrip("\n") + "\n", *entries][: KEPT + 1])


def escape_sentence(sentence: str) -> str:
    """Return text on one line in which nothing is HTML, a link or an invisible mark."""
    html = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return re.sub(r"[\\<>\[\]|&]", lambda match: html.get(match[0], f"\\{match[0]}"), one_line(sentence, _LONGEST))


def sections_of(context: ReleaseContext) -> list[ChangeSection]:
    """Return the sections of changes, by kind; a kind without a change is left out. The first release has none."""
    if context.diff is None:
        return []
    kinds = {
        "Vintages": _vintages(context),
        "Metrics and tables": _tables(context),
        "Figures": _figures(context),
        "Beyond the limits, and accepted by a person": (f"{sentence}." for sentence in context.diff["beyond"]),
    }
    sections = [ChangeSection(title, tuple(sentences)) for title, sentences in kinds.items()]
    return [section for section in sections if section.sentences]


def _vintages(context: ReleaseContext) -> Iterator[str]:
    moved = (context.diff or {}).get("vintages", {})  # an earlier version did not compare them
    for source, days in moved.get("gained", {}).items():
        yield f"{context.publishers(source)}: new {_days(days)}."
    for source, days in moved.get("lost", {}).items():
        yield f"{context.publishers(source)}: without {_days(days)}, which the release before held."
    for source, held in context.held.items():
        for vintage in held:
            day, why = vintage.vintage.isoformat(), " ".join(vintage.sentences())
            yield f"{context.publishers(source)}: vintage {day} is held back. {why}"


def _days(days: Iterable[str]) -> str:
    newest = sorted(days, reverse=True)
    more = len(newest[LISTED:])
    earlier = f" and {more} earlier {'ones' if more > 1 else 'one'}" if more else ""
    return f"{'vintages' if len(newest) > 1 else 'vintage'} {', '.join(newest[:LISTED])}{earlier}"


def _tables(context: ReleaseContext) -> Iterator[str]:
    for name, rows in (context.diff or {})["tables"].items():
        kind = f"metric {metric_title(name)} ({name})" if name in context.metrics else f"table {name}"
        if rows["rows_before"] is None:
            yield f"New {kind}: {rows['rows_after']:,} rows."
        elif rows["rows_after"] is None:
            yield f"The {kind} is gone; it had {rows['rows_before']:,} rows."
    for name, changes in (context.diff or {}).get("answers", {}).items():
        yield f"What {name} returns has changed: {'; '.join(changes)}."


def _figures(context: ReleaseContext) -> Iterator[str]:
    for name, metric in (context.diff or {})["metrics"].items():
        counts = {"added": metric["added"], "removed": metric["gone"], "changed": metric["changed"]}
        if any(counts.values()):
            counted = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
            moved = (_movement(movement, context) for movement in metric["largest_movements"][:2])
            yield " ".join([f"{metric_title(name)}: {counted} of {metric['rows_after']:,}.", *moved])


def _movement(movement: Mapping[str, Any], context: ReleaseContext) -> str:
    figure = _figure(movement, context)
    values = [(movement[f"value_{side}"], movement[f"unit_{side}"]) for side in ("before", "after")]
    before, after = ("no figure" if value is None else readable(value, context.units[unit]) for value, unit in values)
    return f"{figure[:1].upper()}{figure[1:]}: {before} before, {after} now."


def _figure(key: Mapping[str, Any], context: ReleaseContext) -> str:
    """Return a figure by its key in ``diff.json``, such as ``receipts, United States, 2024 (World Bank)``."""
    # an earlier release has neither clock nor authority
    clock, authority = key.get("clock", NO_CLOCK), key.get("authority", NOT_APPLICABLE)
    area, counterpart, item = (
        context.names.get(key[column], key[column]) for column in ("area", "counterpart_area", "item")
    )
    parts = [
        key["measure"].replace("_", " ") + ("" if authority == NOT_APPLICABLE else f" {authority_place(authority)}"),
        area if key["counterpart_area"] == WORLD else f"{area} with {counterpart}",
        "" if key["item"] == TOTAL else item,
        str(key["year"]) if key["base_year"] is None else f"{key['base_year']} to {key['year']}",
        "" if clock == NO_CLOCK else f"by {clock.replace('_', ' ')}",
    ]
    return f"{', '.join(filter(None, parts))} ({context.publishers(key['source'])})"
