"""Amounts in a sentence, with the tolerance that their printed digits give."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DOLLARS, PERCENT, MULTIPLE, COUNT = "USD", "PT", "PN", "PATN"

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12}
_SCALES |= {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DIGITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PARTS = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MULTIPLES = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0}
_WIDEST_FRACTION = 2.5
"""Percentage points that the tolerance of a fraction in words has at most."""
_MANY_DIGITS = 4
"""Printed digits from which a number may have been cut off rather than rounded: its tolerance is a whole unit."""
_FINEST = Decimal("0.0001")
"""Smallest tolerance as a share of the amount."""

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_BOUND = (
    r"more than|over|above|at least|exceed(?:ed|ing|s)|surpass(?:ed|ing)|topped|just over|less than|under|below|just under|up to|"
    r"at most|fewer than|greater than"
)
_LOOSE = r"about|around|roughly|approximately|some|nearly|almost|close to|~"
_AMOUNT = re.compile(
    rf"""(?<![\w.,$€£¥])
    (?:(?P<bound>{_BOUND.replace(" ", chr(92) + "s")})\s(?:the\s|an?\s)?)?
    (?:(?P<loose>{_LOOSE.replace(" ", chr(92) + "s")})\s?(?:an?\s|the\s)?)?
    (?P<dollar>US\s?\$\s?|U\.S\.\s?\$\s?|USD\s?|\$\s?)?
    (?P<number>{_NUMBER}|(?:{"|".join(_DIGITS)})(?=[\s-](?:thousand|million|billion|trillion|percent|per\scent)))
    (?!\s(?:to|or|and)\s\$?\d[\d.,]*\s(?:thousand|million|billion|trillion|percent))
    (?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|mn|tn|[mbk]))?
    (?P<suffix>[\s-]?(?:(?P<dollars>(?:US\s|U\.S\.\s|American\s)?dollars?|USD)|(?P<percent>%|per\s?cent)|(?P<times>times|-?fold)))?
    (?![\w%$€£¥]|,\d|\.\d|\s?[-–—]\s?\$?\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"\b(?:(?P<top>an?|{'|'.join(_DIGITS)})[\s-])?(?P<part>{'|'.join(_PARTS)})s?\b(?=\s(?:of|the)\b)", re.IGNORECASE
)
_NO_AMOUNT = re.compile(r".{1,2}|(?:19|20)..")
"""Without a unit: a number that is too small, and a year."""
_MULTIPLE = re.compile(rf"\b(?:{'|'.join(_MULTIPLES)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """One amount in its unit; ``is_bound`` where it is not stated itself, as after *more than*."""

    value: float
    unit: str
    tolerance: float
    printed: str
    is_bound: bool = False


def amount_at(text: str, start: int) -> tuple[Amount, int] | None:
    """Return the amount that begins at a position, and its end; a year and a small bare number are no amounts."""
    if match := _FRACTION.match(text, start):
        word = (match["top"] or "").lower()
        share = Fraction(_DIGITS.index(word) + 1 if word in _DIGITS else 1, _PARTS.index(match["part"].lower()) + 2)
        half = float((share - Fraction(share.numerator, share.denominator + 1)) * 50)
        return Amount(float(share * 100), PERCENT, min(_WIDEST_FRACTION, round(half, 2)), match[0]), match.end()
    if match := _MULTIPLE.match(text, start):
        return Amount(_MULTIPLES[match[0].lower()], MULTIPLE, 0.25, match[0]), match.end()
    match = _AMOUNT.match(text, start)
    if match is None or (
        _NO_AMOUNT.fullmatch(match["number"]) and not (match["dollar"] or match["scale"] or match["suffix"])
    ):
        return None
    number = match["number"].lower().replace(",", "")
    if number in _DIGITS:
        number = str(_DIGITS.index(number) + 1)
    whole, _, decimals = number.lstrip("0").partition(".")
    zeros = max(0, len(whole) - max(2, len(whole.rstrip("0"))))  # those at the end of a whole number, beyond two digits
    is_cut = len((whole + decimals).strip("0")) >= _MANY_DIGITS
    printed_precision = Decimal(1).scaleb(-len(decimals) or zeros) / (1 if match["loose"] or is_cut else 2)
    is_money = match["dollar"] or match["dollars"]
    unit = DOLLARS if is_money else PERCENT if match["percent"] else MULTIPLE if match["times"] else COUNT
    factor, exact = _SCALES[(match["scale"] or "").lower()], Decimal(number)
    tolerance = float(max(printed_precision, exact * _FINEST) * factor)
    return Amount(float(exact * factor), unit, tolerance, match[0].strip(), bool(match["bound"])), match.end()
