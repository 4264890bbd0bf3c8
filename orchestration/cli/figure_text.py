"""Figures and verdicts in the words in which people read them on a terminal. What they mean is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from orchestration.core.text import one_line, shown


def figure(value: float | None, unit: str) -> str:
    """A figure as people read it, with its unit."""
    if value is None:
        return "none held"
    if unit == "USD":
        return f"{value / 1e9:,.2f} bn USD" if abs(value) >= 1e9 else f"{value / 1e6:,.0f} m USD"
    if unit == "PT":
        return f"{value:,.1f} %"
    return f"{value:,.6g}"


def print_verdict(console: Console, row: Mapping[str, Any]) -> None:
    """One claim: verdict, the claimed figure beside the official ones, and the reason.

    Args:
        console: where to print.
        row: the columns of ``fct_claim_audit``; ``hint`` where there is one.
    """
    unit = row["unit"]
    numbers = f"claimed {figure(row['claimed_value'], unit)}; when said {figure(row['value_when_said'], unit)}; "
    console.print(f"\n  [bold]{row['verdict']}[/bold]  {escape(one_line(row['claim_id']))}")
    console.print(f"    {numbers}latest official {figure(row['value_latest'], unit)}")
    for text in (row["explanation"], row.get("hint")):
        if text:
            console.print(Padding(escape(shown(str(text))), (0, 0, 0, 4), expand=False))
