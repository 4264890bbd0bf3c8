"""Economies in a sentence, by the names of the release's areas and by a list of other names and adjectives."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("economies.csv")

_NOT_ONE = {
    "ambiguous": "is the name of an economy and of a part of another",
    "region": "is a region, whose members publishers draw in different ways; a claim file names the aggregate that is meant",
    "state": "is a part of an economy",
}
_BODY = (
    r"(?:Bureau|Departments?|Ministry|Office|Commission|Council|Bank|Trade Representative|Representative|Census|Chamber|Academy|"
    r"President|Treasury|Congress|Senate|Commerce|Patents?|International Trade|Customs|Federal|"
    r"Intellectual Property (?:Organi[sz]ation|Office)|Trade Organi[sz]ation|Economic Forum|National|Statistics|"
    r"State Administration|Business Council|dollars?|vice|commerce|government)"
)
_NATION = (
    r"(?:World|U\.?S\.?|US|UK|American|Chinese|China|Korean|Japanese|German|European|African|Indian)(?:'s)?(?:-China)?"
)
_OF_A_NATION = (
    r"(?:Bank|Statistics|Bureau|Ministry|Government|Academy|University|Institute)\s(?:of\s)?(?:\w+\sof\s)?(?:the\s)?"
    r"(?:People's Republic of )?[A-Z]\w+"
)
_BODIES = re.compile(
    rf"\b(?:the )?{_NATION}\s{_BODY}\b|\b{_OF_A_NATION}|\b(?:the\s)?world's\b|\b(?:in|around|across) the world\b|"
    r"\bglobal (?:leader|economy|innovation)\b"
)
"""Publishers and phrases whose name holds that of an economy."""


@dataclass(frozen=True)
class Economy:
    """A mention of an economy; ``refused`` where it is not one economy."""

    area: str | None
    word: str
    start: int
    end: int
    refused: str | None = None


@cache
def _listed() -> tuple[tuple[str, str, str], ...]:
    with WORDS.open(encoding="utf-8", newline="") as stream:
        return tuple((row["word"], row["area"], row["kind"]) for row in csv.DictReader(stream))


class EconomyNames:
    """The names of a release's economies, ready to be found in sentences."""

    def __init__(self, areas: Mapping[str, str]) -> None:
        """Take the names of ``dim_area`` by their codes; aggregates are named by the list alone."""
        self._by_word: dict[str, tuple[str | None, str]] = {
            name: (area, "name") for area, name in areas.items() if "_" not in area and area != "W00"
        }
        self._by_word |= {word: (area or None, kind) for word, area, kind in _listed() if not area or area in areas}
        words = sorted(self._by_word, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, words))})(?![\w])(?!\.\w)")

    def found_in(self, text: str) -> list[Economy]:
        """Every mention of an economy, a region or a part of an economy, in the order of the sentence."""
        bodies = [match.span() for match in _BODIES.finditer(text)]
        found = []
        for match in self._pattern.finditer(text):
            if any(start <= match.start() < end for start, end in bodies):
                continue
            area, kind = self._by_word[match[0]]
            refused = f"“{match[0]}” {_NOT_ONE[kind]}" if kind in _NOT_ONE else None
            found.append(Economy(area, match[0], *match.span(), refused))
        return found
