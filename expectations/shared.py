"""Expectations that several suites share, as functions and constants that yield expectations of Great Expectations."""

from collections.abc import Collection, Sequence
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from orchestration.contracts.metric import COLUMNS, KEY, MAY_BE_EMPTY, PREFERRED_KEY
from orchestration.guards.expectation_types import (
    Bounds,
    ExpectAnchor,
    ExpectComplete,
    ExpectFigure,
    ExpectOnlyCodes,
    ExpectRows,
    ExpectUniqueKey,
    ExpectYears,
)

NEWEST_KEY = "unique_key of newest"
"""How ``without`` names the key of the newest figures."""

WITHHELD = ["Q", "N", "L", "M", "O"]
"""Observation statuses of figures that are suppressed or missing."""

YEARBOOK = "UN International Trade Statistics Yearbook, SH, 2019"
"""The evidence of several figures: charges for intellectual property in the yearbook of the United Nations."""

JUMP = "an outlier, a zero for an empty cell, or a year in other units"
CODE_FAULTS = {
    "metric_id": "rows of another metric",
    "measure": "a measure that the definition does not name",
    "item": "an item that the metric does not have, or one under a changed code",
    "clock": "a year of another kind, such as the publication year taken for the filing year",
    "authority": "figures of an office or list that the metric does not count at",
    "unit": "a unit that the definition does not name",
    "obs_status": "an observation status outside the metric's own",
    "basis": "a basis that the definition does not name, such as a silent fill",
    "counterpart_area": "a counterpart on a figure that has none",
}
"""What a code that does not belong in a column means."""


def because(fault: str = "", *, evidence: str = "", every_vintage: bool = False) -> dict[str, Any]:
    """Return the ``meta`` of an expectation.

    Args:
        fault: what it catches; types of ``expectation_types`` have a fault of their own.
        evidence: independent evidence of its bounds.
        every_vintage: it judges every row, not only reviewed vintages and areas; see ``Suite.is_bound``.
    """
    meta = {"fault": fault, "evidence": evidence, "every_vintage": every_vintage}
    return {name: value for name, value in meta.items() if value}


def anchor(where: str, bounds: Bounds, evidence: str) -> Expectation:
    """Expect figures to be there, each within bounds that independent evidence gives."""
    return ExpectAnchor(where=where, between=bounds, meta=because(evidence=evidence))


def figure(area: str, year: int, bounds: Bounds, evidence: str) -> Expectation:
    """Expect the figures of an economy and a year to be there, each within bounds that independent evidence gives."""
    return anchor(f"area = '{area}' and year = {year}", bounds, evidence)


def between(
    bounds: Bounds, where: str | None = None, fault: str = JUMP, *, column: str = "value", every_vintage: bool = False
) -> Expectation:
    """Expect every value of a column in the chosen rows to lie within bounds."""
    meta, (low, high) = because(fault, every_vintage=every_vintage), bounds
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, min_value=low, max_value=high, row_condition=where, meta=meta
    )


def steady(bounds: Bounds, where: str, observed: str = "") -> Expectation:
    """Expect the ratio to the year before to lie within bounds that series of these rows never left."""
    return between(bounds, where, f"{JUMP}: {observed}" if observed else JUMP, column="change_ratio")


def frozen(where: str, column: str = "change_ratio") -> Expectation:
    """Expect no series of these rows to repeat the figure of the year before."""
    fault = "a frozen series: one of this size never has the very same figure in two years that follow one another"
    return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=[1], row_condition=where, meta=because(fault))


def only(
    column: str, codes: Sequence[Any], where: str | None = None, fault: str = "", *, every_vintage: bool = False
) -> Expectation:
    """Expect a column to contain no other than these codes in the chosen rows."""
    meta = because(fault or CODE_FAULTS[column], every_vintage=every_vintage)
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(codes), row_condition=where, meta=meta)


def two_views(source: str, area: str, economy: str, *more: str) -> tuple[Expectation, Expectation]:
    """Expect what a reporter states on itself to be reported, or of ``more`` bases, and on others to be mirrored."""
    words = f"the two views exchanged: what {economy} reports"
    return (
        only(
            "basis", ["reported", *more], f"source == '{source}' and area == '{area}'", f"{words} on itself is reported"
        ),
        only(
            "basis", ["mirrored", *more], f"source == '{source}' and area != '{area}'", f"{words} of others is mirrored"
        ),
    )


def of_source(source: str, rows: int, *, first: int, last: int) -> tuple[Expectation, Expectation]:
    """Expect a source to have that many newest rows, from year ``first`` or earlier to ``last`` or later."""
    return (
        ExpectRows(where=f"source = '{source}' and is_latest", between=(rows, None)),
        ExpectYears(where=f"source = '{source}'", first=(1950, first), last=(last, 2045)),
    )


def countries(least: int) -> Expectation:
    """Expect a number of countries among the newest figures, and no more than there are in the world."""
    newest = "length(area) = 3 and area <> 'W00' and is_latest"
    fault = "an economy dropped, or aggregates counted as countries"
    return ExpectFigure(aggregate="count(distinct area)", between=(least, 250), where=newest, meta=because(fault))


def no_world(column: str) -> Expectation:
    """Expect a column to contain countries and no total over all of them."""
    meta = because("the world counted among the countries")
    return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=["W00"], meta=meta)


NO_WORLD_BANK_REGION = gxe.ExpectColumnValuesToNotMatchRegex(
    column="area",
    regex="^(WLD|AFE|AFW|ARB|CEB|CHI|CSS|EAP|EAR|EAS|ECA|ECS|EMU|EUU|FCS|HIC|HPC|IBD|IBT|IDA|IDB|IDX|LAC|LCN|LDC|LIC"
    "|LMC|LMY|LTE|MEA|MIC|MNA|NAC|OED|OSS|PRE|PSS|PST|SAS|SSA|SSF|SST|TEA|TEC|TLA|TMN|TSA|TSS|UMC)$",
    meta=because("the world or a region counted as a country under the World Bank's own code"),
)


def world_bank(least: int) -> tuple[Expectation, ...]:
    """Expect that many countries, no region, and vintages of the World Bank that leave most figures unchanged."""
    meta = because("a vintage in other units, of other years or of other economies: half of its figures moved")
    where = "source = 'world_bank' and is_latest"
    revised_little = ExpectFigure(aggregate="median(vintage_ratio)", between=(0.97, 1.03), where=where, meta=meta)
    return countries(least), NO_WORLD_BANK_REGION, revised_little


def contract(
    metric: str,
    *,
    units: Sequence[str] = (),
    bases: Sequence[str],
    measures: Sequence[str] = (),
    items: Sequence[str] = (),
    statuses: Sequence[str] = ("A", "E", "P", "U"),
    clocks: Sequence[str] = ("reference_year",),
    authorities: Sequence[str] = ("_Z",),
    years: tuple[int | None, int | None] | None = None,
    has_partial_years: bool = False,
    without: Collection[str] = (),
) -> list[Expectation]:
    """Return the expectations that every metric shares.

    Args:
        metric: the name of the metric.
        units, bases, measures, items, statuses, clocks, authorities: the codes that each column may contain; without
            ``measures`` or ``items``, any.
        years: the earliest and the latest year that a figure may have.
        has_partial_years: whether a vintage may contain figures of the year in which it appeared.
        without: labels of expectations that do not apply; the suite states the reasons in ``WITHOUT``.
    """
    codes = {
        "metric_id": [metric],
        "measure": measures,
        "item": items,
        "clock": clocks,
        "authority": authorities,
        "unit": units,
        "obs_status": statuses,
        "basis": bases,
    }
    repeated = "a payload read twice, two codes mapped to one area, or a join that multiplies rows"
    two_newest = "two vintages both taken for the newest, so that a figure has two values"
    two_answers = (
        "two figures of an economy or pair and year under the bare name: a second source, or a part beside its total"
    )
    newest_key = [column for column in KEY if column != "vintage"]
    expectations: dict[str, Expectation] = {
        "complete": ExpectComplete(
            columns=[column for column in COLUMNS if column not in MAY_BE_EMPTY],
            meta=_meta(
                "a figure without code, year, unit, status, source or vintage, such as a code that was not mapped"
            ),
        ),
        "key": ExpectUniqueKey(columns=list(KEY), meta=_meta(repeated)),
        NEWEST_KEY: ExpectUniqueKey(columns=newest_key, where="is_latest", meta=_meta(two_newest)),
        "key of preferred": ExpectUniqueKey(columns=list(PREFERRED_KEY), where="is_preferred", meta=_meta(two_answers)),
        "be_null(base_year)": gxe.ExpectColumnValuesToBeNull(
            column="base_year", meta=_meta("a base year on a figure that compares no years")
        ),
        "year is over": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="vintage_year",
            column_B="year",
            or_equal=has_partial_years or None,
            meta=_meta("every year one too late: a figure about a year that was not over when it became known"),
        ),
        **_values(statuses),
    }
    for column, values in codes.items():
        if values:
            expectations[f"only_codes({column})"] = ExpectOnlyCodes(
                column=column, codes=list(values), meta=_meta(CODE_FAULTS[column])
            )
    if years:
        wrong_year = "a year outside the series: a wrong column, a two-digit year, a label taken for a year"
        expectations["years"] = between(years, fault=wrong_year, column="year", every_vintage=True)
    return [item for label, item in expectations.items() if label not in without]


def _meta(fault: str) -> dict[str, Any]:
    return because(fault, every_vintage=True)


def _values(statuses: Sequence[str]) -> dict[str, Expectation]:
    if not set(statuses).intersection(WITHHELD):
        everywhere = _meta("a figure without value, or one that is not a number")
        return {"value": gxe.ExpectColumnValuesToNotBeNull(column="value", meta=everywhere)}
    return {
        "value": gxe.ExpectColumnValuesToNotBeNull(
            column="value",
            row_condition=f"obs_status not in {WITHHELD}",
            meta=_meta("a figure lost on the way, although its status reports one"),
        ),
        "no value": gxe.ExpectColumnValuesToBeNull(
            column="value",
            row_condition=f"obs_status in {WITHHELD}",
            meta=_meta("a suppressed or missing figure turned into a number, such as zero"),
        ),
    }
