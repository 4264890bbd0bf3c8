"""Named groups of guards, under which people see them: a few checks with short names in place of hundreds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUPS = {
    "keys": "every figure is there once",
    "completeness": "rows, years, economies and cells that must be there are there, and suppressed figures stay empty",
    "codes": "columns, codes and units are those that are declared",
    "magnitudes": "values, years and counts lie within their bounds",
    "anchors": "single figures agree with independent evidence",
    "growth": "no figure jumps, or stays the same, from one year to the next as official figures never do",
    "revisions": "no figure jumps from one vintage to the next as official figures never do",
    "agreement": "figures agree with their parts, with their status and with other figures",
}
"""The groups in the order in which they are shown, and what a group proves."""

_RATIOS = {"change_ratio": "growth", "vintage_ratio": "revisions"}
_PRESENCE = ("rows", "history")
"""Entries of a suite file that demand rows and years."""

_BY_WORDS = (
    ("unique_value_count", "completeness"),
    ("unique", "keys"),
    ("contain_set", "completeness"),
    ("null", "completeness"),
    ("_set", "codes"),
    ("regex", "codes"),
    ("table_columns", "codes"),
    ("row_count", "completeness"),
)
"""What the type of an expectation holds, and its group; the first that fits counts."""


def group_of(expectation: Mapping[str, Any]) -> str:
    """The group of an expectation of a suite."""
    entry = str(expectation["meta"].get("entry", "")).partition("[")[0]
    if ratio := _RATIOS.get(expectation["kwargs"].get("column", "")):
        return ratio
    if entry == "anchors":
        return entry
    if entry in _PRESENCE:
        return "completeness"
    return next((group for words, group in _BY_WORDS if words in expectation["type"]), "magnitudes")
