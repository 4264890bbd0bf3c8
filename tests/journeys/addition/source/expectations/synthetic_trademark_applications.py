"""Suite of synthetic_trademark_applications."""

import great_expectations.expectations as gxe

from expectations.shared import because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectRows

SUITE = [
    *contract(
        "synthetic_trademark_applications",
        measures=["applications_by_class"],
        items=["_T"],
        clocks=["filing_year"],
        authorities=["SYN1"],
        units=["TMAP"],
        bases=["reported"],
        years=(2000, 2045),
    ),
    ExpectRows(between=(5, 5)),
    ExpectRows(where="is_latest", between=(4, 4)),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2023",
        between=(40, 40),
        meta=because(evidence="invented yearbook, 2025"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and year = 2023",
        between=(69, 69),
        meta=because(evidence="invented erratum, 2026"),
    ),
    ExpectAnchor(
        where="area = 'USA' and counterpart_area = 'CHN' and year = 2024",
        between=(44, 44),
        meta=because(evidence="invented yearbook, 2026"),
    ),
    ExpectAnchor(
        where="area = 'CHN' and counterpart_area = 'USA' and year = 2024",
        between=(77, 77),
        meta=because(evidence="invented yearbook, 2026"),
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="area", value_set=["W00"], meta=because("the world counted as an economy")
    ),
]
