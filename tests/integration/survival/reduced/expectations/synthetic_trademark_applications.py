"""Suite of synthetic_trademark_applications."""

import great_expectations.expectations as gxe

from expectations.shared import because, contract

SUITE = [
    *contract(
        "synthetic_trademark_applications",
        measures=["applications"],
        items=["_T"],
        clocks=["filing_year"],
        units=["PN"],
        bases=["reported"],
        years=(2000, 2045),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value", min_value=1, max_value=10_000, meta=because("a unit slip or a sign flip")
    ),
]
