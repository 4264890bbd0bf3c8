"""Column charts of block characters for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_ABSENT = "·"
"""Below a year without a value; a value of zero is the lowest block."""
_WIDEST_COLUMN = 4


def column_chart(
    values: Mapping[int, float],
    years: Sequence[int],
    bounds: tuple[float, float],
    label: Callable[[float], str],
    *,
    width: int,
    height: int = 5,
) -> list[str]:
    """The lines of a chart at most ``width`` characters wide: labels of the ``bounds``, a column a year, first and last year.

    Years that do not fit are left out at the beginning.
    """
    low, high = min(bounds[0], 0.0), max(bounds[1], 0.0)
    labels = [label(high), label(low)]
    margin = max(map(len, labels)) + 2
    fitting = max(1, width - margin)
    shown = list(years)[-fitting:]
    wide = max(1, min(_WIDEST_COLUMN, fitting // len(shown)))
    steps = {year: _steps(value, low, high, height) for year, value in values.items()}
    lines = []
    for row in range(height):
        floor = (height - 1 - row) * (len(_EIGHTHS) - 1)
        text = labels[0] if row == 0 else labels[1] if row == height - 1 else ""
        columns = "".join(_column(steps.get(year), floor, wide) for year in shown)
        lines.append(f"{text:>{margin - 2}} │{columns}".rstrip())
    ends = f"{shown[0]}" + (f"{shown[-1]:>{max(len(shown) * wide - 4, 5)}}" if len(shown) > 1 else "")
    return [*lines, f"{'':{margin - 2}}  {ends}"]


def _steps(value: float, low: float, high: float, height: int) -> int:
    """The height of a column in eighths of a line, at least one."""
    most = height * (len(_EIGHTHS) - 1)
    return max(1, round(most * (value - low) / (high - low))) if high > low else 1


def _column(steps: int | None, floor: int, wide: int) -> str:
    absent = _ABSENT if floor == 0 else " "
    block = absent if steps is None else _EIGHTHS[max(0, min(steps - floor, len(_EIGHTHS) - 1))]
    return block * (wide - 1) + (" " if wide > 1 else block)
