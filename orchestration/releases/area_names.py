"""Names of areas as people write them: those of ``dim_area``, and the names and codes that publishers use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

from orchestration.contracts.connection import Connection
from orchestration.core.errors import ReleaseError
from orchestration.core.suggestions import matching, spoken

_OTHER_NAMES = """
select name as alias, area from dim_area_code where kind = 'country' and not contains(name, ';')
union
select code as alias, area from dim_area_code where kind = 'country' and regexp_matches(code, '^[A-Za-z]+$')
"""


class AreaNames:
    """The areas of a release, while a connection to it is open: ``names`` by code, and further names, read when they are needed."""

    def __init__(self, connection: Connection) -> None:
        self.names: Mapping[str, str] = dict(
            connection.execute("select area, name from dim_area order by area").fetchall()
        )
        self._connection = connection

    def code(self, wanted: str, among: Mapping[str, str] | None = None) -> str | None:
        """The code of the area that is meant, of all or of those in ``among``; None where none is."""
        known = self.names if among is None else among
        return matching(wanted, known) or matching(wanted, known, self._others)

    @cached_property
    def _others(self) -> Mapping[str, str]:
        """Codes of countries by further names, as ``spoken`` gives them; an earlier release has none."""
        return _other_names(self._connection)


def _other_names(connection: Connection) -> dict[str, str]:
    """``us``, ``korea rep`` and the like; none that names two areas, but two letters are first of all a code of ISO 3166."""
    import duckdb

    areas: dict[str, set[str]] = {}
    with suppress(duckdb.CatalogException, duckdb.BinderException, ReleaseError):
        for alias, area in connection.execute(_OTHER_NAMES).fetchall():
            areas.setdefault(spoken(alias), set()).add(area)
        iso = connection.execute("select iso2, area from dim_area where iso2 is not null").fetchall()
        areas |= {spoken(code): {area} for code, area in iso}
    return {alias: next(iter(found)) for alias, found in areas.items() if len(found) == 1}
