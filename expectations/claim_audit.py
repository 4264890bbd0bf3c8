"""Suite of claim_audit."""

import great_expectations.expectations as gxe

from expectations.shared import because, between, contract, only
from orchestration.guards.expectation_types import ExpectAnchor, ExpectRows, ExpectUniqueKey

WITHOUT = {
    "only_codes(clock)": "a claim is audited on the clock that its file names",
    "only_codes(authority)": "a claim is audited at the office that its file names",
    "year is over": "a claim may be about a year to come",
}
"""Expectations of the metric contract that do not apply, each with the reason."""

SUITE = [
    *contract("claim_audit", units=["PT"], bases=["derived"], statuses=["A", "O"], years=(1950, 2100), without=WITHOUT),
    ExpectRows(between=(1, None), meta=because("no claim was audited, so that nothing was guarded")),
    ExpectRows(between=(6, None), where="is_latest", meta=because("a claim is no longer audited", every_vintage=True)),
    gxe.ExpectColumnValuesToBeNull(
        column="measure",
        row_condition="measure.str.contains('_(?:19|20)[0-9][0-9]$') and measure.str[-4:] != year.astype('str')",
        meta=because("a claim audited against another year than its name states", every_vintage=True),
    ),
    ExpectAnchor(
        where="measure = 'cgtn_us_ip_receipts_2024'",
        between=(-20, -10),
        meta=because(
            "the first claim audited in other units, with another sign or twice: 144.5 claimed against an "
            "official 169.5 billion US dollars is 15 percent less, or no such row"
        ),
    ),
    ExpectAnchor(
        where="measure = 'cgtn_digital_services_share'",
        between=(1, 10),
        meta=because(
            "a claim audited in other units or with another sign: 15 claimed against an official 14.3 percent is "
            "5 percent more, or no such row"
        ),
    ),
    ExpectAnchor(
        where="measure = 'cgtn_digital_services_share_2040'",
        between=(110, 118),
        meta=because(
            "a claim audited in other units or with another sign: 37.2 claimed against an official 17.4 percent "
            "is 114 percent more, or no such row"
        ),
    ),
    ExpectUniqueKey(columns=["measure"], meta=because("a claim is audited twice, with two deviations")),
    gxe.ExpectColumnValuesToMatchRegex(
        column="measure", regex="^[a-z][a-z0-9_]*$", meta=because("the measure is not the identifier of a claim")
    ),
    only("is_latest", [True], fault="a row of an outdated audit"),
    between(
        (-99, 1000),
        fault="the claim and the official figure are in different units, such as billions beside single dollars, or "
        "the deviation is not a number",
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="value",
        row_condition="source != 'none'",
        meta=because("a deviation is empty although an official figure is held"),
    ),
    gxe.ExpectColumnValuesToBeNull(
        column="value", row_condition="source == 'none'", meta=because("a deviation from no official figure")
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="area",
        regex="^[A-Z][A-Z0-9_]{2,}$",
        meta=because("an area that is neither ISO 3166 alpha-3 nor an aggregate's code"),
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="counterpart_area",
        regex="^[A-Z][A-Z0-9_]{2,}$",
        meta=because("a counterpart that is neither ISO 3166 alpha-3 nor an aggregate's code"),
    ),
    only("year", [2023], "measure == 'cgtn_digital_services_share'", "a claim audited against another year"),
    only("clock", ["reference_year"], "measure.str.startswith('cgtn_')"),
    only("authority", ["_Z"], "measure.str.startswith('cgtn_')"),
    only(
        "area",
        ["USA"],
        "measure.str.contains('_us_')",
        "a claim about the United States audited against another economy",
    ),
    only(
        "area", ["W00"], "measure.str.startswith('cgtn_digital_')", "a claim about the world audited against an economy"
    ),
    gxe.ExpectColumnValuesToMatchRegex(
        column="item",
        regex="^(_T|S[A-Z0-9]*|CPC_[A-HY])$",
        meta=because("an item that neither EBOPS 2010 nor the patent classification knows"),
    ),
]
