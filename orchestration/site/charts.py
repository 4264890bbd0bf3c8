"""Vega-Lite specifications of answers: lines over years and bars of one year."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from markupsafe import Markup

from orchestration.core.text import one_line
from orchestration.site.answers import Answer, Row

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 2, 1, 2], [1, 3], [12, 3, 3, 3])
COLOURS = tuple(f"var(--series-{number})" for number in range(1, len(SHAPES) + 1))
"""Colour, shape and dash of the first to the eighth series; the style sheet sets the colours for light and dark."""

_HEIGHT, _BAR, _LABELS = 260, 44, 20
"""Pixels of a line chart and of one bar; labels of events that fit side by side on a phone."""


@dataclass(frozen=True)
class Event:
    """A policy event with its number in the list of the page."""

    number: int
    date: date
    title: str
    items: tuple[str, ...]


def kind_of(answer: Answer, wanted: Literal["lines", "bars"]) -> Literal["lines", "bars"]:
    """Bars where the figure asks for them or has a single year; a line needs two."""
    return "bars" if wanted == "bars" or len(answer.years) == 1 else "lines"


def chart(answer: Answer, kind: Literal["lines", "bars"], title: str, events: Iterable[Event] = ()) -> dict[str, Any]:
    """The specification of a chart; ``title`` is its description for screen readers."""
    spec = _lines(answer, list(events)) if kind == "lines" else _bars(answer)
    fitted = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"$schema": SCHEMA, "description": one_line(title), **fitted, **spec}


def as_script(content: Any) -> Markup:
    """JSON that is safe inside a script element, whatever its texts."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here


def marked_events(answer: Answer, events: Iterable[Event], items: Sequence[str]) -> list[Event]:
    """The events of these items within the years of a chart."""
    first, last = answer.years[-1], answer.years[0]
    return [one for one in events if set(items) & {*one.items} and first <= one.date.year <= last]


def _lines(answer: Answer, events: list[Event]) -> dict[str, Any]:
    names = [one_line(name) for name in answer.drawn]
    encoding = {
        "x": {
            "field": "year",
            "type": "quantitative",
            "scale": {"zero": False, "nice": False, "padding": 14},
            "axis": {"format": "d", "tickMinStep": 1, "title": None, "grid": False, "labelFlush": False},
        },
        "y": {"field": "value", "type": "quantitative", "axis": {"title": None}},
        "color": _by_series(names, COLOURS),
    }
    tooltip = [
        {"field": "series", "title": "series"},
        {"field": "year", "title": "year"},
        {"field": "value", "title": answer.scale.label, "format": f",.{answer.digits}f"},
        {"field": "status", "title": "status"},
    ]
    points = {"mark": {"type": "point", "filled": True, "size": 36, "opacity": 1}}
    withheld = {
        "transform": [{"filter": "datum.status === 'suppressed'"}],
        "mark": {"type": "text", "text": "S", "fontWeight": "bold", "baseline": "bottom"},
        "encoding": {"y": {"value": {"expr": "height - 2"}, "type": "quantitative"}, "tooltip": tooltip},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "invalid": "break-paths-show-domains", "strokeWidth": 2},
            "encoding": {"strokeDash": _by_series(names, DASHES), "detail": {"field": "series"}},
        },
        {**points, "encoding": {"shape": _by_series(names, SHAPES), "tooltip": tooltip}},
    ]
    if any(row.value is None and row.obs_status == "Q" for row in answer.rows):
        layers.append(withheld)
    named = {
        "data": {"values": [{"s": s, "series": name} for s, name in enumerate(names)]},
        "key": "s",
        "fields": ["series"],
    }
    transform = [
        {"lookup": "s", "from": named},
        {"calculate": "isValid(datum.status) ? datum.status : 'normal'", "as": "status"},
    ]
    drawn = {"data": {"values": list(_points(answer))}, "transform": transform, "encoding": encoding, "layer": layers}
    return {"height": _HEIGHT, "layer": [*_marks(events, answer.years[0] - answer.years[-1]), drawn]}


def _by_series(names: list[str], signs: Sequence[Any]) -> dict[str, Any]:
    scale = {"domain": names, "range": list(signs[: len(names)])}
    return {"field": "series", "type": "nominal", "legend": None, "scale": scale}


def _points(answer: Answer) -> Iterable[dict[str, Any]]:
    """The figures of the drawn series in the unit of the axis, with a null for each missing year between its ends.

    Series are numbered and normal statuses left out to keep the page small.
    """
    for number, name in enumerate(answer.drawn):
        rows = {row.year: row for row in answer.rows if row.series == name}
        for year in range(min(rows), max(rows) + 1):
            yield {"s": number, "year": year, **_value(answer, rows.get(year))}


def _value(answer: Answer, row: Row | None) -> dict[str, Any]:
    if row is None:
        return {"value": None}
    cell = answer.cells[row.year, row.series]
    if row.value is None:
        return {"value": None, "status": cell.shown}
    value = {"value": round(row.value / answer.scale.divisor, 6)}
    return value | ({"status": cell.word} if cell.word else {})


def _marks(events: list[Event], years: int) -> list[dict[str, Any]]:
    """A thin line at every year with events and their numbers above; over many years neighbours share one label."""
    if not events:
        return []
    step = math.ceil(years / _LABELS)
    by_year, by_label = _grouped(events, 1), _grouped(events, step)
    lines = [
        {"year": year, "events": "; ".join(f"{one.number} {one_line(one.title)}" for one in found)}
        for year, found in by_year.items()
    ]
    labels = [
        {"year": span * step + (step - 1) / 2, "numbers": _numbers([one.number for one in found])}
        for span, found in by_label.items()
    ]
    across = {"x": {"field": "year", "type": "quantitative"}}
    tooltip = [{"field": "year", "title": "year"}, {"field": "events", "title": "events"}]
    line = {"type": "rule", "color": "var(--event)", "strokeDash": [2, 3], "strokeWidth": 1}
    label = {"type": "text", "angle": 270, "align": "left", "dx": 4, "fontSize": 11, "color": "var(--quiet)"}
    return [
        {"data": {"values": lines}, "mark": line, "encoding": across | {"tooltip": tooltip}},
        {
            "data": {"values": labels},
            "mark": label,
            "encoding": across | {"text": {"field": "numbers"}, "y": {"value": 0}},
        },
    ]


def _grouped(events: list[Event], step: int) -> dict[int, list[Event]]:
    """The events by spans of ``step`` years, in order of date."""
    found: dict[int, list[Event]] = {}
    for event in sorted(events, key=lambda one: one.number):
        found.setdefault(event.date.year // step, []).append(event)
    return found


def _numbers(numbers: list[int]) -> str:
    """Ascending numbers with runs contracted to ranges."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\N{EN DASH}{run[-1]}" for run in runs)


def _bars(answer: Answer) -> dict[str, Any]:
    rows = [row for row in answer.rows if row.value is not None]
    one_year = len({row.year for row in rows}) == 1
    values: list[Mapping[str, Any]] = []
    for row in rows:
        name = row.series if one_year else f"{row.series}, {row.year}"
        cell = answer.cells[row.year, row.series]
        values.append(
            {"name": one_line(name), "shown": cell.shown, "status": cell.word or "normal", **_value(answer, row)}
        )
    by_name = {"field": "name", "type": "nominal", "sort": None, "axis": None}
    by_value = {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 5}}
    tooltip = [{"field": "name"}, {"field": "shown", "title": answer.scale.label}, {"field": "status"}]
    return {
        "height": _BAR * len(values),
        "data": {"values": values},
        "encoding": {"y": by_name, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "bar", "color": "var(--series-1)", "height": 14, "yOffset": 8},
                "encoding": {"x": by_value},
            },
            {
                "mark": {"type": "text", "align": "left", "dy": -10, "limit": {"expr": "width - 4"}},
                "encoding": {"x": {"value": 2}, "text": {"field": "name"}},
            },
        ],
    }
