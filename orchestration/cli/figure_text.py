"""Figures and verdicts as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from orchestration.contracts.unit import Unit
from orchestration.core.text import one_line, shown
from orchestration.methods.verdicts import VERDICT_WORDS

FIGURES = {
    "claimed": "claimed_value",
    "official when claimed": "value_when_said",
    "latest official": "value_latest",
}
"""Columns of ``fct_claim_audit`` and their words."""


def figure(value: float | None, unit: Unit) -> str:
    """A figure with its unit."""
    if value is None:
        return "no figure"
    if unit.is_scaled:
        number = f"{value / 1e9:,.2f} billion" if abs(value) >= 1e9 else f"{value / 1e6:,.0f} million"
        return f"{number} {unit.phrase}"
    if unit.dimension == "share":
        return f"{value:,.1f} {unit.sign}"
    return f"{value:,.6g} {unit.phrase}".strip()


def print_verdict(console: Console, row: Mapping[str, Any], units: Mapping[str, Unit]) -> None:
    """Print one claim: verdict, the claimed and the official figures, and the reason.

    Args:
        console: where to print.
        row: the columns of ``fct_claim_audit``; ``hint`` where there is one.
        units: the units of the release by code.
    """
    unit = units[row["unit"]]
    console.print(f"\n  [bold]{VERDICT_WORDS[row['verdict']]}[/bold]  {escape(one_line(row['claim_id']))}")
    for words, column in FIGURES.items():
        console.print(f"    {words:<24}{figure(row[column], unit)}")
    for text in (row["explanation"], row.get("hint")):
        if text:
            console.print(Padding(escape(shown(str(text))), (0, 0, 0, 4), expand=False))
