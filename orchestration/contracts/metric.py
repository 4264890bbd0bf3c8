"""The metric contract: the columns of every published metric, its key, and the columns that identify a series."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

COLUMN_TYPES: Final = {
    "metric_id": "varchar",
    "measure": "varchar",
    "area": "varchar",
    "counterpart_area": "varchar",
    "item": "varchar",
    "clock": "varchar",
    "authority": "varchar",
    "year": "integer",
    "base_year": "integer",
    "value": "double",
    "unit": "varchar",
    "obs_status": "varchar",
    "basis": "varchar",
    "source": "varchar",
    "vintage": "date",
    "is_latest": "boolean",
    "is_preferred": "boolean",
}
"""Every column in its order, with its type in the warehouse."""

ALL_VINTAGES: Final = "metric_vintages"
"""The published table with every metric in every vintage; an input from it is a figure of whichever metric it names."""

ALL_ROWS: Final = "_all"
"""Suffix of the table with all latest rows of a metric; the metric's own table has the preferred ones."""

COLUMNS: Final = tuple(COLUMN_TYPES)

SERIES: Final = ("measure", "area", "counterpart_area", "item", "clock", "authority", "base_year", "source", "basis")
"""Columns that identify a series of a metric; along a series only year and vintage vary."""

KEY: Final = ("metric_id", *SERIES, "year", "vintage")
"""Columns that identify a row over all metrics and vintages."""

PREFERRED_KEY: Final = ("area", "counterpart_area", "year")
"""Columns that identify a preferred row."""

MAY_BE_EMPTY: Final = ("base_year", "value")
"""Columns that may be empty: most figures compare no years, and a suppressed figure has only a status."""

CLOCKS: Final = (
    "reference_year",
    "filing_year",
    "first_filing_year",
    "publication_year",
    "publication_years_from_2003",
    "grant_year",
    "priority_year",
    "registration_year",
)
"""Clocks: which year a figure is about. Figures of different clocks are never one series."""

NO_CLOCK: Final = "reference_year"
"""The clock of a figure about a year as such: a flow, a stock, a ratio of both."""

NOT_APPLICABLE: Final = "_Z"
"""SDMX code for a dimension that does not apply, such as the authority of a trade figure."""


def adds_up(answer: Mapping[str, Any], measure: str) -> bool:
    """Return whether amounts and counts of a measure add up over economies or pairs, as the metric's answer declares.

    ``adds_up`` of the dbt macros decides the same of the years that are complete.
    """
    return bool(answer.get("additive")) or measure in answer.get("additive_measures", ())


class Named(NamedTuple):
    """The published table that names the codes of a column, its key, and the column of the name in a view."""

    table: str
    key: str
    shown_as: str


NAMED_IN: Final = {
    "area": Named("dim_area", "area", "area_name"),
    "counterpart_area": Named("dim_area", "area", "counterpart_name"),
    "item": Named("dim_service_item", "item", "item_name"),
    "unit": Named("dim_unit", "unit", "unit_name"),
}
"""Tables that name the codes in the columns of a metric."""
