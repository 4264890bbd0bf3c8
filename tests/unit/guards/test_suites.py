"""Suites are modules of Great Expectations objects; a metric and its suite are complete, or refused."""

import re
from pathlib import Path

import pytest

from orchestration.core.errors import GuardError
from orchestration.core.files import write_text
from orchestration.guards.expectation_types import ExpectAnchor
from orchestration.guards.suites import CONTRACT, load_suite
from orchestration.transform.project import REQUIRED_META, Project
from tests.unit.guards.synthetic_frames import receipts

SUITES = Path(__file__).resolve().parents[3] / "expectations"
METRICS = sorted(path.stem for path in SUITES.glob("*.py") if path.stem not in ("__init__", "shared"))
HEAD = "import great_expectations.expectations as gxe\nfrom expectations.shared import *\n"
OF_CONTRACT = 'SUITE = contract("m", units=["USD"], bases=["reported"])\n'

OF_OTHER_COUNTS = {
    "citation_index": 1.7,
    "co_inventions": 15,
    "co_publications": 14,
    "cross_border_ownership": 9.2,
    "digital_share_of_trade": 1.4,
    "ip_receipts_growth": 1.8,
    "partner_share_of_ip_charges": 1.7,
    "patent_families": 2.1,
    "revisions": 4.1,
    "services_complementarity": 3.1,
    "trademark_registrations": 5.1,
}
"""Metrics whose evidence is of another year, edition or way to count: the largest ratio of an anchor's bounds."""


@pytest.mark.parametrize("metric", METRICS)
def test_every_expectation_names_its_fault(metric: str) -> None:
    results = load_suite(SUITES, metric)
    assert len(results.expectations) > len(CONTRACT)


@pytest.mark.parametrize("metric", METRICS)
def test_an_anchor_excludes_other_figures_than_the_stated_one(metric: str) -> None:
    """Bounds have one sign, a ratio below 2.7, and lie within a fifth of a figure that evidence states to three
    digits."""
    for anchor in (item for item in load_suite(SUITES, metric).expectations if isinstance(item, ExpectAnchor)):
        low, high = sorted((float(bound or 0) for bound in anchor.between), key=abs)
        assert 0 < high * high < OF_OTHER_COUNTS.get(metric, 2.7) * high * low, anchor.where
        numbers = re.findall(r"\d[\d,]*\d\.?\d*|\d\.\d+", str(anchor.meta))
        stated = [float(text.replace(",", "")) * unit for text in numbers for unit in (1, 1e6, 1e9) if len(text) > 3]
        near = [max(1 - low / figure, high / figure - 1) for figure in stated if low <= figure <= high]
        assert metric in OF_OTHER_COUNTS or round(min(near, default=0), 3) < 0.2, anchor.where


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, r"m has no suite: m\.py is missing"),
        ("SUITE = [", r"m\.py: it does not load"),
        ("", r"m\.py: it does not load: .*SUITE"),
        ("SUITE = []", r"m\.py: it lacks expectations of the metric contract: complete"),
        (OF_CONTRACT + "SUITE.pop(0)", r"lacks expectations of the metric contract: complete\(metric_id"),
        (OF_CONTRACT + "SUITE.append(gxe.ExpectColumnValuesToNotBeNull(column='value'))", "no fault is named"),
        (OF_CONTRACT + "SUITE.append(gxe.ExpectColumnValuesToBeNull(colum='value'))", r"it does not load: [^§]*colum"),
    ],
)
def test_a_suite_that_is_not_sound_is_refused_by_its_file(tmp_path: Path, source: str | None, message: str) -> None:
    if source is not None:
        write_text(tmp_path / "m.py", HEAD + source)
    with pytest.raises(GuardError, match=message):
        load_suite(tmp_path, "m")


def test_an_expectation_of_the_contract_is_left_out_with_a_reason(tmp_path: Path) -> None:
    without = 'WITHOUT = {"only_codes(unit)": "a growth rate has the unit of its series"}\n'
    write_text(tmp_path / "m.py", f'{HEAD}{without}SUITE = contract("m", bases=["reported"], without=WITHOUT)')
    assert "only_codes(unit)" not in str(load_suite(tmp_path, "m").configs)


def test_the_hash_covers_what_a_suite_requires(tmp_path: Path) -> None:
    hashes = []
    for source in (OF_CONTRACT, f"# a comment\n{OF_CONTRACT}", OF_CONTRACT.replace("USD", "PT")):
        write_text(tmp_path / "m.py", HEAD + source)
        hashes.append(load_suite(tmp_path, "m").sha256)
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("lacking", ["formula", "unit", "owner", "sources", "description"])
def test_a_metric_without_description_unit_or_owner_does_not_build(lacking: str) -> None:
    meta = dict.fromkeys(REQUIRED_META, "x")
    meta.pop(lacking, None)
    node = {
        "resource_type": "model",
        "path": "metrics/synthetic_metric.sql",
        "name": "synthetic_metric",
        "original_file_path": "models/metrics/synthetic_metric.sql",
        "description": "" if lacking == "description" else "A synthetic metric.",
        "config": {"meta": meta},
    }
    with pytest.raises(GuardError, match=f"synthetic_metric lacks (a )?{lacking};"):
        _ = Project({"nodes": {"model.x": node}}).metrics


PAGE = Path(__file__).resolve().parents[3] / "docs" / "guards.md"


@pytest.mark.parametrize("unit", ["USD", None])
def test_the_example_validates_a_metric(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str | None) -> None:
    (example,) = [
        code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "batch.validate" in code
    ]
    assert len([line for line in example.splitlines() if line and not line.startswith("import")]) < 10
    receipts().assign(unit=unit).to_parquet(tmp_path / "metric.parquet")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, str(PAGE), "exec"), names)  # noqa: S102 (the example is the project's own)
    assert names["result"].success is (unit is not None)  # type: ignore[attr-defined]
