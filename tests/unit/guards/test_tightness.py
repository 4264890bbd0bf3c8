"""How narrow the anchors of each suite are, and how many expectations judge its step from one year to the next."""

from itertools import pairwise
from pathlib import Path

import pytest

from orchestration.guards.expectation_types import ExpectAnchor
from orchestration.guards.suites import load_suite

SUITES = Path(__file__).resolve().parents[3] / "expectations"
WIDTHS = (0, 0.04, 0.4, 2)
"""Classes of anchors by the distance of their bounds, as a part of the middle: an anchor ten times as wide is in another class."""

TIGHTNESS = """
bilateral_ip_charges 1 9 0 6
bilateral_services_balance 0 10 1 6
co_invention_intensity 0 2 0 2
co_inventions 0 0 2 3
co_publication_intensity 8 8 0 0
co_publications 2 1 1 0
cross_border_ownership 0 0 1 2
digital_share_of_trade 1 3 0 2
ip_cover_ratio 0 5 0 3
ip_payments 0 7 0 3
ip_receipts 0 7 0 3
ip_receipts_growth 0 5 2 0
mirror_asymmetry 0 15 6 0
partner_share_of_ip_charges 0 3 3 5
patent_families 0 1 1 2
patent_filing_flows 1 7 0 3
pct_applications 4 6 1 3
rd_performed_abroad 1 4 0 2
revisions 0 0 9 1
services_complementarity 0 3 4 5
technology_balance 0 5 0 6
technology_specialisation 0 3 0 1
technology_upgrading 4 2 0 6
trademark_registrations 0 2 3 2
us_patent_grants 0 2 0 3
"""
"""By metric: anchors of each class, and expectations of steps."""


def tightness(metric: str) -> list[int]:
    expectations = load_suite(SUITES, metric).expectations
    anchors = [item for item in expectations if isinstance(item, ExpectAnchor)]
    widths = [(high - low) / (abs(low + high) / 2) for low, high in (item.between for item in anchors)]  # type: ignore[operator]
    assert all(width < WIDTHS[-1] for width in widths), f"{metric} has an anchor that nearly any figure passes"
    steps = sum(getattr(item, "column", "") == "change_ratio" for item in expectations)
    return [*(sum(low < width <= high for width in widths) for low, high in pairwise(WIDTHS)), steps]


@pytest.mark.parametrize("line", TIGHTNESS.split("\n")[1:-1], ids=lambda line: line.split()[0])
def test_anchors_stay_narrow_and_steps_are_judged(line: str) -> None:
    metric, *counts = line.split()
    assert tightness(metric) == [int(count) for count in counts]
