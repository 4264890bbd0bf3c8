"""Years in a sentence, and mentions of time that are not one calendar year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orchestration.catalog.claim_text.amounts import Amount

_YEAR = r"(?:19[5-9]\d|20[0-9]\d)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_OTHER_TIMES = (
    (
        rf"\b(?:between|from|during|over)?\s*{_YEAR}\s?(?:[-–—/]|to|through|until|and)\s?(?:{_YEAR}|\d\d)\b(?!\s?(?:billion|million|%))",
        "a period of several years",
    ),
    (
        rf"\b(?:first|second|third|fourth|1st|2nd|3rd|4th|last) (?:quarter|half)\b(?: of {_YEAR})?|\b(?:Q[1-4]|H[12]|[1-4]Q)\s?{_YEAR}?\b",
        "a part of a year",
    ),
    (rf"\b{_MONTH}(?:\s\d{{1,2}},?)?\s{_YEAR}\b|\b(?:in|to|through|since) {_MONTH}\b", "a month"),
    (
        rf"\bfirst \w+ months\b(?: of {_YEAR})?|\b(?:twelve|12)[ -]months?\b|\byear (?:to|through|ended|ending)\b|\byear-to-date\b",
        "a part of a year",
    ),
    (rf"\b(?:fiscal|financial)(?: year)? {_YEAR}|\bFY\s?(?:{_YEAR}|\d\d)\b", "a fiscal year"),
    (rf"\b{_YEAR}s\b|\bdecade\b", "a decade"),
    (r"\b(?:this year|the current year|so far)\b", "the year in which it was said, which was not over"),
    (
        r"\b(?:a|one) year (?:earlier|before|ago)|\b(?:previous|prior|preceding|following|same) year\b",
        "a year relative to another",
    ),
)
_LAST_YEAR = re.compile(r"\blast year\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:than(?: in| for)?|from|since|versus|vs\.?|compared (?:with|to)(?: that of)?|after|before|until|till|over|above|by)\s+(?:the year\s+)?$",
    re.IGNORECASE,
)
NEEDS_DAY = "“last year” is a year only where --said-on gives the day on which it was said"


@dataclass(frozen=True)
class Time:
    """A mention of time: a year, or why it is none that a figure could be of."""

    year: int | None
    start: int
    end: int
    refused: str | None = None


def times_in(text: str, amounts: Iterable[Amount] = (), said_on: date | None = None) -> list[Time]:
    """The years of a sentence in its order; a year that another is only compared with is left out."""
    taken = [(one.start, one.end) for one in amounts]
    found: list[Time] = []

    def free(start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in taken)

    for pattern, why in _OTHER_TIMES:
        for match in re.finditer(pattern, text, re.IGNORECASE if "YEAR" not in pattern else 0):
            if free(*match.span()):
                found.append(Time(None, *match.span(), f"it is {why}"))
                taken.append(match.span())
    for match in _LAST_YEAR.finditer(text):
        if free(*match.span()):
            known = said_on.year - 1 if said_on else None
            found.append(Time(known, *match.span(), None if said_on else NEEDS_DAY))
    for match in re.finditer(rf"(?<![\w,.$]){_YEAR}(?![\w%]|,\d|\.\d)", text):
        if free(*match.span()) and not _COMPARED.search(text[: match.start()]):
            found.append(Time(int(match[0]), *match.span()))
    return sorted(found, key=lambda one: one.start)
