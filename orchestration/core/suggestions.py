"""Codes and names that a person wrote, matched with known ones, or the nearest known ones."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

_SUGGESTED = 3
_ALIKE = 0.6
"""How alike, from 0 to 1 by difflib's ratio, a name must be to be suggested."""


def matching(wanted: str, known: Mapping[str, str], other_names: Mapping[str, str] | None = None) -> str | None:
    """The code that is meant: by itself or by a name, without regard to case, accents, articles and punctuation; None where none is.

    Args:
        wanted: what was written, such as ``usa`` or ``the United States``.
        known: name by code.
        other_names: codes by further names, as ``spoken`` gives them; those of unknown codes are ignored.
    """
    if wanted in known:
        return wanted
    text = spoken(wanted)
    other = (other_names or {}).get(text)
    return _by_text(known).get(text, other if other in known else None)


def spoken(name: str) -> str:
    """A name without regard to how it is written: ``the Côte d'Ivoire`` is ``cote divoire``."""
    letters = (one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    text = "".join(letters).casefold().replace("&", " and ")
    words = re.sub(r"[^\w]+", " ", re.sub("['’]", "", text)).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def nearest(wanted: str, known: Mapping[str, str]) -> list[str]:
    """Codes that look like what was written, or whose names do, the likeliest first; at most three."""
    if (meant := matching(wanted, known)) is not None:
        return [meant]
    text = spoken(wanted)
    by_text = _by_text(known)
    alike = difflib.get_close_matches(text, by_text, n=2 * _SUGGESTED, cutoff=_ALIKE)
    holding = [other for other in by_text if len(text) > 2 and text in other]
    return list(dict.fromkeys(by_text[one] for one in [*alike, *sorted(holding, key=len)]))[:_SUGGESTED]


def did_you_mean(wanted: str, known: Mapping[str, str]) -> str:
    """``did you mean USA (United States) or ...?``; empty where nothing is alike."""
    found = nearest(wanted, known)
    named = [code if known[code] in ("", code) else f"{code} ({known[code]})" for code in found]
    return f"did you mean {' or '.join(named)}?" if named else ""


def _by_text(known: Mapping[str, str]) -> dict[str, str]:
    """Codes by themselves and by their names, as ``spoken`` gives them."""
    by_name = {spoken(name): code for code, name in known.items() if name}
    return by_name | {spoken(code): code for code in known}
