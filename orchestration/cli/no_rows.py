"""The message for a query without rows, with area codes that its text may have meant."""

from __future__ import annotations

import re

from orchestration.releases.area_names import AreaNames
from orchestration.releases.release_store import Release, open_read_only
from orchestration.site.pairs import Economy

_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_SHOWN = 3


def no_rows(release: Release, sql: str) -> str:
    """Return ``no rows``, and the code of every area that a literal of the SQL names in other words: ``CHN is China``."""
    import duckdb

    literals = list(dict.fromkeys(literal.replace("''", "'") for literal in _LITERAL.findall(sql)))
    if not literals:
        return "no rows"
    try:
        with open_read_only(release.database) as connection:
            areas = AreaNames(connection)
            items = {row[0] for row in connection.execute("select item from dim_service_item").fetchall()}
            meant = {areas.code(word): None for word in literals if word not in areas.names and word not in items}
    except duckdb.CatalogException:  # a release without these tables
        return "no rows"
    named = [f"{code} is {Economy(code, areas.names[code]).in_text}" for code in meant if code]
    if not named:
        return "no rows"
    return f"no rows; area codes are ISO 3166 alpha-3: {', '.join(named[:_SHOWN])}"
