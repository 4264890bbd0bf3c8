"""Suite of trade_projection."""

import great_expectations.expectations as gxe

from expectations.shared import VALUE_EVERYWHERE, because, contract
from orchestration.guards.expectation_types import ExpectAnchor, ExpectCodes, ExpectRows, ExpectYears

SUITE = [
    *contract(
        "trade_projection",
        measures=[
            "services_share_of_trade_digitalization",
            "services_share_of_trade_baseline",
            "digitally_deliverable_share_of_trade_digitalization",
            "digitally_deliverable_share_of_trade_baseline",
        ],
        units=["PT"],
        bases=["reported"],
        years=(2026, 2100),
    ),
    ExpectRows(between=(4, None)),
    ExpectYears(where="area = 'W00'", last=(2040, 2100)),
    ExpectAnchor(
        where="area = 'W00' and year = 2040 and measure = 'services_share_of_trade_digitalization' and "
        "source = 'publications'",
        between=(37.15, 37.25),
        meta=because(
            evidence="WTO Staff Working Paper ERSD-2025-01, which distinguishes all services from digitally "
            "deliverable ones and the scenario from its baseline"
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2040 and measure = 'services_share_of_trade_baseline' and source = "
        "'publications'",
        between=(26.5, 27.5),
        meta=because(
            evidence="WTO Staff Working Paper ERSD-2025-01, which distinguishes all services from digitally "
            "deliverable ones and the scenario from its baseline"
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2040 and measure = "
        "'digitally_deliverable_share_of_trade_digitalization' and source = 'publications'",
        between=(17.35, 17.45),
        meta=because(
            evidence="WTO Staff Working Paper ERSD-2025-01, which distinguishes all services from digitally "
            "deliverable ones and the scenario from its baseline"
        ),
    ),
    ExpectAnchor(
        where="area = 'W00' and year = 2040 and measure = 'digitally_deliverable_share_of_trade_baseline' "
        "and source = 'publications'",
        between=(12.35, 12.45),
        meta=because(
            evidence="WTO Staff Working Paper ERSD-2025-01, which distinguishes all services from digitally "
            "deliverable ones and the scenario from its baseline"
        ),
    ),
    VALUE_EVERYWHERE,
    ExpectCodes(
        column="measure",
        codes=[
            "services_share_of_trade_digitalization",
            "services_share_of_trade_baseline",
            "digitally_deliverable_share_of_trade_digitalization",
            "digitally_deliverable_share_of_trade_baseline",
        ],
        meta=because("a whole measure is missing"),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="value",
        min_value=1,
        max_value=100,
        meta=because("a fraction where a percentage should be, a share above the whole, or a sign"),
    ),
    ExpectCodes(
        column="area", codes=["W00"], where="is_latest", meta=because("the projection for the world is missing")
    ),
    ExpectCodes(
        column="item",
        codes=["S"],
        where="starts_with(measure, 'services_')",
        meta=because("all services taken for digitally deliverable ones"),
    ),
]
