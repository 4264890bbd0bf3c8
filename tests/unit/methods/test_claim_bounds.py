"""Claims that published figures bound, each worked by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from orchestration.methods.claim_audit import audit_table
from orchestration.methods.claims import AuditContext, Quoted
from tests.unit.methods.test_claims import CLAIM, ECONOMIES, FIGURE, UNITS, figure

CHARGES = CLAIM | {
    "metric_id": "bilateral_ip_charges",
    "measure": "charges",
    "counterpart_area": "CHN",
    "tolerance": 0.05e9,
}
SHARE = {"unit": "PT", "tolerance": 1.7}


def bounded(rule: str, *figures: str, times: float | None = None) -> dict[str, Any]:
    names = " ".join(figures) or None
    return {"bound_rule": rule, "bound_figures": names, "bound_times": times, "bound_because": "a reason"}


def quoted(name: str, value: float, precision: float, unit: str, qualifier: str = "about") -> Quoted:
    return Quoted(
        name, "ip_share", value, precision, unit, 2024, qualifier, "A, quoted by B", date(2025, 4, 15), "words", False
    )


FIGURES = [
    quoted("a/total", 55e9, 0.5e9, "USD"),
    quoted("a/share", 15, 0.5, "PT"),
    quoted("a/world", 1.9e9, 0.05e9, "USD"),
    quoted("a/over", 7e9, 0.5e9, "USD", "over"),
    quoted("a/exact", 7.5e9, 0.05e9, "USD", "exact"),
    replace(quoted("a/quoted", 7.5e9, 0.1e9, "USD", "exact"), measure="quoted_exports"),
]
CONTEXT = AuditContext({}, UNITS, ECONOMIES, FIGURES)
PRODUCT = bounded("product", "a/total", "a/share")
OTHERS = [figure(area="NLD", value=62e9), figure(area="JPN", value=51e9), figure(area="WB_HIC", value=553e9)]
GROUP = figure(area="OED", value=553e9)
PARTIAL = figure(area="JPN", value=90e9, obs_status="U")
OLDER = figure(area="NLD", value=90e9, vintage=date(2025, 12, 17))

CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]], str, float | None, float | None]] = {
    # about 55 billion and about 15 percent: 54 x 14 % = 7.56 and 56 x 16 % = 8.96
    "within the product": (CHARGES | PRODUCT | {"value": 7.8e9}, [], "within_bound", 7.56e9, 8.96e9),
    "below the product": (CHARGES | PRODUCT | {"value": 7.5e9}, [], "outside_bound", 7.56e9, 8.96e9),
    "its tolerance reaches the product": (CHARGES | PRODUCT | {"value": 7.52e9}, [], "within_bound", 7.56e9, 8.96e9),
    "its tolerance reaches the product from above": (
        CHARGES | PRODUCT | {"value": 9.0e9},
        [],
        "within_bound",
        7.56e9,
        8.96e9,
    ),
    "above the product": (CHARGES | PRODUCT | {"value": 9.02e9}, [], "outside_bound", 7.56e9, 8.96e9),
    # 7.45 to 7.55 is what is printed without about
    "an exact figure": (
        CHARGES | bounded("product", "a/exact") | {"value": 7.65e9},
        [],
        "outside_bound",
        7.45e9,
        7.55e9,
    ),
    "a page without a source makes plausible": (
        CHARGES | bounded("product", "a/quoted") | {"value": 7.4e9},
        [],
        "within_bound",
        7.4e9,
        7.6e9,
    ),
    "a page without a source refutes nothing": (
        CHARGES | bounded("product", "a/quoted") | {"value": 5e9},
        [],
        "not_verifiable",
        None,
        None,
    ),
    "a whole of twice the claim states nothing": (
        CHARGES | bounded("at_most", "a/world") | {"value": 1e9},
        [],
        "not_verifiable",
        None,
        None,
    ),
    "a lower limit of a published figure": (
        CHARGES | SHARE | bounded("at_least", "a/share") | {"value": 10},
        [],
        "within_bound",
        None,
        16,
    ),
    "a lower limit of the official figure": (CLAIM | bounded("at_least"), [FIGURE], "within_bound", None, 169.52e9),
    "a part of the whole": (CHARGES | bounded("at_most", "a/world") | {"value": 1.9e9}, [], "within_bound", None, 2e9),
    "more than the whole": (CHARGES | bounded("at_most", "a/world") | {"value": 2.1e9}, [], "outside_bound", None, 2e9),
    "over a figure": (CHARGES | bounded("product", "a/over") | {"value": 8e9}, [], "within_bound", 6.5e9, None),
    "no such figure": (CHARGES | bounded("product", "a/none") | {"value": 7.8e9}, [], "not_verifiable", None, None),
    "an official figure decides": (
        CHARGES | PRODUCT | {"value": 7.8e9},
        [figure(**{name: CHARGES[name] for name in ("metric_id", "measure", "counterpart_area")}, value=7.8e9)],
        "confirmed",
        None,
        None,
    ),
    # groups do not count, nor does a vintage that was revised
    "above others": (
        CLAIM | bounded("above_others", times=2),
        [FIGURE, OLDER, GROUP, PARTIAL, *OTHERS],
        "within_bound",
        124e9,
        None,
    ),
    "not far above": (CLAIM | bounded("above_others", times=3), [FIGURE, *OTHERS], "outside_bound", 186e9, None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_claim_ends_within_or_outside_its_bound(name: str) -> None:
    claim, figures, verdict, low, high = CASES[name]
    values = pd.DataFrame(figures, columns=list(FIGURE))
    (row,) = audit_table(pd.DataFrame([claim]), values, CONTEXT).to_pylist()
    assert (row["verdict"], row["bound_low"], row["bound_high"]) == (
        verdict,
        None if low is None else pytest.approx(low),
        None if high is None else pytest.approx(high),
    )
    assert (row["bound_reason"] is None) == (low is None and high is None)


def test_the_sentence_names_figures_words_page_and_bound() -> None:
    (row,) = audit_table(
        pd.DataFrame([CHARGES | PRODUCT | {"value": 7.5e9}]), pd.DataFrame(columns=list(FIGURE)), CONTEXT
    ).to_pylist()
    assert row["bound_reason"] == (
        "IP share of about 55 billion US dollars in 2024, by A, quoted by B (“words”, secondary, 2025-04-15) and "
        "IP share of about 15 percent in 2024, by A, quoted by B (“words”, secondary, 2025-04-15): "
        "between 7.56 billion US dollars and 8.96 billion US dollars; a reason"
    )
    assert row["explanation"].endswith("the claim is outside that bound.")
    assert row["missing_input"]
    claim, figures, *_ = CASES["above others"]
    (row,) = audit_table(pd.DataFrame([claim]), pd.DataFrame(figures), CONTEXT).to_pylist()
    assert row["bound_reason"] == (
        "of 2 other economies with a figure NLD has the largest, 62 billion US dollars (world_bank, vintage 2026-07-01), "
        "of which the claim is 2.3 times: at least 124 billion US dollars; a reason"
    )
