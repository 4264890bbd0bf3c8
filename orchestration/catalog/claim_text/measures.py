"""Measures in a sentence: topics and directions by the words of one list, ``measures.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE

WORDS = Path(__file__).with_name("measures.yaml")


@dataclass(frozen=True)
class Series:
    """A published measure of one economy, or of a pair; ``exchanged`` where the economy that pays is the counterpart."""

    metric: str
    measure: str
    item: str
    clock: str
    authority: str
    says: str
    exchanged: bool = False


@dataclass(frozen=True)
class Measure:
    """What a topic, a direction and a unit amount to, with the world and between two economies."""

    topic: str
    direction: str | None
    unit: str
    sign: int
    needs: str | None
    counterpart: str | None
    alone: Series | None
    pair: Series | None


@dataclass(frozen=True)
class Word:
    """A topic or a direction that a sentence names, and where."""

    name: str
    words: str
    start: int
    end: int


@cache
def _lists() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure of the list."""
    return tuple(_measure(row) for row in _lists()["measures"])


def topics_in(text: str) -> list[Word]:
    """The topics that a sentence names, in its order; of overlapping ones the longest."""
    found = sorted(_words(text, "topics"), key=lambda word: (-(word.end - word.start), word.start))
    kept: list[Word] = []
    for word in found:
        if all(word.end <= other.start or word.start >= other.end for other in kept):
            kept.append(word)
    return sorted(kept, key=lambda word: word.start)


def directions_in(text: str) -> list[Word]:
    """The directions that a sentence names, in its order."""
    return sorted(_words(text, "directions"), key=lambda word: word.start)


def narrowing(topic: str, text: str) -> str | None:
    """The words that make the topic another than the measure's, where the text has any."""
    pattern = _lists()["narrower"].get(topic)
    match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE) if pattern else None
    return match[0] if match else None


def _words(text: str, kind: str) -> list[Word]:
    found = []
    for name, pattern in _lists()[kind].items():
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w])", text, re.IGNORECASE):
            if match[0] != "ip":
                found.append(Word(name, match[0], *match.span()))
    return found


def _measure(row: dict[str, Any]) -> Measure:
    pair = row.get("pair")
    return Measure(
        topic=row["topic"],
        direction=row.get("direction"),
        unit=row["unit"],
        sign=row.get("sign", 1),
        needs=row.get("needs"),
        counterpart=row.get("counterpart"),
        alone=_series(row, row) if "says" in row else None,
        pair=_series(row, pair) if pair else None,
    )


def _series(row: dict[str, Any], own: dict[str, Any]) -> Series:
    return Series(
        metric=own["metric"],
        measure=own["measure"],
        item=own["item"],
        clock=row.get("clock", NO_CLOCK),
        authority=row.get("authority", NOT_APPLICABLE),
        says=own["says"],
        exchanged=own.get("exchanged", False),
    )
