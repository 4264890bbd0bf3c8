"""Amounts in a sentence, with the tolerance that their printed digits give, or why one is not a figure to be checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DOLLARS, PERCENT, MULTIPLE, COUNT = "USD", "PT", "PN", "count"
"""Units of amounts; ``COUNT`` is a number of things, whose unit the measure gives."""

_SCALES = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "tn": 10**12,
    "trn": 10**12,
    "trillion": 10**12,
}
_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_MULTIPLES = {"twice": 2, "double": 2, "triple": 3}
_WIDEST_FRACTION = Decimal("2.5")
"""Percentage points either way that a fraction in words covers at most."""
_FRACTION_OF_A_MULTIPLE = 0.25
_MANY_DIGITS = 4
"""Digits from which a printed number is taken as known to a whole unit of the last: many are cut off and not rounded."""
_FINEST = Decimal("0.0001")
"""Share of an amount that its tolerance is at least."""

_DOLLAR = r"US\s?\$\s?|U\.S\.\s?\$\s?|USD\s?|\$\s?"
_OTHER_MONEY = r"[A-Z]{1,2}\$|[€£¥₩₹]\s?|(?:EUR|GBP|JPY|CNY|RMB|KRW|CHF|INR)\s?"
_DOLLARS_AFTER = r"(?:(?:US|U\.S\.|American)[\s-]+)?dollars?\b|USD\b"
_OTHER_AFTER = (
    r"(?:euros?|yuan|renminbi|RMB|yen|pounds?(?:\ssterling)?|won|(?:Swiss\s)?francs?|rupees?|kron[oae]r?|"
    r"(?:Canadian|Australian|Singapore|Hong\sKong)\sdollars?)\b"
)
_PERCENT_AFTER = r"%|per\s?cent(?:age\spoints?)?\b|pct\b|pp\b"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"""(?<![\w.,])
    (?P<sign>[+−-])?
    (?:(?P<dollar>{_DOLLAR})|(?P<other>{_OTHER_MONEY}))?
    (?P<number>{_NUMBER}|\b(?:{"|".join(_WORDS)})\b(?=[\s-](?:thousand|million|billion|trillion|percent|per\s?cent)))
    (?:(?P<range>\s?[-–—]\s?(?:{_DOLLAR})?(?:{_NUMBER})))?
    (?:[\s-]?(?P<scale>thousand|million|billion|trillion|mln|bn|mn|trn|tn|[mbk])\b)?
    (?:[\s-]?(?:(?P<dollars>{_DOLLARS_AFTER})|(?P<others>{_OTHER_AFTER})|(?P<percent>{_PERCENT_AFTER})|(?P<times>times\b|-?fold\b)))?
    (?!\w)""",
    re.VERBOSE,
)
_NOT_IN_ORDER = "".join(rf"(?<!{word} )" for word in ("first", "second", "third", "fourth", "last"))
_FRACTION = re.compile(
    rf"{_NOT_IN_ORDER}\b(?:(?P<top>an?|{'|'.join(_WORDS)})[\s-])?(?P<part>{'|'.join(_PARTS)})s?\b(?=\s(?:of|the)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s(?:[\w-]+\s){0,3}(?:applications?|patents?|filings?|families|inventions?|grants?)\b")
_MULTIPLE = re.compile(rf"\b(?:{'|'.join(_MULTIPLES)})\b", re.IGNORECASE)

_WHOLE = re.compile(
    r"\b(?:out of|of a total(?: of)?|of the|of its|of their)\s+(?:a total of\s+|the\s+|some\s+|about\s+)*$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:more than|over|above|at least|exceed(?:ed|ing|s)?|surpass(?:ed|ing|es)?|top(?:ped|ping|s)|less than|under|below|"
    r"up to|at most|as much as|upwards of|in excess of|no more than|fewer than|greater than|higher than|lower than)\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_RANGE_BEFORE = re.compile(
    r"(?:(?<![\d,.])(?!(?:19|20)\d\d\b)\d[\d.,]*\s?(?:to|or|-|–)\s?[$€£]?|\bbetween\s(?:about\s)?[$€£]?\d[\d.,]*\s?and\s?[$€£]?)$",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|some|nearly|almost|close to|near|circa)|~)\s*(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_BY = (
    r"(?:rose|risen|rising|grew|grown|growing|increas(?:ed|es|ing)|fell|fallen|falling|declin(?:ed|es|ing)|dropped|decreas(?:ed|ing)|"
    r"jumped|climbed|surged|gained|lost|expanded|shrank|shrunk|contracted|(?<!made )up|down|growth of|increase of|rise of|decline of|"
    r"drop of|rate of|faster than)"
)
_CHANGE_BEFORE = re.compile(
    rf"\b(?:by|{_BY}(?:\s+by)?(?:\s+(?:an|a|about|around|nearly|only|roughly|some))*)\s+$", re.IGNORECASE
)
_CHANGE_AFTER = re.compile(
    r"^\s?\)?\s?(?:higher|lower|more|less|increase|decrease|rise|drop|decline|growth|gain|fall|jump|surge|year[- ]on[- ]year|"
    r"annual(?:ly)? growth|over the (?:previous|past)|from (?:19|20)\d\d|above|below|faster|annually)\b",
    re.IGNORECASE,
)
_PER = re.compile(
    r"^\s?(?:per|for every|a)\s(?:person|capita|head|inhabitant|million (?:people|inhabitants)|month|quarter|week|day|hour|minute)\b",
    re.I,
)


_RANGE = "it is a range, not one figure"
_CHANGE = "it is a change, not a level"


@dataclass(frozen=True)
class Amount:
    """One amount: its value and tolerance in its unit, the words it was printed in, and their place in the sentence.

    An amount of another currency has the unit of dollars and is refused.
    ``refused`` says why it is not one figure that could be checked; None where it is.
    """

    value: float
    unit: str
    tolerance: float
    because: str
    printed: str
    start: int
    end: int
    refused: str | None = None


def amounts_in(text: str) -> list[Amount]:
    """The amounts of a sentence in its order; bare small numbers and years are none."""
    found = [one for match in _AMOUNT.finditer(text) if (one := _numeric(match, text))]
    found += [_fraction(match, text) for match in _FRACTION.finditer(text)]
    found += [_multiple(match, text) for match in _MULTIPLE.finditer(text)]
    return _ranges(sorted(found, key=lambda one: one.start), text)


def half_of_last_digit(number: str) -> Decimal:
    """Half a unit of the last digit that was printed.

    Zeros at the end of a whole number count as printed only as far as two digits are needed: 440 is known to ten,
    70,000 to a thousand, 20 to one.
    """
    digits = number.replace(",", "")
    if "." in digits:
        return Decimal(1).scaleb(-len(digits.partition(".")[2])) / 2
    significant = max(2, len(digits.lstrip("0").rstrip("0")))
    return Decimal(1).scaleb(max(0, len(digits.lstrip("0")) - significant)) / 2


def _numeric(match: re.Match[str], text: str) -> Amount | None:
    number, scale_word = match["number"], match["scale"]
    money = bool(match["dollar"] or match["dollars"])
    foreign = bool(match["other"] or match["others"])
    if scale_word in ("m", "b", "k") and not (money or foreign):
        return None
    scale = _SCALES.get(scale_word or "", 1)
    unit = DOLLARS if money or foreign else PERCENT if match["percent"] else MULTIPLE if match["times"] else COUNT
    if (
        unit == COUNT
        and not foreign
        and scale == 1
        and "," not in number
        and not _is_counted(number, text[match.end() :])
    ):
        return None
    if number in _WORDS:
        number = str(_WORDS[number])
    loose = bool(_LOOSE.search(text[: match.start()]))
    is_cut = len(number.replace(",", "").replace(".", "").strip("0")) >= _MANY_DIGITS
    half = half_of_last_digit(number) * (2 if loose or is_cut else 1)
    half = max(half, Decimal(number.replace(",", "")) * _FINEST)
    because = f"printed as {match[0].strip()}" + (", as a loose figure" if loose else "")
    refused = _refusal(text, match.start(), match.end())
    if match["range"]:
        refused = _RANGE
    elif match["sign"]:
        refused = "it has a sign, as a change has"
    elif (match["percent"] and "point" in match["percent"]) or match["percent"] == "pp":
        refused = "percentage points are a difference of two shares"
    elif foreign:
        refused = "figures are held in US dollars, and the sentence names another currency"
    value = Decimal(number.replace(",", "")) * scale
    return Amount(
        float(value), unit, float(half * scale), because, match[0].strip(), match.start(), match.end(), refused
    )


def _is_counted(number: str, after: str) -> bool:
    """Whether a bare number counts patents or applications and is no year."""
    is_year = len(number) == 4 and number.startswith(("19", "20"))
    return len(number) > 2 and "." not in number and not is_year and bool(_COUNTED.match(after))


def _fraction(match: re.Match[str], text: str) -> Amount:
    top = _WORDS.get((match["top"] or "one").lower(), 1)
    share = Fraction(top, _PARTS[match["part"].lower()])
    next_one = Fraction(share.numerator, share.denominator + 1)
    half = min(_WIDEST_FRACTION, Decimal(float((share - next_one) * 50)).quantize(Decimal("0.01")))
    refused = _refusal(text, match.start(), match.end())
    because = f"“{match[0]}” in words, half way to the next fraction and at most {_WIDEST_FRACTION} points"
    return Amount(float(share * 100), PERCENT, float(half), because, match[0], match.start(), match.end(), refused)


def _multiple(match: re.Match[str], text: str) -> Amount:
    value = float(_MULTIPLES[match[0].lower()])
    refused = _refusal(text, match.start(), match.end())
    because = f"“{match[0]}” in words, a quarter either way"
    return Amount(value, MULTIPLE, _FRACTION_OF_A_MULTIPLE, because, match[0], match.start(), match.end(), refused)


def _refusal(text: str, start: int, end: int) -> str | None:
    """Why the words around an amount make it another thing than one figure."""
    before, after = text[:start], text[end:]
    if _RANGE_BEFORE.search(before):
        return _RANGE
    if _WHOLE.search(before):
        return "it is a whole, of which another figure is a part"
    if _BOUND.search(before):
        return "it is a bound, not one figure"
    if _CHANGE_BEFORE.search(before) or _CHANGE_AFTER.search(after):
        return _CHANGE
    if _PER.search(after):
        return "it is a figure per head or for a part of a year"
    return None


def _ranges(amounts: list[Amount], text: str) -> list[Amount]:
    """The amounts with both ends of a range refused, and without those that lie in another."""
    kept: list[Amount] = []
    for one in amounts:
        if kept and one.start < kept[-1].end:
            continue
        if kept and _joined_as_range(text, kept[-1], one):
            kept[-1] = _refused(kept[-1], _RANGE)
            one = _refused(one, _RANGE)
        kept.append(one)
    return kept


def _joined_as_range(text: str, first: Amount, second: Amount) -> bool:
    between = text[first.end : second.start].strip().lower()
    if first.refused == _CHANGE:  # such as "rose by seven percent to 39.6 billion"
        return False
    opened = re.search(r"\bbetween\s+(?:about\s+|some\s+)?$", text[: first.start], re.IGNORECASE)
    return between in ("to", "-", "–", "—", "or") or (between == "and" and bool(opened))


def _refused(amount: Amount, why: str) -> Amount:
    return Amount(**{**vars(amount), "refused": why})
