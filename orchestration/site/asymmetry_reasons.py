"""Known reasons for two reports of one flow to differ, each with its source, from a file of one line a reason."""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from orchestration.core.sql_quoting import text

KINDS = {
    "routes": "routes through third economies",
    "affiliates": "payments between affiliates",
    "timing": "the year in which a payment counts",
    "scope": "what the two offices count",
}
"""Kinds of reasons, with their words."""

ANY = "*"
"""As ``areas``: a reason about the world, on the page of reasons only; as ``partners``: likewise."""


class AsymmetryReason(NamedTuple):
    """A reason; ``areas`` and ``partners`` are codes joined by semicolons, the years those that the source is about.

    Without ``partners`` it holds with every economy. A reason without a source is not established.
    """

    kind: str
    areas: str
    partners: str
    first_year: str
    last_year: str
    words: str
    source_title: str
    source_url: str


@cache
def reasons() -> Sequence[AsymmetryReason]:
    """Return every line of the file."""
    lines = files("orchestration.site").joinpath("asymmetry_reasons.csv").read_text(encoding="utf-8").splitlines()
    return [AsymmetryReason(**row) for row in csv.DictReader(lines)]


def reasons_of_pairs() -> str:
    """Return SQL of the reasons that hold for some pairs of economies, as rows of a ``values`` list."""
    rows = []
    for reason in reasons():
        if reason.source_url and ANY not in (reason.areas, reason.partners):
            codes = (f"{code.split(';') if code else '[]::varchar[]'}" for code in (reason.areas, reason.partners))
            years = (reason.first_year or "0", reason.last_year or "9999")
            words = map(text, (KINDS[reason.kind], reason.words, reason.source_title, reason.source_url))
            rows.append(f"({', '.join([*codes, *years, *words])})")
    return ",\n        ".join(rows)
