"""The ``bilateral show`` command: the figures of one metric over the years, sources side by side, with a chart."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, SERIES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.contracts.unit import Unit
    from orchestration.site.formatting import Scale

WIDEST = 80
BLOCKS_SHOWN = 3
"""Tables that are printed; the others are counted."""
CHARTS_SHOWN = 3
"""Charts below one table, of the series with the most years."""

_BLOCK = ("measure", "item", "clock", "authority", "base_year", "unit")
"""What figures side by side in one table have in common."""
_GAP = 3
_UNFIT, _BREAK = frozenset("PUF"), "B"
"""SDMX observation statuses of figures between which no growth is computed."""


@dataclass(frozen=True)
class Series:
    """One column of a table: the figures of a source on a basis, by year; of one vintage where all were asked for."""

    source: str
    basis: str
    vintage: str
    figures: Mapping[int, Mapping[str, Any]]

    @property
    def values(self) -> dict[int, float]:
        """The values of the years that have one."""
        return {year: row["value"] for year, row in self.figures.items() if row["value"] is not None}

    @property
    def vintages(self) -> list[str]:
        return sorted({str(row["vintage"]) for row in self.figures.values()})


@click.command()
@click.argument("metric")
@click.argument("area")
@click.argument("counterpart", required=False)
@click.option("--item", help="Which item, by code or name. Default: the total, else all items.")
@click.option("--measure", help="Which measure, where a metric has several.")
@click.option("--clock", help="Which year, where a metric has several clocks: filing_year, grant_year, ...")
@click.option("--authority", help="Which patent authority counts, such as US50 for the United States office.")
@click.option("--basis", help="reported, mirrored, balanced, reconciled or derived.")
@click.option("--source", help="Only this source.")
@click.option("--base-year", type=int, help="The earlier year of growth figures.")
@click.option("--all-vintages", is_flag=True, help="Show each vintage in its own column. Default: the latest figures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(
    metric: str, area: str, counterpart: str | None, item: str | None, all_vintages: bool, as_json: bool, **options: Any
) -> None:
    """Show the figures of a metric for an economy, or between two: every year, sources side by side, and a chart.

    Areas are given by code or name. The counterpart defaults to the world.

    \b
    bilateral show ip_receipts China
    bilateral show bilateral_ip_charges "the United States" china --item SH
    bilateral show ip_receipts usa --source world_bank --all-vintages
    """
    from orchestration.contracts.unit import units_of_release
    from orchestration.core.settings import Settings
    from orchestration.releases.figure_lookup import Question, find_series
    from orchestration.releases.lineage import described_metrics
    from orchestration.releases.release_store import open_read_only, require_current

    release = require_current(Settings.from_environment())
    question = Question(metric, area, tuple(one for one in (counterpart, item) if one is not None), **options)
    with open_read_only(release.database) as connection:
        rows = find_series(connection, release, question, all_vintages=all_vintages)
        names = {
            "area": dict(connection.execute("select area, name from dim_area").fetchall()),
            "item": dict(connection.execute("select item, name from dim_service_item").fetchall()),
        }
        units = units_of_release(connection)
        rows = with_reporters(connection, rows)
    metric_meta = described_metrics(release)[rows[0]["metric_id"]]
    if as_json:
        answer = series_json(release.id, metric_meta, rows, names)
        click.echo(json.dumps(answer, indent=1, ensure_ascii=False, default=str))
        return
    width = min(WIDEST, shutil.get_terminal_size().columns)
    click.echo("\n".join(_lines(release.id, metric_meta, rows, names, units, all_vintages, width)))


def area_notes(
    metric_meta: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], areas: Mapping[str, str]
) -> list[str]:
    """Return what to know of an area's figures, such as ``China: includes Hong Kong (applications by receiving office)``."""
    shown = {(row["area"], measure) for row in rows for measure in (row["measure"], None)}
    return [
        f"{areas.get(note['area'], note['area'])}: {note['note']}"
        + (f" ({note['measure'].replace('_', ' ')})" if "measure" in note else "")
        for note in metric_meta.get("area_notes", [])
        if (note["area"], note.get("measure")) in shown
    ]


def with_reporters(connection: DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to every total of low reliability how many economies report the receipts behind it."""
    if not any(row["obs_status"] == "U" for row in rows):
        return list(rows)
    sql = (
        "select source, year, vintage, min(countries_reporting) from fct_indicator join dim_area using (area) "
        "where indicator in ('ip_receipts', 'ip_payments') and dim_area.kind <> 'country' and area = $area group by all"
    )
    found = connection.execute(sql, {"area": rows[0]["area"]}).fetchall()
    counts = {(source, year, vintage): count for source, year, vintage, count in found}
    return [
        {**row, "reporters": counts.get((row["source"], row["year"], row["vintage"]))}
        if row["obs_status"] == "U"
        else row
        for row in rows
    ]


def series_json(
    release: str,
    metric_meta: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """The figures of a metric as a JSON object: one entry in ``series`` for each series of the metric."""
    first = rows[0]
    columns = [column for column in (*SERIES, "unit") if column in first]
    series = []
    for key, group in groupby(rows, lambda row: tuple(row[column] for column in columns)):
        points = [
            {name: row[name] for name in ("year", "value", "obs_status", "vintage", "is_latest")} for row in group
        ]
        series.append(dict(zip(columns, key, strict=True)) | {"figures": points})
    return {
        "release": release,
        "metric": first["metric_id"],
        "description": metric_meta["description"],
        "notes": area_notes(metric_meta, rows, names["area"]),
        "area": first["area"],
        "area_name": names["area"].get(first["area"]),
        "counterpart_area": first["counterpart_area"],
        "counterpart_name": names["area"].get(first["counterpart_area"]),
        "series": series,
    }


def _lines(
    release: str,
    metric_meta: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, Mapping[str, str]],
    units: Mapping[str, Unit],
    all_vintages: bool,
    width: int,
) -> Iterator[str]:
    first = rows[0]
    area, other = (names["area"].get(first[one], first[one]) for one in ("area", "counterpart_area"))
    yield f"{first['metric_id']}: {area}, {other}"
    yield from textwrap.wrap(metric_meta["description"].partition(". ")[0].rstrip(".") + ".", width)
    for note in area_notes(metric_meta, rows, names["area"]):
        yield from textwrap.wrap(f"{note}.", width)
    columns = [column for column in _BLOCK if column in first]
    blocks: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        blocks.setdefault(tuple(row[column] for column in columns), []).append(row)
    ordered = sorted(blocks.values(), key=lambda block: -len({row["year"] for row in block}))
    for block in ordered[:BLOCKS_SHOWN]:
        yield from ("", *_block_lines(block, names["item"], units[block[0]["unit"]], all_vintages, width))
    if left := ordered[BLOCKS_SHOWN:]:
        differing = [column for column in columns[:-1] if len({block[0][column] for block in ordered}) > 1]
        choose = ", ".join(f"--{column.replace('_', '-')}" for column in differing)
        yield f"\n{len(left)} more tables with fewer or as many years: choose with {choose}"
    yield f"\nRelease {release}. Where a figure comes from: bilateral explain"


def _block_lines(
    rows: Sequence[Mapping[str, Any]], items: Mapping[str, str], unit: Unit, all_vintages: bool, width: int
) -> Iterator[str]:
    from orchestration.site.formatting import scale_of

    series = _series(rows, all_vintages)
    values = [value for one in series for value in one.values.values()]
    scale = scale_of(unit, values)
    digits = scale.digits(values) + (1 if scale.word else 0)  # the first years of a series are often small
    yield from textwrap.wrap(f"{_subject(rows[0], items)}, {scale.label}", width)
    for columns in _fitting(series, scale, digits, width):
        yield from _table(columns, scale, digits, all_vintages)
    yield ""
    for one in series:
        if growth := growth_words(one, unit):
            yield from _wrapped(f"{one.source} {one.basis}: ", growth, width)
    yield from _wrapped("Vintages: ", _vintages(series), width)
    if marks := _marks([row for one in series for row in one.figures.values()]):
        yield from _wrapped("Marks: ", marks, width)
    yield from _charts(series, scale, digits, width)


def _series(rows: Iterable[Mapping[str, Any]], all_vintages: bool) -> list[Series]:
    found: dict[tuple[str, str, str], dict[int, Mapping[str, Any]]] = {}
    for row in rows:
        vintage = str(row["vintage"]) if all_vintages else ""
        found.setdefault((row["source"], row["basis"], vintage), {})[row["year"]] = row
    return [Series(*key, _with_steps(figures)) for key, figures in found.items()]


def _with_steps(figures: Mapping[int, Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Mark the large steps without a known cause of a series in US dollars."""
    from orchestration.methods.large_steps import large_steps

    rows = figures.values()
    is_money = {row["unit"] for row in rows} == {"USD"}
    steps = large_steps((row["year"], row["value"], row["obs_status"]) for row in rows) if is_money else frozenset()
    return {year: {**row, "is_step": year in steps} for year, row in figures.items()}


def _subject(row: Mapping[str, Any], items: Mapping[str, str]) -> str:
    """What distinguishes a table from the others of the metric."""
    parts = [row["measure"].replace("_", " "), items.get(row["item"]) or row["item"]]
    if row.get("clock", NO_CLOCK) != NO_CLOCK:
        parts.append(f"by {row['clock'].replace('_', ' ')}")
    if row.get("authority", NOT_APPLICABLE) != NOT_APPLICABLE:
        parts.append(f"authority {row['authority']}")
    if row["base_year"] is not None:
        parts.append(f"since {row['base_year']}")
    return ", ".join(part for part in parts if part not in (NOT_APPLICABLE, "_T"))


def _cell(row: Mapping[str, Any] | None, scale: Scale, digits: int) -> str:
    """Value and mark, which takes two characters also where there is none; a figure without a value has a dash."""
    if row is None:
        return ""
    status = ("" if row["obs_status"] == "A" else row["obs_status"]) + ("!" if row.get("is_step") else "")
    return f"{'–' if row['value'] is None else scale.number(row['value'], _digits_of(row, scale, digits))} {status:1}"


def _digits_of(row: Mapping[str, Any], scale: Scale, digits: int) -> int:
    from orchestration.site.formatting import quotation_of

    return scale.capped(digits, row["value"], quotation_of(row["obs_status"], row["source"]))


def _fitting(series: Sequence[Series], scale: Scale, digits: int, width: int) -> Iterator[list[Series]]:
    """The series in groups whose columns fit the width."""
    group: list[Series] = []
    used = 4
    for one in series:
        needed = _width(one, scale, digits) + _GAP
        if group and used + needed > width:
            yield group
            group, used = [], 4
        group.append(one)
        used += needed
    yield group


def _width(one: Series, scale: Scale, digits: int) -> int:
    cells = [_cell(row, scale, digits) for row in one.figures.values()]
    return max(len(one.source), len(one.basis), len(one.vintage), *map(len, cells))


def _table(series: Sequence[Series], scale: Scale, digits: int, all_vintages: bool) -> Iterator[str]:
    gap = " " * _GAP
    widths = [_width(one, scale, digits) for one in series]

    def line(first: str, cells: Iterable[str]) -> str:
        return f"{first:4}{gap}{gap.join(f'{cell:>{wide}}' for cell, wide in zip(cells, widths, strict=True))}".rstrip()

    yield ""
    yield line("", (one.source for one in series))
    yield line("year", (one.basis for one in series))
    if all_vintages:
        yield line("", (one.vintage for one in series))
    yield line("────", ("─" * wide for wide in widths))
    for year in sorted({year for one in series for year in one.figures}):
        yield line(str(year), (_cell(one.figures.get(year), scale, digits) for one in series))


def growth_words(series: Series, unit: Unit) -> str:
    """From the first year to the last: growth a year of amounts, the difference of shares and ratios.

    Provisional figures, forecasts and those of low reliability do not count; across a break in the series there is no growth,
    and rates of growth that have one base year are of different lengths.
    """
    from orchestration.site.formatting import signed

    values = {year: value for year, value in series.values.items() if series.figures[year]["obs_status"] not in _UNFIT}
    if any(row.get("base_year") is not None for row in series.figures.values()):
        return ""
    if len(values) < 2 or any(row["obs_status"] == _BREAK for row in series.figures.values()):
        return ""
    first, last = min(values), max(values)
    before, after = values[first], values[last]
    if unit.dimension in ("money", "count"):
        if before <= 0 or after <= 0:
            return ""
        rate = 100 * ((after / before) ** (1 / (last - first)) - 1)
        return f"{signed(f'{rate:+.1f}')} % a year from {first} to {last}"
    what = "percentage points" if unit.dimension == "share" else "in all"
    return f"{signed(f'{after - before:+.3g}')} {what} from {first} to {last}"


def _vintages(series: Iterable[Series]) -> str:
    by_source: dict[str, set[str]] = {}
    for one in series:
        by_source.setdefault(one.source, set()).update(one.vintages)
    return "; ".join(f"{source} {_span(sorted(held))}" for source, held in by_source.items())


def _span(vintages: Sequence[str]) -> str:
    return ", ".join(vintages) if len(vintages) <= 2 else f"{vintages[0]} to {vintages[-1]}"


def _marks(rows: Iterable[Mapping[str, Any]]) -> str:
    from orchestration.methods.large_steps import LARGE_STEP
    from orchestration.site.formatting import MARKED, NO_VALUE

    rows = list(rows)
    used = sorted({row["obs_status"] for row in rows} - {"A"})
    reporters = [row["reporters"] for row in rows if row.get("reporters") is not None]
    words = {**MARKED, **NO_VALUE}
    if reporters:
        words["U"] += f" (a total of {min(reporters)} to {max(reporters)} economies)"
    steps = [f"! {LARGE_STEP}"] if any(row.get("is_step") for row in rows) else []
    return "; ".join([*(f"{status} {words.get(status, status)}" for status in used), *steps])


def _charts(series: Sequence[Series], scale: Scale, digits: int, width: int) -> Iterator[str]:
    """Charts on one scale over the same years, of the series with the most years."""
    from orchestration.cli.terminal_chart import column_chart

    drawn = sorted((one for one in series if len(one.values) > 1), key=lambda one: -len(one.values))[:CHARTS_SHOWN]
    if not drawn:
        return
    values = [value for one in drawn for value in one.values.values()]
    years = [year for one in drawn for year in one.values]
    for one in drawn:
        yield f"\n{' '.join(filter(None, (one.source, one.basis, one.vintage)))}, {scale.label}"
        yield from column_chart(
            one.values,
            range(min(years), max(years) + 1),
            (min(values), max(values)),
            lambda value: scale.number(value, digits),
            width=width,
        )


def _wrapped(name: str, words: str, width: int) -> list[str]:
    return textwrap.wrap(words, width, initial_indent=name, subsequent_indent="  ")
