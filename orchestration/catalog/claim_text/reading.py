"""Sentences read as claims: each amount with its measure, economies and year, or the parts that are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from orchestration.catalog.claim_text.amounts import COUNT, DOLLARS, MULTIPLE, PERCENT, Amount, amounts_in
from orchestration.catalog.claim_text.economies import Economy, EconomyNames
from orchestration.catalog.claim_text.measures import (
    Measure,
    Series,
    Word,
    directions_in,
    measures,
    narrowing,
    topics_in,
)
from orchestration.catalog.claim_text.years import Time, times_in

WORLD = "W00"
PATENTS = "PATN"
LONGEST = 2_000
"""Characters of one sentence."""

_UNIT_WORDS = {DOLLARS: "US dollars", PERCENT: "percent", MULTIPLE: "a multiple", COUNT: "a number"}
_BREAK = re.compile(
    r"[;:]\s|,\s|\s[-–—]\s|\s\(|\)|\band\b|\bwhile\b|\bwhereas\b|\bbut\b|\bfollowed by\b|\bcompared (?:with|to)\b|\bversus\b"
)
_CLAUSE = re.compile(r"[;:,]|\b(?:and|while|whereas|but)\b")
_UNCERTAIN = re.compile(
    r"\b(?:forecasts?|projected|projects|projection|expected|will|would|could|might|may reach|should|if|target\w*|aims?|plans?|goal|not|never|n't|"
    r"denied|false|wrongly|myth|average|cumulative\w*|combined|together|respectively|constant|inflation-adjusted|"
    r"real terms|PPP|seasonally)\b|%-\d",
    re.IGNORECASE,
)
_QUALIFIES = {
    "respectively": "“respectively” shares several amounts out",
    "average": "it is an average of several years",
}
_SUBJECT = re.compile(
    r"\b([A-Z][\w&.'-]+)\s(?:has |had |have )?(?:paid|pays|received|receives|earned|earns|spent|spends|collected|exported|imported)\b"
)
_PRONOUN = re.compile(
    r"\b(?:from|to|with|by) (?:it|them|there|that country|this country|these|those|each other|both|either)\b"
)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")

Found = TypeVar("Found", Economy, Time, Word)


@dataclass(frozen=True)
class Candidate:
    """One published measure that an amount may be a figure of; ``counterpart`` is the world where there is none."""

    series: Series
    area: str
    counterpart: str
    year: int
    value: float
    unit: str
    tolerance: float
    because: str

    @property
    def item(self) -> str:
        return self.series.item


@dataclass(frozen=True)
class Reading:
    """What was understood of one amount in a sentence.

    ``candidates`` are the measures it may be of; ``missing`` says in words which parts are not there or not clear. Only a
    reading without missing parts and with one candidate is a claim.
    """

    sentence: str
    amount: Amount | None
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]
    understood: tuple[tuple[str, str], ...]

    @property
    def claim(self) -> Candidate | None:
        """The claim; None where a part is missing or several measures fit."""
        return self.candidates[0] if len(self.candidates) == 1 and not self.missing else None


@dataclass(frozen=True)
class _Sentence:
    text: str
    amounts: list[Amount]
    times: list[Time]
    economies: list[Economy]
    topics: list[Word]
    directions: list[Word]
    breaks: list[int]

    def part_of(self, position: int) -> tuple[int, int]:
        """Where the part of the sentence that holds a position begins and ends."""
        start = max((one for one in self.breaks if one <= position), default=0)
        end = min((one for one in self.breaks if one > position), default=len(self.text))
        return start, end

    def nearest(self, amount: Amount, found: Sequence[Found], *, in_clause: bool = False) -> list[Found]:
        """What the amount's own part of the sentence names; else the nearest part before, else the nearest after.

        A part after the amount with an amount of its own speaks of that one; ``in_clause`` leaves out the parts after the
        amount that another clause begins.
        """
        parts = sorted({self.part_of(one.start) for one in found})
        own = self.part_of(amount.start)
        taken = {self.part_of(one.start) for one in self.amounts}
        before = [one for one in parts if one[0] < own[0]]
        after = [
            one
            for one in parts
            if one[0] > own[0]
            and one not in taken
            and not (in_clause and _CLAUSE.search(self.text[amount.end : one[0]]))
        ]
        chosen = own if own in parts else before[-1] if before else after[0] if after else None
        return [one for one in found if chosen and chosen[0] <= one.start < chosen[1]]


def normalised(text: str) -> str:
    """A sentence with plain spaces and apostrophes."""
    return _SPACES.sub(" ", text).replace("’", "'").replace("‘", "'").replace("‑", "-").strip()


def read_sentence(text: str, names: EconomyNames, said_on: date | None = None) -> list[Reading]:
    """What a sentence claims, one reading an amount; one reading without amount where it has none.

    Args:
        text: the sentence.
        names: the economies of the release.
        said_on: the day on which it was said, which "last year" needs.
    """
    text = normalised(text)[:LONGEST]
    amounts = amounts_in(text)
    if not amounts:
        return [Reading(text, None, (), ("an amount: no figure with a unit is in it",), ())]
    inside = [(one.start, one.end) for one in amounts]

    def free(found: Iterable[Found]) -> list[Found]:
        return [one for one in found if all(one.end <= start or one.start >= end for start, end in inside)]

    sentence = _Sentence(
        text,
        amounts,
        times_in(text, amounts, said_on),
        free(names.found_in(text)),
        free(topics_in(text)),
        free(directions_in(text)),
        [
            match.end()
            for match in _BREAK.finditer(text)
            if all(not start < match.start() < end for start, end in inside)
        ],
    )
    return [_read(amount, sentence) for amount in amounts]


def _read(amount: Amount, sentence: _Sentence) -> Reading:
    missing: list[str] = [f"one figure: “{amount.printed}”: {amount.refused}"] if amount.refused else []
    if found := _UNCERTAIN.search(sentence.text):
        why = _QUALIFIES.get(found[0].lower(), f"“{found[0]}” makes it another thing than a reported figure")
        missing.append(f"a plain statement: {why}")
    year = _part(missing, lambda: _year(amount, sentence))
    fitting = _part(missing, lambda: _measures(amount, sentence)) or []
    economies = _part(missing, lambda: _economies(fitting[0] if fitting else None, amount, sentence))
    candidates: list[Candidate] = []
    if year and economies and not amount.refused:
        area, counterpart = economies
        candidates = [one for measure in fitting if (one := _candidate(measure, area, counterpart, year, amount))]
        if fitting and not candidates:
            missing.append(
                "a measure: none is held of a pair of economies" if counterpart else "the economy at the other end"
            )
    exact = f", {amount.value:,.12g} {_UNIT_WORDS[amount.unit]}, give or take {amount.tolerance:,.12g}"
    understood = [("amount", amount.printed + ("" if amount.refused else exact))]
    if economies:
        understood.append(("economy", economies[0]))
        if economies[1]:
            understood.append(("counterpart", economies[1]))
    if year:
        understood.append(("year", str(year)))
    return Reading(sentence.text, amount, tuple(candidates), tuple(missing), tuple(understood))


class _MissingError(Exception):
    """A part of a claim that the sentence does not have."""


Part = TypeVar("Part")


def _part(missing: list[str], find: Callable[[], Part]) -> Part | None:
    try:
        return find()
    except _MissingError as error:
        missing.append(str(error))
        return None


def _year(amount: Amount, sentence: _Sentence) -> int:
    """The year beside the amount, or the only one of its part of the sentence."""
    after = [time for time in sentence.times if time.start >= amount.end]
    if after and re.fullmatch(
        r"\s*\)?(?:\s\w+){0,3}\s*(?:in|for|of|during)?\s*\(?", sentence.text[amount.end : after[0].start]
    ):
        beside = [after[0]]
    else:
        beside = _with_all_before(sentence.nearest(amount, sentence.times), sentence.times, amount, sentence)
    if refused := [time for time in beside if time.refused]:
        words = sentence.text[refused[0].start : refused[0].end].strip()
        raise _MissingError(f"a year: “{words}”: {refused[0].refused}")
    years = sorted({time.year for time in beside if time.year})
    if not years:
        raise _MissingError("a year")
    if len(years) > 1:
        raise _MissingError(f"which year: {' or '.join(map(str, years))}")
    return years[0]


def _measures(amount: Amount, sentence: _Sentence) -> list[Measure]:
    """The measures of the amount's topic, direction and unit."""
    words = {word.name: word.words for word in sentence.nearest(amount, sentence.topics, in_clause=True)}
    if not words:
        raise _MissingError("a measure: no words of one that is held are in it")
    if len(words) > 1:
        raise _MissingError(f"which measure: {' or '.join(f'“{one}”' for one in words.values())}")
    ((topic, named),) = words.items()
    known = [one for one in measures() if one.topic == topic]
    if not known:
        raise _MissingError(f"a measure: figures of “{named}” are not held")
    if narrower := narrowing(topic, sentence.text):
        raise _MissingError(f"a measure: “{narrower}” makes it another than the one held")
    unit = PATENTS if amount.unit == COUNT else amount.unit
    of_unit = [one for one in known if one.unit == unit and (not one.needs or re.search(one.needs, sentence.text))]
    if not of_unit:
        raise _MissingError(f"a measure: none of “{named}” is held in {_UNIT_WORDS[amount.unit]}")
    if all(one.direction is None for one in of_unit):
        return of_unit
    directions = list(
        dict.fromkeys(word.name for word in sentence.nearest(amount, sentence.directions, in_clause=True))
    )
    if {"surplus", "deficit"} & set(directions):
        directions = [one for one in directions if one in ("surplus", "deficit")]
    if not directions:
        raise _MissingError("a measure: whether it was received or paid is not said")
    if len(directions) > 1:
        raise _MissingError(f"which measure: {' or '.join(directions)}")
    chosen = [one for one in of_unit if one.direction == directions[0]]
    if not chosen:
        raise _MissingError(f"a measure: none of “{named}”, {directions[0]}, is held in {_UNIT_WORDS[amount.unit]}")
    return chosen


def _economies(measure: Measure | None, amount: Amount, sentence: _Sentence) -> tuple[str, str | None]:
    """The economy of the figure and the one at the other end, if the sentence names one."""
    if subject := _other_subject(sentence):
        raise _MissingError(f"an economy: “{subject}” is none, and the figure may be its own")
    if measure and measure.counterpart and (pronoun := _PRONOUN.search(sentence.text)):
        raise _MissingError(f"which economy: “{pronoun[0]}” is one that another sentence or part names")
    if listed := _listed_beside(amount, sentence):
        return listed, None
    found = [one for one in sentence.nearest(amount, sentence.economies) if not _is_all_partners(one, sentence)]
    named = [one for one in sentence.economies if not _is_all_partners(one, sentence)]
    found = _with_those_beside(_with_all_before(found, named, amount, sentence), sentence)
    if refused := [one for one in found if one.refused]:
        raise _MissingError(f"an economy: {refused[0].refused}")
    both = len({one.area for one in found}) > 1
    ends = _at_the_other_end(measure, sentence, found if both else sentence.economies)
    areas = list(dict.fromkeys(one.area for one in found if one.area))
    if areas and set(areas) <= ends:  # the part names the other end alone: whose figure it is comes from the rest
        others = list(dict.fromkeys(one.area for one in sentence.economies if one.area and one.area not in ends))
        areas = [*others, *areas]
    if not areas:
        raise _MissingError("an economy")
    if len(areas) > 2:
        raise _MissingError(f"which economy: {_named(areas, sentence)}")
    counterparts = [one for one in areas if one in ends]
    if len(areas) == 1:
        if counterparts:
            raise _MissingError(
                f"an economy: {_named(areas, sentence)} is at the other end, and whose figure it is, is not said"
            )
        return areas[0], None
    if len(counterparts) != 1 or WORLD in areas:
        raise _MissingError(f"which economy: {_named(areas, sentence)}")
    (area,) = (one for one in areas if one not in counterparts)
    return area, counterparts[0]


def _named(areas: Iterable[str], sentence: _Sentence) -> str:
    """Economies by the words of the sentence."""
    words = {one.area: one.word for one in reversed(sentence.economies)}
    return " or ".join(words[area] for area in areas)


def _other_subject(sentence: _Sentence) -> str | None:
    """A name before a verb that is none of an economy, such as that of a company."""
    for match in _SUBJECT.finditer(sentence.text):
        known: list[Economy | Word] = [*sentence.economies, *sentence.topics]
        if not any(one.start < match.end(1) and match.start(1) < one.end for one in known):
            return match[1]
    return None


def _with_all_before(found: list[Found], among: Sequence[Found], amount: Amount, sentence: _Sentence) -> list[Found]:
    """What was found; where the amount's own part names nothing, all that was named before, of which the nearest is a guess."""
    own = sentence.part_of(amount.start)
    if not found or any(sentence.part_of(one.start) == own for one in found):
        return found
    return [one for one in among if one.start < amount.start] or found


def _with_those_beside(found: list[Economy], sentence: _Sentence) -> list[Economy]:
    """The economies and those that are listed with them, as in ``US and Japanese receipts``."""
    groups: list[list[Economy]] = []
    for one in sentence.economies:
        joined = groups and re.fullmatch(
            r"\s*(?:,|and|or|&|/|, and)\s*(?:the\s)?", sentence.text[groups[-1][-1].end : one.start]
        )
        if joined:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [one for group in groups if any(member in found for member in group) for one in group]


def _is_all_partners(economy: Economy, sentence: _Sentence) -> bool:
    """Whether a mention is the world as all partners together, as in ``payments to the world``."""
    before = sentence.text[: economy.start]
    return economy.area == WORLD and bool(
        re.search(r"\b(?:to|from|with) (?:the |all over the |the rest of the )?$", before)
    )


def _listed_beside(amount: Amount, sentence: _Sentence) -> str | None:
    """The economy of a list such as ``China (58,990), Japan (52,660)``."""
    before = [one for one in sentence.economies if one.end <= amount.start]
    if before and sentence.text[before[-1].end : amount.start].strip() == "(" and before[-1].area:
        return before[-1].area
    return None


def _at_the_other_end(measure: Measure | None, sentence: _Sentence, among: Sequence[Economy]) -> set[str]:
    """Economies that follow the measure's word for the other end, such as ``from`` for receipts."""
    if measure is None or measure.counterpart is None:
        return set()
    pattern = re.compile(rf"\b(?:{measure.counterpart})\s+(?:(?:all|the|its)\s+)*$", re.IGNORECASE)
    return {one.area for one in among if one.area and pattern.search(sentence.text[: one.start])}


def _candidate(measure: Measure, area: str, counterpart: str | None, year: int, amount: Amount) -> Candidate | None:
    series = measure.pair if counterpart else measure.alone
    if series is None:
        return None
    ends = (counterpart, area) if counterpart and series.exchanged else (area, counterpart or WORLD)
    return Candidate(
        series, ends[0], ends[1], year, measure.sign * amount.value, measure.unit, amount.tolerance, amount.because
    )


def understood_parts(candidate: Candidate) -> dict[str, Any]:
    """The parts of a candidate by the names of a claim file's fields."""
    return {
        "metric": candidate.series.metric,
        "measure": candidate.series.measure,
        "area": candidate.area,
        "counterpart_area": candidate.counterpart,
        "item": candidate.series.item,
        "clock": candidate.series.clock,
        "authority": candidate.series.authority,
        "year": candidate.year,
        "value": candidate.value,
        "unit": candidate.unit,
        "tolerance": candidate.tolerance,
    }
