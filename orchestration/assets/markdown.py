"""Tables as Markdown for the Dagster UI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.core.text import one_line

CELL_LONGEST = 80
"""Characters of one cell; a preview is to be looked at."""

LIST_LONGEST = 2000
"""Characters of a cell that lists everything there is."""


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
