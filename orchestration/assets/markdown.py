"""Tables and small trend charts as Markdown for the Dagster UI."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.core.text import one_line

CELL_LONGEST = 80
"""Characters of one cell; a preview is to be looked at."""

LIST_LONGEST = 2000
"""Characters of a cell that lists everything there is."""

SHOWN_AT_ONCE = 1000
"""Characters of Markdown that the UI shows in its place; a longer one hides behind a link."""

WIDTH, HEIGHT, EDGE = 320, 56, 4
"""Pixels of a trend picture and of its margin."""

_BLOCKS = "▁▂▃▄▅▆▇█"

_COLOUR = "#4f6bed"
"""Can be seen on a white and on a black page."""


def table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None, longest: int = CELL_LONGEST) -> str:
    """Rows as a Markdown table; nothing in a cell can end it or draw anything else. Empty without rows."""
    if not rows:
        return ""
    names = list(columns or rows[0])
    lines = [names, ["---"] * len(names), *([cell(row.get(name), longest) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plain(value: Any, longest: int = CELL_LONGEST) -> str:
    """One value on one line; a large amount is written out and not as a power."""
    if isinstance(value, float):
        return f"{value:,.12g}"
    return "" if value is None else one_line(str(value), longest)


def cell(value: Any, longest: int = CELL_LONGEST) -> str:
    """One value as the text of a Markdown table's cell."""
    text = plain(value, longest)
    for sign in "\\|<`*[":
        text = text.replace(sign, f"&#{ord(sign)};")
    return text


def trend(points: Sequence[tuple[int, float]], caption: str) -> str:
    """A line through (year, value) points in the order of years, as a Markdown image under its caption; empty for fewer than two.

    The line begins at zero unless a value is negative, so that a picture never makes a small change look large.
    """
    if len(points) < 2:
        return ""
    points = sorted(points)
    (first, begin), (last, end) = points[0], points[-1]
    picture = base64.b64encode(_svg(points).encode()).decode()
    words = f"{cell(caption)}: {first} {cell(begin)}, {last} {cell(end)}"
    return f"{words}\n\n![{cell(caption)}](data:image/svg+xml;base64,{picture})"


def sparkline(points: Sequence[tuple[int, float]]) -> str:
    """(year, value) points in the order of years as block characters; empty for fewer than two. They begin as a trend does."""
    if len(points) < 2:
        return ""
    values = [float(value) for _, value in sorted(points)]
    low, high = min(0.0, *values), max(0.0, *values)
    return "".join(_BLOCKS[round((len(_BLOCKS) - 1) * (value - low) / (high - low or 1.0))] for value in values)


def _svg(points: Sequence[tuple[int, float]]) -> str:
    """Written in steps between whole pixels, which is short."""
    years = [year for year, _ in points]
    values = [float(value) for _, value in points]
    low, high = min(0.0, *values), max(0.0, *values)
    across, up = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    xs = [EDGE + round(across * (year - years[0]) / (years[-1] - years[0] or 1)) for year in years]
    ys = [HEIGHT - EDGE - round(up * (value - low) / (high - low or 1.0)) for value in values]
    steps = "".join(
        f"l{x - x_before}{y - y_before:+d}" for x_before, x, y_before, y in zip(xs, xs[1:], ys, ys[1:], strict=False)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{_COLOUR}" '
        f'stroke-width="2"><path d="M{xs[0]} {ys[0]}{steps}"/></svg>'
    )
