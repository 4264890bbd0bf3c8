"""Match codes and names that users wrote with known ones, or suggest the nearest."""

import difflib
import re
import unicodedata
from collections.abc import Mapping


def matching(wanted: str, known: Mapping[str, str], other_names: Mapping[str, str] | None = None) -> str | None:
    """Return the code of a code or name, such as ``usa`` or ``the United States``, or None.

    ``known`` has the names by code, ``other_names`` codes by other names in the form of ``normal_name``.
    """
    alias = (other_names or {}).get(normal_name(wanted))
    return wanted if wanted in known else _by_text(known).get(normal_name(wanted), alias if alias in known else None)


def normal_name(name: str) -> str:
    """Return the comparable form of a name: ``the Côte d'Ivoire`` is ``cote divoire``."""
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    text = re.sub("['’]", "", "".join(letters).casefold().replace("&", " and "))
    return re.sub(r"^the (?=.)", "", " ".join(re.sub(r"[^\w]+", " ", text).split()))


def did_you_mean(wanted: str, known: Mapping[str, str]) -> str:
    """Return ``did you mean USA (United States) or ...?`` with at most three codes, or "" where nothing is alike."""
    text, by_text = normal_name(wanted), _by_text(known)
    alike = difflib.get_close_matches(text, by_text, n=6)
    containing = sorted((name for name in by_text if len(text) > 2 and text in name), key=len)
    codes = list(dict.fromkeys(by_text[name] for name in [*alike, *containing]))[:3]
    named = [code if known[code] in ("", code) else f"{code} ({known[code]})" for code in codes]
    return f"did you mean {' or '.join(named)}?" if named else ""


def _by_text(known: Mapping[str, str]) -> dict[str, str]:
    """Return codes by themselves and by their names, in the form of ``normal_name``."""
    by_name = {normal_name(name): code for code, name in known.items() if name}
    return by_name | {normal_name(code): code for code in known}
