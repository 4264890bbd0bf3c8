"""Sentences read as claims: every word is accounted for, or the sentence is not understood."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from orchestration.catalog.claim_text.amounts import COUNT, DOLLARS, MULTIPLE, PERCENT, Amount
from orchestration.catalog.claim_text.grammar import WORLD, Grammar, Token, lists
from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE

LONGEST = 2_000
"""Characters of one sentence."""

_UNIT_WORDS = {DOLLARS: "US dollars", PERCENT: "percent", MULTIPLE: "a multiple", COUNT: "a number"}
_NO_TOKEN = Token("end", None, "")
_TWO_MEANINGS = re.compile(r"\b(?:paid|pays?|paying) (?:US|U\.S\.) \$")
_PLAIN = str.maketrans("’‘‑", "''-")
_ABBREVIATIONS = r"(?<!\bU\.S)(?<!\bU\.K)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bNo)(?<!\bvs)(?<!\bi\.e)(?<!\be\.g)(?<!\bn\.i\.e)(?<!\b[A-Z])"
_END = re.compile(
    rf"(?:{_ABBREVIATIONS}\.|[!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9$€£¥])|\n\s*\n|(?<=\bU\.S)\.\s+(?=(?:In|The|But|It|And|That|This)\s)"
)

_SERIES = ("metric", "measure", "area", "counterpart_area", "item", "clock", "authority")
PARTS = (*_SERIES, "year", "value", "unit", "tolerance")
"""The fields of a claim file that a sentence states."""


@dataclass(frozen=True)
class Candidate:
    """One published figure that a sentence may state, with the fields of a claim file.

    ``says`` are the words of its official figure. ``base_year`` is set where the value is the growth since that year, and ``rank``
    where the claim is a place among economies; ``value`` is then the place.
    """

    says: str
    metric: str
    measure: str
    area: str
    counterpart_area: str
    year: int
    value: float
    unit: str
    tolerance: float
    item: str = "_T"
    clock: str = NO_CLOCK
    authority: str = NOT_APPLICABLE
    base_year: int | None = None
    rank: int | None = None

    @property
    def parts(self) -> dict[str, Any]:
        """The fields of a claim file."""
        return {name: getattr(self, name) for name in PARTS}


@dataclass(frozen=True)
class Reading:
    """The parts understood of one amount or rank in a sentence.

    ``missing`` states which parts are absent or unclear; ``parts`` are the fields of a claim file that are known, None
    where they are not. Only a reading without missing parts and with one candidate is a claim.
    """

    sentence: str
    amount: Amount | None
    candidates: tuple[Candidate, ...] = ()
    missing: tuple[str, ...] = ()
    parts: dict[str, Any] = field(default_factory=dict)
    is_judged: bool = True

    @property
    def claim(self) -> Candidate | None:
        """The claim, or None."""
        return self.candidates[0] if len(self.candidates) == 1 and not self.missing else None


@dataclass
class _Clause:
    """The tokens of one amount and their meanings; ``introduced_by`` is the preposition before the amount."""

    tokens: list[Token] = field(default_factory=list)
    amount: Amount | None = None
    introduced_by: str | None = None
    subjects: list[str] = field(default_factory=list)
    counterparts: list[str] = field(default_factory=list)
    topic: str | None = None
    direction: str | None = None
    year: int | None = None
    base_year: int | None = None

    def values(self, kind: str) -> list[Any]:
        return list(dict.fromkeys(token.value for token in self.tokens if token.kind == kind))

    @property
    def is_growth(self) -> bool:
        if self.amount is None or self.introduced_by in ("from", "to", "at"):
            return False
        return bool(self.values("change")) or (self.amount.unit == MULTIPLE and not self.values("whole"))

    @property
    def measures(self) -> list[dict[str, Any]]:
        """The published measures of topic and direction."""
        direction = "surplus" if self.direction == "deficit" else self.direction
        return [row for row in lists()["measures"] if (row["topic"], row.get("direction")) == (self.topic, direction)]


def sentences_in(text: str) -> list[str]:
    """Return the sentences of a text, with the line breaks inside paragraphs joined."""
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    parts = (" ".join(text[start:end].split()) for start, end in pairwise(ends))
    return [*filter(None, parts)]


def read_sentence(text: str, grammar: Grammar, said_on: date | None = None) -> list[Reading]:
    """Read a sentence: one reading for each amount and one for a rank, or a single reading without either.

    When a word is outside the grammar, or a part of one amount is missing, no reading of the sentence is a claim. "Last year"
    needs ``said_on``.
    """
    text = " ".join(text.translate(_PLAIN).split())[:LONGEST]
    tokens = grammar.tokens(text)
    clauses = _clauses([token for token in tokens if token.kind not in ("filler", "aside")])
    readings: list[Reading] = []
    for previous, clause in pairwise([_Clause(), *clauses]):
        reading = _read(text, clause, previous, said_on)
        readings += [reading] if reading.amount else []
        for place in clause.values("rank"):
            candidates = tuple(_candidates(clause, place))
            missing = () if candidates else reading.missing or ("a rank among economies",)
            readings.append(Reading(text, None, candidates, missing, _parts(clause, candidates)))
    readings.sort(key=lambda reading: reading.amount is None)  # ranks last
    if not readings:
        return [Reading(text, None, missing=("an amount or a rank, in English: no figure with a unit was understood",))]
    unknown = [f"“{token.words.rstrip('.')}”" for token in tokens if token.kind == "unknown"]
    if _TWO_MEANINGS.search(text):
        unknown.append("“US $ (the currency, or the United States and an amount)”")
    if unknown:
        return [replace(each, missing=(*each.missing, f"the meaning of {', '.join(unknown[:6])}")) for each in readings]
    if any(reading.is_judged and reading.missing for reading in readings):
        return [replace(reading, missing=reading.missing or ("the rest of the sentence",)) for reading in readings]
    # words that state more: "a record", or "dropped" without the figure before
    has_both_ends = any(clause.is_growth or clause.introduced_by == "from" for clause in clauses)
    kinds = ("aside",) if has_both_ends else ("aside", "change")
    words = [f"“{token.words}”" for token in tokens if token.kind in kinds]
    if words and any(reading.claim for reading in readings):
        reason = f"{', '.join(words)} {'is' if len(words) == 1 else 'are'} not judged: only amounts and ranks are"
        readings.append(Reading(text, None, missing=(reason,), is_judged=False))
    return readings


def _clauses(tokens: Sequence[Token]) -> list[_Clause]:
    """Split a sentence into one clause for each amount; words without an amount belong to the next one, or the last."""
    clauses = [clause := _Clause()]
    for before, token, after in zip([_NO_TOKEN, *tokens], tokens, [*tokens[1:], _NO_TOKEN], strict=False):
        is_end = token.value in ("from", "to") and after.kind == "amount"
        if clause.amount and (is_end or token.kind in ("break", "compared")):
            clauses.append(clause := _Clause())
        clause.tokens.append(token)
        if token.kind == "amount" and clause.amount is None:
            clause.amount = token.value
            clause.introduced_by = before.value if before.kind == "preposition" else None
    if len(clauses) > 1 and clause.amount is None:
        clauses.pop()
        clauses[-1].tokens += clause.tokens
    return clauses


def _read(text: str, clause: _Clause, previous: _Clause, said_on: date | None) -> Reading:
    missing = [
        part for set_part in (_set_years, _set_measure, _set_economies) if (part := set_part(clause, previous, said_on))
    ]
    amount, before = clause.amount, previous.amount
    if amount is None:
        return Reading(text, None, missing=tuple(missing))
    if before and (amount.unit, before.unit) == (COUNT, DOLLARS) and clause.topic in ("ip", "services"):
        clause.amount = amount = replace(amount, unit=DOLLARS)  # "51.9 billion" after dollars
    if sum(token.kind == "amount" for token in clause.tokens) > 1:
        missing.append("which amount: two are in one clause")
    elif reason := _not_judged(clause, amount):
        return Reading(text, amount, missing=(f"“{amount.printed}” is not judged: {reason}",), is_judged=False)
    is_later_end = clause.introduced_by == "to" == clause.tokens[0].value
    is_change = any(part.values("change") or part.introduced_by == "from" for part in (clause, previous))
    if "between" in (clause.introduced_by, previous.introduced_by) or (is_later_end and not is_change):
        missing.append(f"one figure: “{amount.printed}” is an end of a range")
    if clause.is_growth and len(changes := clause.values("change")) > 1:
        missing.append(f"which change: {' or '.join(changes)}")
    candidates = tuple(_candidates(clause))
    if not missing and not candidates:
        missing.append(f"a measure: none of this kind is published in {_UNIT_WORDS[amount.unit]}")
    return Reading(text, amount, candidates, tuple(missing), _parts(clause, candidates))


def _not_judged(clause: _Clause, amount: Amount) -> str | None:
    """Return why an amount is not judged although it was understood."""
    kinds = [token.kind for token in clause.tokens]
    is_before = clause.introduced_by == "from"
    own = kinds[kinds.index("amount") :] if is_before and "change" in kinds else kinds
    if amount.is_bound:
        return "it is a bound, not one figure"
    if (is_before or "compared" in kinds) and not {"year", "relative", "last_year"} & {*own}:
        return "it is only compared with, and has no year of its own"
    if clause.is_growth and amount.unit not in (PERCENT, MULTIPLE):
        return "it is a change, not a level"
    return None


def _set_years(clause: _Clause, previous: _Clause, said_on: date | None) -> str | None:
    """Set the year of a clause, and the year that a growth starts from; return what is missing."""
    stated = [token.value for token in clause.tokens if token.kind == "year"]
    years = {int(value["last"]) for value in stated if value["last"]}
    clause.base_year = next((int(value["base"]) for value in stated if value["base"]), None)
    for kind, following, needed in (
        ("relative", previous.year, "“the year before” needs a year to refer to"),
        ("last_year", said_on.year if said_on else None, "“last year” needs --said-on, the day of the statement"),
    ):
        if clause.values(kind):
            if following is None:
                return f"a year: {needed}"
            years.add(following - 1)
    if len(years) > 1:
        return f"which year: {' or '.join(map(str, sorted(years)))}"
    if clause.base_year and not clause.is_growth:
        return "one year: the figure is of a period of several years"
    clause.year = years.pop() if years else previous.year
    return None if clause.year else "a year"


def _set_measure(clause: _Clause, previous: _Clause, said_on: date | None) -> str | None:
    """Set topic and direction, from the clause or from the one before it; return what is missing."""
    topics, directions, wholes = (clause.values(kind) for kind in ("topic", "direction", "whole"))
    if len(topics) > 1:
        return f"which measure: {' or '.join(topics)}"
    clause.topic = topics[0] if topics else previous.topic
    if clause.topic is None:
        return "a measure: it names no published one"
    balances = [word for word in directions if word in ("surplus", "deficit")]
    shares = ["share in a region" if clause.values("region") else "share"] if clause.values("share") else []
    if clause.values("projection"):
        if wholes != ["trade"]:
            return "a reported figure: it is a projection"
        wholes = ["projection"]
    chosen = wholes or shares or balances[:1] or directions or [previous.direction]
    if len(chosen) > 1:
        return f"which measure: {' or '.join(chosen)}"
    clause.direction = chosen[0]
    if clause.measures and (shares or not clause.values("region")):
        return None
    if clause.direction is None:
        return "a measure: whether it was received or paid is not stated"
    return f"a measure: none of {clause.topic}, {clause.direction} is published"


def _set_economies(clause: _Clause, previous: _Clause, said_on: date | None) -> str | None:
    """Set whose figure it is and the economy at the other end; return what is missing."""
    other_ends = {row.get("other_end") for row in clause.measures}
    for before, token in zip([_NO_TOKEN, *clause.tokens], clause.tokens, strict=False):
        if token.kind == "economy":
            area, refused = token.value
            if refused:
                return f"an economy: “{token.words}” {refused}"
            is_payee = before.words.lower() in ("paid", "pays", "paying")
            is_other_end = is_payee or (before.kind == "preposition" and before.value in other_ends)
            ends = clause.counterparts if is_other_end else clause.subjects
            if area not in ends:
                ends.append(area)
    if clause.direction in ("trade", "projection") and not clause.subjects:
        clause.subjects = [WORLD]
    if clause.topic == "joint_inventions":
        clause.subjects, clause.counterparts = clause.subjects[:1], clause.subjects[1:] + clause.counterparts
    if clause.values("share") and not clause.values("whole") and len(clause.subjects) == 2:
        clause.subjects, clause.counterparts = clause.subjects[1:], clause.subjects[:1]
    if not clause.subjects:
        clause.subjects = list(previous.subjects)
        if not clause.counterparts and previous.counterparts:
            if clause.values("direction"):
                return "the economy at the other end"
            clause.counterparts = list(previous.counterparts)
    if not clause.subjects:
        return "an economy: the sentence does not state whose figure it is"
    several = len(clause.subjects) > 1 or len(clause.counterparts) > 1
    return "which economy: several are named" if several else None


def _candidates(clause: _Clause, rank: int | None = None) -> Iterator[Candidate]:
    """Yield the published figures that the parts of a clause amount to."""
    amount, is_growth = clause.amount, rank is None and clause.is_growth
    if clause.year is None or len(clause.subjects) != 1 or len(clause.counterparts) > 1:
        return
    for row in clause.measures:
        area, counterpart = clause.subjects[0], (clause.counterparts or [WORLD])[0]
        if counterpart != WORLD and "received_as" in row:
            row, area, counterpart = row["received_as"], counterpart, area
        own = row if counterpart == WORLD else row | row.get("pair", {"says": None})
        if not own.get("says") or area == WORLD != counterpart:
            continue
        series = {name: own[name] for name in ("says", *_SERIES) if name in own}
        series |= {"area": area, "counterpart_area": counterpart, "year": clause.year}
        if rank is not None:
            if counterpart == WORLD != area:
                yield Candidate(value=float(rank), unit=row["unit"], tolerance=0, rank=rank, **series)
        elif amount and (is_growth or amount.unit == row["unit"]):
            is_down = clause.values("change") == ["down"] if is_growth else clause.direction == "deficit"
            yield Candidate(
                value=-amount.value if is_down else amount.value,
                unit=amount.unit,
                tolerance=amount.tolerance,
                base_year=(clause.base_year or clause.year - 1) if is_growth else None,
                **series,
            )


def _parts(clause: _Clause, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Return the fields of a claim file, None where the sentence does not give them."""
    if candidates:
        return candidates[0].parts
    known = {
        **(clause.measures[0] if len(clause.measures) == 1 else {}),
        **(vars(clause.amount) if clause.amount else {}),
        "area": clause.subjects[0] if len(clause.subjects) == 1 else None,
        "counterpart_area": clause.counterparts[0] if len(clause.counterparts) == 1 else None,
        "year": clause.year,
    }
    return {name: known.get(name) for name in PARTS}
