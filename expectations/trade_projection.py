"""Suite of trade_projection."""

from expectations.shared import anchor, because, between, contract
from orchestration.guards.expectation_types import ExpectCodes, ExpectRows, ExpectYears

MEASURES = {
    "services_share_of_trade_digitalization": (37.15, 37.25),
    "services_share_of_trade_baseline": (26.5, 27.5),
    "digitally_deliverable_share_of_trade_digitalization": (17.35, 17.45),
    "digitally_deliverable_share_of_trade_baseline": (12.35, 12.45),
}
"""What WTO Staff Working Paper ERSD-2025-01 prints for the world in 2040, with its rounding."""

WITHOUT = {"year is over": "a projection is about years to come"}
"""Expectations of the metric contract that do not apply, each with the reason."""

SUITE = [
    *contract(
        "trade_projection",
        measures=list(MEASURES),
        units=["PT"],
        bases=["reported"],
        years=(2026, 2100),
        without=WITHOUT,
    ),
    ExpectRows(between=(4, None)),
    ExpectYears(where="area = 'W00'", last=(2040, 2100)),
    *(
        anchor(
            f"area = 'W00' and year = 2040 and measure = '{measure}' and source = 'publications'",
            bounds,
            "WTO Staff Working Paper ERSD-2025-01, which distinguishes all services from digitally deliverable ones "
            "and the scenario from its baseline",
        )
        for measure, bounds in MEASURES.items()
    ),
    ExpectCodes(column="measure", codes=list(MEASURES)),
    between((1, 100), fault="a fraction where a percentage should be, a share above the whole, or a sign"),
    ExpectCodes(column="area", codes=["W00"], where="is_latest"),
    ExpectCodes(
        column="item",
        codes=["S"],
        where="starts_with(measure, 'services_')",
        meta=because("all services taken for digitally deliverable ones"),
    ),
]
