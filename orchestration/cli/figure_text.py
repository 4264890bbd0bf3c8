"""Verdicts on claims as text for a terminal."""

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


def print_verdict(console: Console, row: Mapping[str, Any], units: Mapping[str, Unit]) -> None:
    """Print one row of ``fct_claim_audit``: verdict, the claimed and the official figures, and the reason."""
    console.print(f"\n  [bold]{VERDICT_WORDS[row['verdict']]}[/bold]  {escape(one_line(row['claim_id']))}")
    for words, column in FIGURES.items():
        value = row[column]
        figure = "no figure" if value is None else f"{value:,.12g} {units[row['unit']].phrase}".strip()
        console.print(f"    {words:<24}{figure}")
    for text in (row["explanation"], row.get("hint")):
        if text:
            console.print(Padding(escape(shown(str(text))), (0, 0, 0, 4), expand=False))
