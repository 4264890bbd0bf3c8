"""The names of a release for its codes, and what a citation needs."""

from collections.abc import Mapping
from typing import Any

from orchestration.contracts.unit import units_of_release
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import StoredRelease


class Names:
    """The names of areas, items and units by code."""

    def __init__(self, release: StoredRelease) -> None:
        self.release = release
        with open_read_only(release.database) as connection:
            areas = connection.execute("select area, name, kind from dim_area").fetchall()
            self.items = dict(connection.execute("select item, name from dim_service_item").fetchall())
            self.units = units_of_release(connection)
        self.areas = {area: name for area, name, _ in areas}
        self._kinds = {area: kind for area, _, kind in areas}

    def ends(self, figure: Mapping[str, Any]) -> dict[str, Any]:
        """Return the areas of a figure with their names and kinds: country, aggregate, residual or office."""
        area, counterpart = figure["area"], figure["counterpart_area"]
        return {
            "area": area,
            "area_name": self.areas.get(area),
            "area_kind": self._kinds.get(area),
            "counterpart_area": counterpart,
            "counterpart_name": self.areas.get(counterpart),
            "counterpart_kind": self._kinds.get(counterpart),
        }
