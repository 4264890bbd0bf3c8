"""The expectations of the metric contract, which every suite begins with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from orchestration.contracts.metric import COLUMNS, KEY
from orchestration.guards.expectation_types import ExpectComplete, ExpectOnlyCodes, ExpectUniqueKey
from orchestration.guards.guard_columns import GUARD_COLUMNS

NEWEST_KEY = "unique_key of newest"
"""How ``without`` names the key of the newest figures."""


def because(fault: str = "", *, evidence: str = "", since: str = "", every_vintage: bool = False) -> dict[str, Any]:
    """Return the ``meta`` of an expectation.

    Args:
        fault: what it catches; types of ``expectation_types`` have a fault of their own.
        evidence: independent evidence of its bounds.
        since: the vintage from which on it can be met.
        every_vintage: it judges every row, not only reviewed vintages and areas; see ``Suite.is_bound``.
    """
    meta = {"fault": fault, "evidence": evidence, "since": since, "every_vintage": every_vintage}
    return {name: value for name, value in meta.items() if value}


YEAR_IS_OVER = gxe.ExpectColumnPairValuesAToBeGreaterThanB(
    column_A="vintage_year",
    column_B="year",
    meta=because("every year one too late: a figure about a year that was not over when it became known"),
)
VALUE_EVERYWHERE = gxe.ExpectColumnValuesToNotBeNull(
    column="value", meta=because("a figure without value, or one that is not a number")
)
VALUE_WHERE_REPORTED = gxe.ExpectColumnValuesToNotBeNull(
    column="value",
    row_condition="obs_status in ['A', 'B', 'E', 'P', 'U']",
    meta=because("a figure lost on the way, although its status reports one"),
)
NO_VALUE_WHERE_WITHHELD = gxe.ExpectColumnValuesToBeNull(
    column="value",
    row_condition="obs_status in ['Q', 'N', 'L', 'M', 'O']",
    meta=because("a suppressed or missing figure turned into a number, such as zero"),
)
NO_WORLD_BANK_REGION = gxe.ExpectColumnValuesToNotMatchRegex(
    column="area",
    regex="^(WLD|AFE|AFW|ARB|CEB|CHI|CSS|EAP|EAR|EAS|ECA|ECS|EMU|EUU|FCS|HIC|HPC|IBD|IBT|IDA|IDB|IDX|LAC|LCN|LDC|LIC"
    "|LMC|LMY|LTE|MEA|MIC|MNA|NAC|OED|OSS|PRE|PSS|PST|SAS|SSA|SSF|SST|TEA|TEC|TLA|TMN|TSA|TSS|UMC)$",
    meta=because("the world or a region counted as a country under the World Bank's own code"),
)


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
    without: Collection[str] = (),
) -> list[Expectation]:
    """Return the expectations that every metric shares.

    Args:
        metric: the name of the metric.
        units, bases, measures, items, statuses, clocks, authorities: the codes that each column may contain; without
            ``measures`` or ``items``, any.
        years: the earliest and the latest year that a figure may have.
        without: labels of expectations that do not apply; the suite states the reasons in ``WITHOUT``.
    """
    codes = {
        "metric_id": ([metric], "rows of another metric"),
        "measure": (measures, "a measure that the definition does not name"),
        "item": (items, "an item that the metric does not have, or one under a changed code"),
        "clock": (clocks, "a year of another kind, such as the publication year taken for the filing year"),
        "authority": (authorities, "figures of an office or list that the metric does not count at"),
        "unit": (units, "a unit that the definition does not name"),
        "obs_status": (statuses, "an observation status outside the metric's own"),
        "basis": (bases, "a basis that the definition does not name, such as a silent fill"),
    }
    repeated = "a payload read twice, two codes mapped to one area, or a join that multiplies rows"
    two_newest = "two vintages both taken for the newest, so that a figure has two values"
    newest_key = [column for column in KEY if column != "vintage"]
    expectations: dict[str, Expectation] = {
        "columns": gxe.ExpectTableColumnsToMatchOrderedList(
            column_list=[*COLUMNS, *GUARD_COLUMNS],
            meta=_meta("a column of the metric contract is missing, renamed, added or moved"),
        ),
        "complete": ExpectComplete(
            columns=[column for column in COLUMNS if column not in ("base_year", "value")],
            meta=_meta(
                "a figure without code, year, unit, status, source or vintage, such as a code that was not mapped"
            ),
        ),
        "key": ExpectUniqueKey(columns=list(KEY), meta=_meta(repeated)),
        NEWEST_KEY: ExpectUniqueKey(columns=newest_key, where="is_latest", meta=_meta(two_newest)),
        "be_null(base_year)": gxe.ExpectColumnValuesToBeNull(
            column="base_year", meta=_meta("a base year on a figure that compares no years")
        ),
    }
    for column, (values, fault) in codes.items():
        if values:
            expectations[f"only_codes({column})"] = ExpectOnlyCodes(
                column=column, codes=list(values), meta=_meta(fault)
            )
    if years:
        expectations["years"] = gxe.ExpectColumnValuesToBeBetween(
            column="year",
            min_value=years[0],
            max_value=years[1],
            meta=_meta("a year outside the series: a wrong column, a two-digit year, a label taken for a year"),
        )
    return [item for label, item in expectations.items() if label not in without]


def _meta(fault: str) -> dict[str, Any]:
    return because(fault, every_vintage=True)
