"""Text for readers: escapes for terminals, logs, pages and spreadsheets, and ages as text."""

import re
import reprlib
import unicodedata
from collections.abc import Iterable
from datetime import date

LONGEST = 4_000
"""Longest text shown in a message, in characters."""

_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "FULLWIDTH", "MATHEMATICAL")
"""Scripts with letters that look like Latin ones, in which official names and codes are written here."""

STEERING = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f" + "\u202a-\u202e\u2066-\u2069]"
"""Regular expression (Python and RE2) of characters that steer a terminal or turn text; no name has any."""

_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and signs without a shape; Unicode does not class them as spaces."""

BETWEEN_PUBLISHERS = "; "
"""Separates names of publishers, which contain commas and "and"."""

_SUSPECT = re.compile(r"[^ -~\n]")
FORMULA = r"[\s]*[=+\-@\t\r＝＋－＠]"
NUMBER = r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?%?"
"""Regular expressions (Python and RE2): the beginning of a spreadsheet's formula; a number with sign or percent."""


def escape_text(text: str, longest: int = LONGEST) -> str:
    """Return the text with all characters escaped that move the cursor, hide, turn direction, or imitate letters.

    Control, format and private characters, halves of characters, spaces other than the usual one, and letters of
    scripts that imitate Latin become escapes such as ``\\u202e``. Line feeds stay. What is longer than ``longest``
    characters is cut, and says so.
    """
    if len(text) > longest:
        text = f"{text[:longest]}… ({len(text) - longest:,} more characters)"
    return _SUSPECT.sub(_escape, text)


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return the text as ``escape_text``, with line feeds escaped too."""
    return escape_text(text, longest).replace("\n", "\\n")


def join_publishers(names: Iterable[str]) -> str:
    """Return the names of publishers, each once and in alphabetical order."""
    return BETWEEN_PUBLISHERS.join(sorted(set(names)))


def with_noun(count: int, noun: str) -> str:
    """Return a count with its noun, which has an s unless the count is 1."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


_EXCERPT = reprlib.Repr()
_EXCERPT.maxstring = _EXCERPT.maxother = 200
_EXCERPT.maxdict = _EXCERPT.maxlist = 10


def excerpt(value: object) -> str:
    """Return the ``repr`` of a value for a message, cut to about 200 characters or ten items."""
    return _EXCERPT.repr(value)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    category = unicodedata.category(character)
    hidden = category[0] in "CZ" or character in _BLANK
    alike = category[0] == "L" and unicodedata.name(character, "").startswith(_ALIKE)
    return character.encode("unicode_escape").decode("ascii") if hidden or alike else character


def age(vintage: date, published: date) -> str:
    """Return the time between a vintage and a release as text: months, or years from two on."""
    months = (published.year - vintage.year) * 12 + published.month - vintage.month - (published.day < vintage.day)
    if months >= 24:
        return f"{months // 12} years"
    return "less than a month" if months < 1 else "1 month" if months == 1 else f"{months} months"
