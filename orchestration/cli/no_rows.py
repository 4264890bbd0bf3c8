"""The message for a query without rows, with area codes that its text may have meant."""

from __future__ import annotations

import re

from orchestration.core.errors import ReleaseError
from orchestration.releases.area_names import AreaNames
from orchestration.releases.bounded_query import QuerySession
from orchestration.site.pairs import Economy

_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_SHOWN = 3


def no_rows(session: QuerySession, sql: str) -> str:
    """Return ``no rows``, and the code of every area that a literal of the SQL names in other words: ``CHN is China``."""
    literals = list(dict.fromkeys(literal.replace("''", "'") for literal in _LITERAL.findall(sql)))
    if not literals:
        return "no rows"
    try:
        areas = AreaNames(session)
        items = {row[0] for row in session.execute("select item from dim_service_item").fetchall()}
    except ReleaseError:  # a release without these tables
        return "no rows"
    meant = {areas.code(text): None for text in literals if text not in areas.names and text not in items}
    named = [f"{code} is {Economy(code, areas.names[code]).in_text}" for code in meant if code]
    if not named:
        return "no rows"
    return f"no rows; area codes are ISO 3166 alpha-3: {', '.join(named[:_SHOWN])}"
