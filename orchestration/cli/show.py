"""The ``bilateral show`` command: the figures of one metric over the years, sources side by side."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from orchestration.cli.output import as_json, print_json, print_lines
from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, SERIES
from orchestration.contracts.unit import Unit
from orchestration.core.settings import Settings
from orchestration.methods.codes import TOTAL
from orchestration.methods.large_steps import LARGE_STEP, differ, large_steps
from orchestration.reading.figure_lookup import Question, find_series, other_series
from orchestration.reading.names import Names
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from orchestration.reading.vintage_dates import BASIS, REVISED, vintage_text
from orchestration.site.formatting import MARKED, NO_VALUE, Scale, quotation_of, scale_of

STATUS_NAMES = {
    "A": "normal",
    **MARKED,
    **{status: f"no value: {words}; not zero" for status, words in NO_VALUE.items()},
}
"""Words for the SDMX observation statuses of figures."""

BLOCKS_SHOWN = 3
"""Tables that are printed; the others are counted."""
COLUMNS_ABREAST = 4
"""Columns of one table: a source on a basis, with ``--all-vintages`` of one vintage."""

_CHOSEN = ("measure", "item", "clock", "authority", "base_year")
_BLOCK = (*_CHOSEN, "unit")
"""Columns whose values all figures of one table share; you choose tables by the first ones."""
_NOT_SAID = (None, NOT_APPLICABLE, NO_CLOCK, TOTAL)

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Blank in place of a mark, which aligns the figures of a column."""

_NAMES = ("measure", "clock", "authority", "basis", "source", "vintage", "base_year")

only = click.option(
    "--only",
    "choices",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Choose where a metric has several; repeatable. NAME is {', '.join(_NAMES[:-1])} or {_NAMES[-1]}.",
)


@click.command()
@click.argument("metric")
@click.argument("area")
@click.argument("between", nargs=-1, metavar="[COUNTERPART] [ITEM]")
@only
@click.option("--all", "all_series", is_flag=True, help="Show every source, basis, measure and item side by side.")
@click.option("--all-vintages", is_flag=True, help="Show each vintage in its own column. Default: the latest figures.")
@as_json
def show(
    metric: str,
    area: str,
    between: tuple[str, ...],
    choices: tuple[str, ...],
    all_series: bool,
    all_vintages: bool,
    as_json: bool,
) -> None:
    """Show the figures of a metric for an economy, or between two, of every year: the preferred series.

    Areas and items are given by code or name. Counterpart and item default to the world and the total.

    \b
    bilateral show ip_receipts China
    bilateral show bilateral_ip_charges "the United States" china --all
    bilateral show ip_receipts usa --only source=world_bank --all-vintages
    """
    if len(between) > 2:
        raise click.UsageError("Pass METRIC AREA [COUNTERPART] [ITEM].")
    release = require_current(Settings.from_environment())
    rows, others = series_of(release, question_of(metric, area, between, choices), all_series, all_vintages)
    names = release.names
    first, *_ = rows
    about = release.lineage.metrics[first["metric_id"]]
    if as_json:
        return print_json(series_json(release, rows) | {"other_series": others})
    _print_series(about, rows, names, all_vintages)
    if others:
        _print_wrapped(f"Other series have years that this one lacks: {spans(others)}. Show them: --all", "  ")
    return click.echo(f"\nRelease {release.id}. Where a figure comes from: bilateral explain")


def series_of(
    release: Release, question: Question, all_series: bool, all_vintages: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the figures that a question means, and the other series, which have years that these lack."""
    with open_read_only(release.database) as connection:
        rows = find_series(connection, release.content, question, all_series=all_series, all_vintages=all_vintages)
        return rows, other_series(connection, rows)


def question_of(
    metric: str, area: str, between: Sequence[str], choices: Sequence[str], year: int | None = None
) -> Question:
    """Return the question for a metric and an area, with counterpart and item in ``between``; refuse a wrong choice."""
    chosen: dict[str, str] = {}
    for choice in choices:
        name, _, value = choice.partition("=")
        name = name.strip().replace("-", "_")
        if name not in _NAMES or not value or (name == "base_year" and not value.isdecimal()):
            rule = f"{choice!r} is not NAME=VALUE, with a name such as source=wto; names: {', '.join(_NAMES)}"
            raise click.BadParameter(rule, param_hint="--only")
        chosen[name] = value.strip()
    base_year = chosen.pop("base_year", None)
    return Question(metric, area, tuple(between), year, **chosen, base_year=int(base_year) if base_year else None)


def area_notes(
    metric_meta: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], areas: Mapping[str, str]
) -> list[str]:
    """Return notes on areas, such as ``China: includes Hong Kong (applications by receiving office)``."""
    shown = {(row["area"], measure) for row in rows for measure in (row["measure"], None)}
    return [
        f"{areas.get(note['area'], note['area'])}: {note['note']}"
        + (f" ({note['measure'].replace('_', ' ')})" if "measure" in note else "")
        for note in metric_meta.get("area_notes", [])
        if (note["area"], note.get("measure")) in shown
    ]


def spans(series: Iterable[Mapping[str, Any]]) -> str:
    """Return the years of other series as text, such as ``oecd, balanced: 2005 to 2019``."""
    return "; ".join(
        f"{row['source']}, {row['basis']}: {' to '.join(sorted({str(row['first_year']), str(row['last_year'])}))}"
        for row in series
    )


def series_json(release: Release, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the figures of a metric as a JSON object: one entry in ``series`` for each series of the metric."""
    first, *_ = rows
    metric_meta, names = release.lineage.metrics[first["metric_id"]], release.names
    columns = (*SERIES, "unit")
    points = ("year", "value", "obs_status", "vintage", "vintage_basis", "revised_since", "is_latest")
    series = [
        dict(zip(columns, key, strict=True)) | {"figures": [{name: row.get(name) for name in points} for row in group]}
        for key, group in groupby(rows, itemgetter(*columns))
    ]
    return {
        "release": release.id,
        "metric": first["metric_id"],
        "description": metric_meta["description"],
        "notes": area_notes(metric_meta, rows, names.areas),
        **names.ends(first),
        "series": series,
    }


def _print_series(
    about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], names: Names, all_vintages: bool
) -> None:
    first, *_ = rows
    area, counterpart = (names.areas.get(code, code) for code in (first["area"], first["counterpart_area"]))
    click.echo(f"{first['metric_id']}: {area}, {counterpart}")
    meaning = about["description"].partition(". ")[0]
    if first.get("is_preferred"):
        meaning = about["answer"]["question"]
    for words in (meaning, *filter(None, [about.get("selection")]), *area_notes(about, rows, names.areas)):
        _print_wrapped(words if words[-1] in ".?" else f"{words}.")
    blocks: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        blocks.setdefault(tuple(row[column] for column in _BLOCK), []).append(row)
    ordered = sorted(blocks.values(), key=lambda block: -len({row["year"] for row in block}))
    for block in ordered[:BLOCKS_SHOWN]:
        click.echo()
        print_block(block, names.items, names.units, all_vintages)
    if left := ordered[BLOCKS_SHOWN:]:
        differing = [column for column in _CHOSEN if any(row[column] != first[column] for row in rows)]
        click.echo(f"\n{len(left)} more tables with fewer or as many years: choose {', '.join(differing)}")


def print_block(
    rows: Sequence[Mapping[str, Any]], items: Mapping[str, str], units: Mapping[str, Unit], all_vintages: bool
) -> None:
    """Print one table: subject, figures, vintages, and the words of its marks."""
    first, *_ = rows
    unit = units[first["unit"]]
    columns: dict[str, dict[int, Mapping[str, Any]]] = {}
    days: dict[str, dict[str, str]] = {}
    revisions: dict[tuple[str, date], list[int]] = {}
    for row in rows:
        head = (row["source"], *([str(row["vintage"])] if all_vintages else []), row["basis"])
        columns.setdefault("\n".join(head), {})[row["year"]] = row
        days.setdefault(row["source"], {})[str(row["vintage"])] = vintage_text(row["vintage"], row.get(BASIS, ""))
        if revised := row.get(REVISED):
            revisions.setdefault((row["source"], revised), []).append(row["year"])
    steps = {
        head: large_steps((year, row["value"], row["obs_status"]) for year, row in figures.items())
        for head, figures in columns.items()
        if unit.code == "USD"
    }
    values = [row["value"] for row in rows if row["value"] is not None]
    scale = scale_of(unit, values)
    digits = scale.digits(values) + bool(scale.word)  # the first years of a series are often small
    _print_wrapped(f"{_subject(first, items)}, {scale.label}")
    for start in range(0, len(columns), COLUMNS_ABREAST):
        heads = list(columns)[start : start + COLUMNS_ABREAST]
        table = Table("year", *(Column(head, justify="right") for head in heads), box=SIMPLE_HEAD, pad_edge=False)
        for year in sorted({year for head in heads for year in columns[head]}):
            cells = (_cell(columns[head].get(year), scale, digits, year in steps.get(head, ())) for head in heads)
            table.add_row(str(year), *cells)
        print_lines(table)
    spans = (
        f"{source} {' to '.join(of_source[day] for day in sorted({min(of_source), max(of_source)}))}"
        for source, of_source in days.items()
    )
    _print_wrapped(f"Vintages: {'; '.join(spans)}", "  ")
    for (source, day), years in revisions.items():
        span = " to ".join(sorted({str(min(years)), str(max(years))}))
        _print_wrapped(
            f"Revised since by the publisher, on {day}: {source} {span}; no later vintage of them is here", "  "
        )
    if not all_vintages:
        for words in _differences(rows, scale, digits):
            _print_wrapped(words, "  ")
    marks = {status: STATUS_NAMES.get(status, status) for status in sorted({row["obs_status"] for row in rows} - {"A"})}
    if marks := marks | ({"!": LARGE_STEP} if any(steps.values()) else {}):
        _print_wrapped(f"Marks: {'; '.join(map(' '.join, marks.items()))}", "  ")


def _differences(rows: Sequence[Mapping[str, Any]], scale: Scale, digits: int) -> Iterator[str]:
    """Yield a line for each pair of sources that differ, with the figures of the newest such year."""
    series: dict[tuple[str, str], dict[int, float]] = {}
    for row in rows:
        if row["value"] is not None:
            series.setdefault((row["basis"], row["source"]), {})[row["year"]] = row["value"]
    for (basis, one), (other_basis, other) in combinations(series, 2):
        both = series[basis, one].keys() & series[other_basis, other].keys() if basis == other_basis else set()
        years = [year for year in both if differ(series[basis, one][year], series[basis, other][year])]
        if years:
            values = [scale.cell(series[basis, source][max(years)], digits) for source in (one, other)]
            newest = f"{' and '.join(values)} in {max(years)}"
            yield f"Publishers differ: {one} and {other} ({basis}) in {len(years)} of {len(both)} years, {newest}"


def _print_wrapped(words: str, indent: str = "") -> None:
    click.echo(textwrap.fill(words, shutil.get_terminal_size().columns, subsequent_indent=indent))


def _subject(row: Mapping[str, Any], items: Mapping[str, str]) -> str:
    """Return what distinguishes a table from the others of the metric."""
    words = {"measure": "{}", "item": "{}", "clock": "by {}", "authority": "authority {}", "base_year": "since {}"}
    parts = {name: str(row[name]).replace("_", " ") for name in words if row[name] not in _NOT_SAID}
    parts |= {"item": items.get(row["item"], row["item"])} if "item" in parts else {}
    return ", ".join(words[name].format(part) for name, part in parts.items())


def _cell(row: Mapping[str, Any] | None, scale: Scale, digits: int, is_step: bool) -> str:
    """Return value and mark (a blank where there is none); a dash for a figure without a value."""
    if row is None:
        return ""
    mark = ("" if row["obs_status"] == "A" else row["obs_status"]) + ("!" if is_step else "")
    if row["value"] is None:
        return f"– {mark:1}"
    fitting = scale.capped(digits, row["value"], quotation_of(row["obs_status"], row["source"]))
    return f"{scale.cell(row['value'], fitting, row['obs_status'])} {mark or NO_BREAK}"
