"""The names of a release for its codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.unit import Unit, units_of_release

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Names:
    """The names of areas, items and units by code, and the kinds of areas."""

    areas: Mapping[str, str]
    kinds: Mapping[str, str]
    items: Mapping[str, str]
    units: Mapping[str, Unit]

    def ends(self, figure: Mapping[str, Any]) -> dict[str, Any]:
        """Return the areas of a figure with their names and kinds: country, aggregate, residual or office."""
        area, counterpart = figure["area"], figure["counterpart_area"]
        return {
            "area": area,
            "area_name": self.areas.get(area),
            "area_kind": self.kinds.get(area),
            "counterpart_area": counterpart,
            "counterpart_name": self.areas.get(counterpart),
            "counterpart_kind": self.kinds.get(counterpart),
        }


def names_of(connection: "duckdb.DuckDBPyConnection") -> Names:
    """Return the names in an open release."""
    areas = connection.execute("select area, name, kind from dim_area").fetchall()
    items = dict(connection.execute("select item, name from dim_service_item").fetchall())
    names, kinds = ({row[0]: row[column] for row in areas} for column in (1, 2))
    return Names(names, kinds, items, units_of_release(connection))
