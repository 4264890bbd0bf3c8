"""Sentences read as claims: every word is accounted for, or the sentence is not understood."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from orchestration.catalog.claim_text.amounts import COUNT, DOLLARS, MULTIPLE, PERCENT, Amount
from orchestration.catalog.claim_text.grammar import WORLD, Grammar, Token, lists
from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE

LONGEST = 2_000
"""Characters of one sentence."""
_UNKNOWN_SHOWN = 6

_UNIT_WORDS = {DOLLARS: "US dollars", PERCENT: "percent", MULTIPLE: "a multiple", COUNT: "a number"}
_PASSED_OVER = ("filler", "aside")
"""Kinds of tokens between a preposition and its amount."""
_ORDINALS = {"first": 1, "second": 2, "third": 3}
_OTHER_END = {
    ("ip", "receipts"): ("from",),
    ("ip", "payments"): ("to",),
    ("services", "receipts"): ("to",),
    ("services", "payments"): ("from",),
}
"""Prepositions before the economy at the other end of a flow."""
_TWO_MEANINGS = re.compile(r"\b(?:paid|pays?|paying) (?:US|U\.S\.) \$")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


@dataclass(frozen=True)
class Candidate:
    """One published figure that a sentence may state, with the fields of a claim file.

    ``says`` are the words of its official figure and ``because`` those of the tolerance. ``base_year`` is set where the value is
    the growth since that year, and ``rank`` where the claim is a place among economies; ``value`` is then the place.
    """

    metric: str
    measure: str
    area: str
    counterpart_area: str
    item: str
    clock: str
    authority: str
    year: int
    value: float
    unit: str
    tolerance: float
    says: str
    because: str
    base_year: int | None = None
    rank: int | None = None

    @property
    def parts(self) -> dict[str, Any]:
        """The fields of a claim file."""
        return {name: getattr(self, name) for name in PARTS}


PARTS = (
    *("metric", "measure", "area", "counterpart_area", "item", "clock", "authority"),
    *("year", "value", "unit", "tolerance"),
)


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


class _MissingError(Exception):
    """A part of a claim that the sentence lacks."""


class _NotJudgedError(Exception):
    """An amount that was understood and is not judged."""


@dataclass
class _Clause:
    """The tokens of one amount and their meanings."""

    tokens: list[Token]
    is_compared: bool = False
    subjects: list[str] = field(default_factory=list)
    counterparts: list[str] = field(default_factory=list)
    topic: str | None = None
    direction: str | None = None
    year: int | None = None
    base_year: int | None = None
    unit: str | None = None

    @property
    def amount(self) -> Amount | None:
        """The first amount, in ``unit`` where another clause gives it."""
        amount = next((token.value for token in self.tokens if token.kind == "amount"), None)
        return replace(amount, unit=self.unit) if amount and self.unit else amount

    @property
    def printed(self) -> str:
        return self.amount.printed if self.amount else ""

    @property
    def introduced_by(self) -> str | None:
        """The preposition before the amount."""
        places = (number for number, token in enumerate(self.tokens) if token.kind == "amount")
        before = _before(self.tokens, next(places, 0))
        return before.words.lower() if before and before.kind == "preposition" else None

    def values(self, kind: str) -> list[Any]:
        """Return the distinct values of the tokens of a kind."""
        return list(dict.fromkeys(token.value for token in self.tokens if token.kind == kind))

    def has(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)


def normalised(text: str) -> str:
    """Return a sentence with plain spaces, apostrophes and hyphens."""
    return _SPACES.sub(" ", text).replace("’", "'").replace("‘", "'").replace("‑", "-").strip()


def read_sentence(text: str, grammar: Grammar, said_on: date | None = None) -> list[Reading]:
    """Read a sentence: one reading for each amount and one for a rank, or a single reading without either.

    When a word is outside the grammar, or a part of one amount is missing, no reading of the sentence is a claim.

    Args:
        text: the sentence.
        grammar: the grammar with the economies of the release.
        said_on: the day on which it was said, which "last year" needs.
    """
    text = normalised(text)[:LONGEST]
    tokens = grammar.tokens(text)
    clauses = _clauses(tokens)
    readings = [
        _read(text, clause, previous, said_on)
        for previous, clause in zip([_Clause([]), *clauses], clauses, strict=False)
    ]
    ranks = list(_ranks(text, clauses, readings))
    readings = [reading for reading in readings if reading.amount] + ranks
    if not readings:
        return [Reading(text, None, missing=("an amount or a rank, in English: no figure with a unit was understood",))]
    unknown = [token.words.rstrip(".") for token in tokens if token.kind == "unknown"]
    if _TWO_MEANINGS.search(text):
        unknown.append("US $ (the currency, or the United States and an amount)")
    judged = list(_all_or_none(readings, unknown))
    return [*judged, *_unjudged(text, clauses)] if any(reading.claim for reading in judged) else judged


def _unjudged(text: str, clauses: Sequence[_Clause]) -> Iterator[Reading]:
    """Yield a reading for the words that state more than amounts and ranks: ``a record``, or ``dropped`` without the figure before."""
    has_both_ends = any(_is_growth(clause) or clause.introduced_by == "from" for clause in clauses)
    kinds = ("aside",) if has_both_ends else ("aside", "change")
    words = [f"“{token.words}”" for clause in clauses for token in clause.tokens if token.kind in kinds]
    if words:
        verb = "is" if len(words) == 1 else "are"
        yield Reading(
            text, None, missing=(f"{', '.join(words)} {verb} not judged: only amounts and ranks are",), is_judged=False
        )


def _all_or_none(readings: Sequence[Reading], unknown: Sequence[str]) -> Iterator[Reading]:
    """Refuse every reading of a sentence with a part that was not understood."""
    blocked = any(reading.is_judged and reading.missing for reading in readings)
    for reading in readings:
        missing = reading.missing
        if unknown:
            named = ", ".join(f"“{word}”" for word in unknown[:_UNKNOWN_SHOWN])
            missing = (*missing, f"the meaning of {named}")
        elif blocked and not missing:
            missing = ("the rest of the sentence",)
        yield replace(reading, missing=missing)


def _clauses(tokens: Sequence[Token]) -> list[_Clause]:
    """Split a sentence into one clause for each amount; words without an amount belong to the next one, or the last."""
    clauses = [clause := _Clause([])]
    for number, token in enumerate(tokens):
        is_end = token.kind == "preposition" and token.words.lower() in ("from", "to")
        if token.kind == "break" or (is_end and _next_kind(tokens[number + 1 :]) == "amount"):
            if clause.has("amount"):
                clauses.append(clause := _Clause([]))
            clause.is_compared = clause.is_compared or token.words.lower().startswith("compared")
        clause.tokens.append(token)
    if len(clauses) > 1 and not clause.has("amount"):
        clauses.pop()
        clauses[-1].tokens += clause.tokens
    return clauses


def _next_kind(tokens: Iterable[Token]) -> str | None:
    """Return the kind of the first token that is no filler and no aside."""
    return next((token.kind for token in tokens if token.kind not in _PASSED_OVER), None)


def _before(tokens: Sequence[Token], number: int) -> Token | None:
    """Return the token before a place, without fillers and asides."""
    return next((token for token in reversed(tokens[:number]) if token.kind not in _PASSED_OVER), None)


def _read(text: str, clause: _Clause, previous: _Clause, said_on: date | None) -> Reading:
    missing: list[str] = []
    is_judged = True
    for fill in (_set_years, _set_measure, _set_economies):
        try:
            fill(clause, previous, said_on)
        except _MissingError as error:
            missing.append(str(error))
        except _NotJudgedError as error:
            missing, is_judged = [str(error)], False
            break
    amount, before = clause.amount, previous.amount
    if amount and before and (amount.unit, before.unit) == (COUNT, DOLLARS) and clause.topic in ("ip", "services"):
        clause.unit, amount = DOLLARS, replace(amount, unit=DOLLARS)  # "51.9 billion" after dollars
    if amount and amount.refused:
        missing, is_judged = [f"“{amount.printed}” is not judged: {amount.refused}"], False
    if sum(token.kind == "amount" for token in clause.tokens) > 1:
        missing.append("which amount: two are in one clause")
    if amount and _is_range(clause, previous):
        missing.append(f"one figure: “{amount.printed}” is an end of a range")
    candidates = tuple(_candidates(clause)) if amount else ()
    if amount and not missing and not candidates:
        missing.append(f"a measure: none of this kind is published in {_UNIT_WORDS[amount.unit]}")
    return Reading(text, amount, candidates, tuple(missing), _parts(clause, candidates), is_judged)


def _is_range(clause: _Clause, previous: _Clause) -> bool:
    """Return whether an amount is an end of a range such as ``between $5 billion and $7 billion``."""
    if "between" in (clause.introduced_by, previous.introduced_by):
        return True
    is_end = clause.introduced_by == "to" and clause.tokens[0].words.lower() == "to"
    return is_end and not any(part.has("change") or part.introduced_by == "from" for part in (clause, previous))


def _set_years(clause: _Clause, previous: _Clause, said_on: date | None) -> None:
    """Set the year of a clause, and the year that a growth starts from."""
    years: list[int] = []
    kinds = [token.kind for token in clause.tokens]
    if clause.introduced_by == "from" and clause.has("change") and "year" not in kinds[kinds.index("amount") :]:
        raise _NotJudgedError(
            f"“{clause.printed}” is not judged: it is the figure before a change, and has no year of its own"
        )
    for number, token in enumerate(clause.tokens):
        if token.kind == "period":
            clause.base_year = int(token.value["base"])
            years.append(int(token.value["last"]))
        elif token.kind == "year":
            before = _preposition(clause.tokens, number)
            if before in ("since", "than", "from"):
                clause.base_year = int(token.words)
            else:
                years.append(int(token.words))
        elif token.kind == "relative":
            if previous.year is None:
                raise _MissingError("a year: “the year before” needs a year to refer to")
            years.append(previous.year - 1)
        elif token.kind == "last_year":
            if said_on is None:
                raise _MissingError("a year: “last year” needs --said-on, the day of the statement")
            years.append(said_on.year - 1)
    if len(set(years)) > 1:
        raise _MissingError(f"which year: {' or '.join(map(str, sorted(set(years))))}")
    if clause.base_year and not _is_growth(clause):
        raise _MissingError("one year: the figure is of a period of several years")
    if years:
        clause.year = years[0]
    elif clause.is_compared or clause.introduced_by == "from":
        raise _NotJudgedError(f"“{clause.printed}” is not judged: it is only compared with, and has no year of its own")
    elif previous.year:
        clause.year = previous.year
    else:
        raise _MissingError("a year")


def _preposition(tokens: Sequence[Token], number: int) -> str | None:
    """Return the farthest preposition directly before a place: ``than`` of ``than in 2004``."""
    words = None
    for token in reversed(tokens[:number]):
        if token.kind != "preposition":
            return words
        words = token.words.lower()
    return words


def _is_growth(clause: _Clause) -> bool:
    amount = clause.amount
    if amount is None or clause.introduced_by in ("from", "to", "at"):
        return False
    return clause.has("change") or (amount.unit == MULTIPLE and not clause.has("whole"))


def _set_measure(clause: _Clause, previous: _Clause, said_on: date | None) -> None:
    """Set topic and direction, from the clause or from the one before it."""
    topics, directions = clause.values("topic"), clause.values("direction")
    if len(topics) > 1:
        raise _MissingError(f"which measure: {' or '.join(topics)}")
    clause.topic = topics[0] if topics else previous.topic
    if clause.topic is None:
        raise _MissingError("a measure: it names no published one")
    wholes, balances = clause.values("whole"), [word for word in directions if word in ("surplus", "deficit")]
    if clause.has("projection"):
        if wholes != ["trade"]:
            raise _MissingError("a reported figure: it is a projection")
        clause.direction = "projection"
    elif wholes:
        clause.direction = wholes[0] if len(wholes) == 1 else None
    elif clause.has("share") or balances:
        clause.direction = "share" if clause.has("share") else balances[0]
    elif len(directions) > 1:
        raise _MissingError(f"which measure: {' or '.join(directions)}")
    else:
        clause.direction = directions[0] if directions else previous.direction
    if not _measures(clause):
        raise _MissingError(
            "a measure: whether it was received or paid is not stated"
            if clause.direction is None
            else f"a measure: none of {clause.topic}, {clause.direction} is published"
        )
    if clause.amount and _is_growth(clause) and clause.amount.unit not in (PERCENT, MULTIPLE):
        raise _NotJudgedError(f"“{clause.amount.printed}” is not judged: it is a change, not a level")


def _set_economies(clause: _Clause, previous: _Clause, said_on: date | None) -> None:
    """Set whose figure it is and the economy at the other end."""
    for number, token in enumerate(clause.tokens):
        if token.kind == "economy":
            area, refused = token.value
            if refused:
                raise _MissingError(f"an economy: “{token.words}” {refused}")
            ends = clause.counterparts if _is_other_end(clause, number) else clause.subjects
            if area not in ends:
                ends.append(area)
    if clause.direction in ("trade", "projection") and not clause.subjects:
        clause.subjects = [WORLD]
    if clause.topic == "joint_inventions":
        clause.subjects, clause.counterparts = clause.subjects[:1], clause.subjects[1:] + clause.counterparts
    if clause.direction == "share" and len(clause.subjects) == 2:
        clause.subjects, clause.counterparts = clause.subjects[1:], clause.subjects[:1]
    if not clause.subjects:
        clause.subjects = list(previous.subjects)
        if not clause.counterparts and previous.counterparts:
            if clause.values("direction"):
                raise _MissingError("the economy at the other end")
            clause.counterparts = list(previous.counterparts)
    if not clause.subjects:
        raise _MissingError("an economy: the sentence does not state whose figure it is")
    if len(clause.subjects) > 1 or len(clause.counterparts) > 1:
        raise _MissingError("which economy: several are named")


def _is_other_end(clause: _Clause, number: int) -> bool:
    """Return whether an economy is at the other end: after a preposition of the flow, or the object of a payment."""
    before = _before(clause.tokens, number)
    if before is None or clause.topic is None:
        return False
    direction = str(clause.direction)
    if before.kind == "direction" and before.words.lower() in ("paid", "pays", "paying"):
        return True
    if before.kind != "preposition":
        return False
    if direction in ("surplus", "deficit"):
        return before.words.lower() == "with"
    return before.words.lower() in _OTHER_END.get((clause.topic, direction), ())


def _candidates(clause: _Clause, rank: int | None = None) -> Iterator[Candidate]:
    """Yield the published figures that the parts of a clause amount to."""
    amount = clause.amount
    if clause.year is None or len(clause.subjects) != 1 or len(clause.counterparts) > 1:
        return
    area, counterpart = clause.subjects[0], (clause.counterparts or [WORLD])[0]
    is_growth = rank is None and _is_growth(clause)
    for row in _measures(clause):
        series = _series(row, area, counterpart)
        if series is None or (rank is None and not is_growth and amount and amount.unit != row["unit"]):
            continue
        if clause.has("asia_pacific"):
            if row["metric"] != "partner_share_of_ip_charges":
                continue
            series["measure"] = "share_of_receipts_from_region"
        made: dict[str, Any] = {"year": clause.year, "unit": row["unit"], **series}
        if rank is not None:
            if made["counterpart_area"] == WORLD and made["area"] != WORLD:
                yield Candidate(**made, value=float(rank), tolerance=0, because="", rank=rank)
        elif amount:
            base = (clause.base_year or clause.year - 1) if is_growth else None
            is_down = clause.values("change")[:1] == ["down"] if is_growth else clause.direction == "deficit"
            made |= {"unit": amount.unit, "tolerance": amount.tolerance, "because": amount.because}
            yield Candidate(**made, value=-amount.value if is_down else amount.value, base_year=base)


def _measures(clause: _Clause) -> list[dict[str, Any]]:
    """Return the published measures of the topic and the direction of a clause."""
    direction = "surplus" if clause.direction == "deficit" else clause.direction
    return [row for row in lists()["measures"] if (row["topic"], row.get("direction")) == (clause.topic, direction)]


def _series(row: dict[str, Any], area: str, counterpart: str) -> dict[str, Any] | None:
    """Return the series of a measure for an economy or a pair; payments of the world to an economy are its receipts."""
    own, ends = row, (area, counterpart)
    if row.get("exchanged") and area == WORLD and counterpart != WORLD:
        own, ends = next(each for each in lists()["measures"] if each["topic"] == "ip"), (counterpart, WORLD)
    elif counterpart != WORLD:
        if area == WORLD or "pair" not in row:
            return None
        own, ends = row["pair"], (counterpart, area) if row.get("exchanged") else (area, counterpart)
    elif "says" not in row:
        return None
    return {
        **{name: own[name] for name in ("metric", "measure", "says")},
        **dict(zip(("area", "counterpart_area"), ends, strict=True)),
        "item": row.get("item", "_T"),
        "clock": row.get("clock", NO_CLOCK),
        "authority": row.get("authority", NOT_APPLICABLE),
    }


def _ranks(text: str, clauses: Sequence[_Clause], readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the reading of every rank: the place of the economy of its clause."""
    for clause, reading in zip(clauses, readings, strict=True):
        for place in clause.values("rank"):
            candidates = tuple(_candidates(clause, _ORDINALS[place]))
            missing = () if candidates else reading.missing or ("a rank among economies",)
            yield Reading(text, None, candidates, missing, _parts(clause, candidates))


def _parts(clause: _Clause, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Return the fields of a claim file, None where the sentence does not give them."""
    if candidates:
        return candidates[0].parts
    rows = [row for row in lists()["measures"] if row["topic"] == clause.topic and "metric" in row]
    rows = rows if clause.direction is None else [row for row in rows if row in _measures(clause)]
    known = {
        **(rows[0] if len(rows) == 1 else {}),
        **(vars(clause.amount) if clause.amount else {}),
        "unit": rows[0]["unit"] if len(rows) == 1 else None,
        "area": clause.subjects[0] if len(clause.subjects) == 1 else None,
        "counterpart_area": clause.counterparts[0] if len(clause.counterparts) == 1 else None,
        "year": clause.year,
    }
    return {name: known.get(name) for name in PARTS}
