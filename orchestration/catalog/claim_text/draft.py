"""Drafts of claim files: what was understood of an article, for a person to correct."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from orchestration.catalog.claim_text.reading import Candidate, Reading
from orchestration.core.text import one_line

LONGEST_PARAPHRASE = 300
"""Characters of a claim file's ``paraphrase``."""
_LONGEST_QUOTE = 600

_HEAD = """\
# yaml-language-server: $schema=claim.schema.json
# A draft made by rules. Correct every entry, write each paraphrase in your own words, and remove what is no claim.
source:
  said_by: to be filled in
  said_on: {said_on}
  title: to be filled in
  url: https://example.org/to-be-filled-in
"""


def draft_text(readings: Iterable[Reading], said_on: date) -> str:
    """Return a claim file with an entry for every claim understood; the others are comments with what is missing."""
    lines = [_HEAD.format(said_on=said_on.isoformat())]
    entries: list[str] = []
    claims = 0
    left: list[str] = []
    for reading in readings:
        if reading.claim and reading.claim.base_year is None and reading.claim.rank is None:
            claims += 1
            entries += _entry(reading, reading.claim, claims)
        elif reading.amount:
            left += _left_out(reading)
    lines += ["", "claims:"] + (entries or ["  []  # no sentence was understood whole"])
    if left:
        lines += ["", "# Amounts that were not understood whole:", *left]
    return "\n".join(lines) + "\n"


def _entry(reading: Reading, claim: Candidate, number: int) -> list[str]:
    series = claim.series
    quote = one_line(reading.sentence)
    name = f"draft_{number}_{claim.area.lower()}_{series.metric}_{claim.year}"
    return [
        f"  # quoted: {quote[:_LONGEST_QUOTE]}",
        f"  - id: {name}",
        f"    paraphrase: {_text(quote[:LONGEST_PARAPHRASE])}",
        f"    reading: {_text('Read by rules from the quoted sentence; the amount was ' + claim.because + '.')}",
        f"    metric: {series.metric}",
        f"    measure: {series.measure}",
        f"    area: {claim.area}",
        f"    counterpart_area: {claim.counterpart}",
        f"    item: {series.item}",
        f"    clock: {series.clock}",
        f"    authority: {series.authority}",
        f"    year: {claim.year}",
        f"    value: {claim.value:.15g}",
        f"    unit: {claim.unit}",
        f"    tolerance: {{absolute: {claim.tolerance:.15g}, because: {_text(claim.because)}}}",
        "",
    ]


def _left_out(reading: Reading) -> list[str]:
    fitting = [f"{one.series.metric}: {one.series.measure}" for one in reading.candidates]
    why = "; ".join(reading.missing) or f"several measures fit: {', '.join(fitting)}"
    printed = reading.amount.printed if reading.amount else ""
    known = ", ".join(f"{name}: {value}" for name, value in reading.parts.items() if value is not None)
    return [
        f"# - {one_line(reading.sentence)[:_LONGEST_QUOTE]}",
        f"#   {one_line(printed)}: missing is {one_line(why)}",
        f"#   understood: {{{known}}}",
    ]


def _text(value: str) -> str:
    """A text in double quotes, which YAML and JSON write alike."""
    return json.dumps(value, ensure_ascii=True)
