"""Tables and small trend pictures as Markdown, as the Dagster UI shows them. Which rows and figures are shown is the callers' affair."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from orchestration.plain import one_line

CELL_LONGEST = 80
"""Characters of one cell; a preview is to be looked at."""

WIDTH, HEIGHT, EDGE, CAPTION = 360, 90, 6, 16
"""Pixels of a trend picture, its margin and the height of its caption."""

_LINE, _WORDS = "#4f6bed", "#808890"
"""Colours that can be seen on a white and on a black page."""


def table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None) -> str:
    """Rows as a Markdown table; nothing in a cell can end it or draw anything else. Empty without rows."""
    if not rows:
        return ""
    names = list(columns or rows[0])
    lines = [names, ["---"] * len(names), *([cell(row.get(name)) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(value: Any) -> str:
    """One value as the text of a Markdown table's cell."""
    text = f"{value:,.12g}" if isinstance(value, float) else "" if value is None else one_line(str(value), CELL_LONGEST)
    for sign in "\\|<`*[":
        text = text.replace(sign, f"&#{ord(sign)};")
    return text


def trend(points: Sequence[tuple[int, float]], caption: str) -> str:
    """A line through (year, value) points in the order of years, as a Markdown image; empty for fewer than two points.

    The line begins at zero unless a value is negative, so that a picture never makes a small change look large.
    """
    if len(points) < 2:
        return ""
    svg = base64.b64encode(_svg(sorted(points), caption).encode()).decode()
    return f"![{caption}](data:image/svg+xml;base64,{svg})"


def _svg(points: Sequence[tuple[int, float]], caption: str) -> str:
    (first, _), (last, newest) = points[0], points[-1]
    low = min(0.0, *(value for _, value in points))
    high = max(0.0, *(value for _, value in points))
    span, years = high - low or 1.0, last - first or 1
    top, bottom = EDGE + CAPTION, HEIGHT - EDGE - CAPTION
    across = WIDTH - 2 * EDGE
    dots = [
        (EDGE + across * (year - first) / years, bottom - (bottom - top) * (value - low) / span)
        for year, value in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    (x, y), words = dots[-1], f'font-family="sans-serif" font-size="11" fill="{_WORDS}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<text x="{EDGE}" y="{CAPTION}" {words}>{escape(caption)}</text>'
        f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_LINE}"/>'
        f'<text x="{EDGE}" y="{HEIGHT - EDGE}" {words}>{first}</text>'
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - EDGE}" text-anchor="end" {words}>{last}: {newest:,.6g}</text></svg>'
    )
