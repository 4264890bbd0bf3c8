"""Words of a sentence as tokens of the closed grammar in ``grammar.yaml``; a word outside the grammar is unknown."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from orchestration.catalog.claim_text.amounts import amount_at

ECONOMIES = Path(__file__).with_name("economies.csv")
WORLD = "W00"

_NOT_ONE = {
    "ambiguous": "is the name of an economy and of a part of another",
    "region": "is a region, whose members publishers draw in different ways; a claim file names the aggregate",
    "state": "is a part of an economy",
}
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_YEAR_FORMS = (
    rf"(?:from|between) (?P<base>{_YEAR}) (?:to|and|through) (?P<last>{_YEAR})(?![\w–-])",
    rf"(?:(?:since|than|from) (?:in )?(?P<base>{_YEAR})|(?P<last>{_YEAR}))(?![\w%–-]|,\d|\.\d|/\d)",
)
"""A year, the year from which a change counts, or both."""
_PUNCTUATION = re.compile(r"[;:,()—–]|-(?=\s)")
_SILENT = re.compile(r"[\s\"“”.!]+|'s?\b|[?]")
_WORD = re.compile(r"[^\s,;:()\"“”]+")


@dataclass(frozen=True)
class Token:
    """A piece of a sentence: its kind, meaning and words."""

    kind: str
    value: Any
    words: str


@cache
def lists() -> dict[str, Any]:
    """Return the lists of ``grammar.yaml``."""
    words: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("grammar.yaml").read_text(encoding="utf-8"))
    return words


class Grammar:
    """The closed grammar with the economies of one release."""

    def __init__(self, areas: Mapping[str, str]) -> None:
        """Take the names of ``dim_area`` by code; aggregates are named by ``economies.csv`` alone."""
        rows = csv.DictReader(ECONOMIES.read_text(encoding="utf-8").splitlines())
        self._economies: dict[str, tuple[str, str | None]] = {
            **{name: (area, None) for area, name in areas.items() if "_" not in area},
            **{row["word"]: (row["area"], _NOT_ONE.get(row["kind"])) for row in rows if row["area"] in ("", *areas)},
        }
        names = sorted(self._economies, key=len, reverse=True)
        self._name = re.compile(rf"(?:[Tt]he )?(?P<name>{'|'.join(map(re.escape, names))})(?:'s|')?(?![\w])(?!\.\w)")
        patterns = [("year", None, form) for form in _YEAR_FORMS] + [
            (kind.removesuffix("s"), value, pattern)
            for kind, entry in lists().items()
            if kind != "measures"
            for value, pattern in (entry.items() if isinstance(entry, dict) else [(None, entry)])
        ]
        self._patterns = [
            (kind, value, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])(?!-\w)", re.IGNORECASE))
            for kind, value, pattern in patterns  # in their order in ``grammar.yaml``: the more particular kinds first
        ]

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a sentence; at each place the longest match counts."""
        tokens: list[Token] = []
        position = 0
        while position < len(text):
            if silent := _SILENT.match(text, position):
                position = silent.end()
            else:
                token, position = self._at(text, position)
                tokens.append(token)
        return tokens

    def _at(self, text: str, start: int) -> tuple[Token, int]:
        if mark := _PUNCTUATION.match(text, start):
            return Token("break", mark[0], mark[0]), mark.end()
        matches = [
            (Token(kind, match.groupdict() or value or match[0].lower(), match[0]), match.end())
            for kind, value, pattern in self._patterns
            if (match := pattern.match(text, start))
        ]
        if amount := amount_at(text, start):
            matches.append((Token("amount", amount[0], amount[0].printed), amount[1]))
        if match := self._name.match(text, start):
            matches.append((Token("economy", self._economies[match["name"]], match["name"]), match.end()))
        word = _WORD.match(text, start)
        end = word.end() if word else start + 1
        return max(matches, key=itemgetter(1), default=(Token("unknown", None, text[start:end]), end))
