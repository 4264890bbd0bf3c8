"""Names of areas as people write them: those of ``dim_area``, and the names and codes that publishers use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from duckdb import DuckDBPyConnection

from orchestration.core.suggestions import matching, spoken

_ALIASES = """
select name as alias, area from dim_area_code where kind = 'country' and not contains(name, ';')
union
select code as alias, area from dim_area_code where kind = 'country' and regexp_matches(code, '^[A-Za-z]+$')
"""


class AreaNames:
    """The areas of a release, while a connection to it is open: ``names`` by code, and aliases, read when they are needed."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.names: Mapping[str, str] = dict(
            connection.execute("select area, name from dim_area order by area").fetchall()
        )
        self._connection = connection

    def code(self, wanted: str, among: Mapping[str, str] | None = None) -> str | None:
        """Return the code of the area that a word means, of all or of those in ``among``; None where it means none."""
        known = self.names if among is None else among
        return matching(wanted, known) or matching(wanted, known, self._aliases)

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        """Codes by ``us``, ``korea rep`` and the like; none that names two areas, but two letters are first of all an ISO code."""
        areas: dict[str, set[str]] = {}
        for alias, area in self._connection.execute(_ALIASES).fetchall():
            areas.setdefault(spoken(alias), set()).add(area)
        iso = self._connection.execute("select iso2, area from dim_area where iso2 is not null").fetchall()
        areas |= {spoken(code): {area} for code, area in iso}
        return {alias: next(iter(codes)) for alias, codes in areas.items() if len(codes) == 1}
