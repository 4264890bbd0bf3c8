"""A change of code that moves figures needs a reviewed declaration or a reason. All figures are synthetic."""

from typing import Any

import pytest

from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.reading.release import Release
from orchestration.releases.permitted_changes import Declaration, DeclaredChange, TableDiff, undeclared
from tests.unit import synthetic_source
from tests.unit.synthetic_project import Project, figure

pytestmark = pytest.mark.slow


MANY = [figure(year=1980 + number, value=1.0) for number in range(40)]
ONE_CHANGED = [figure(year=1980, value=2.0), *MANY[1:]]


@pytest.fixture
def first(project: Project, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    release = project.release("a", figures=MANY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")
    return release


def declare(project: Project, *changes: str, name: str = "2026-07-01_rebased") -> None:
    folder = project.settings.dbt_project / "changes"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "reason: The series is rebased.",
        'since: "0.2.0"',
        "changes:",
        *(f"  - {{{change}}}" for change in changes),
    ]
    (folder / f"{name}.yml").write_text("\n".join(lines) + "\n")


def in_both(kind: str, rows: str) -> tuple[str, str]:
    """The same change of the metric and of the mart that it is made of."""
    return tuple(f"table: {table}, kind: {kind}, rows: {rows}" for table in ("synthetic_metric", "fct_synthetic"))  # type: ignore[return-value]


def test_a_change_of_the_code_is_refused_until_it_is_declared(project: Project, first: Release) -> None:
    figures = [figure(year=1980, value=2.0), *MANY[2:], figure(year=2030)]
    with pytest.raises(ReleaseError) as refused:
        project.release("b", figures=figures)
    for kind in ("added", "removed", "changed"):
        assert f"synthetic_metric: 1 row {kind} without a declaration" in str(refused.value)
    draft = (project.settings.build / "b" / "declaration.yml").read_text()
    declare(project, *(line.strip()[3:-1] for line in draft.splitlines() if line.startswith("  - ")))
    second = project.release("c", figures=figures)
    assert second.content["accepted"] is None
    assert second.content["declared_changes"] == ["2026-07-01_rebased"]


def test_a_declaration_counts_for_one_release(project: Project, first: Release) -> None:
    declare(project, *in_both("changed", "1"))
    project.release("b", figures=ONE_CHANGED)
    with pytest.raises(ReleaseError, match="1 row changed without a declaration"):
        project.release("c", figures=MANY)
    assert project.release("d", figures=MANY, accept="the rebasing is taken back").content["accepted"]


def test_noise_and_other_payloads_need_no_declaration(project: Project, first: Release) -> None:
    noise = [figure(year=1980, value=1.0 + 1e-12), *MANY[1:]]
    assert project.release("b", figures=noise).content["declared_changes"] == []
    project.origins = (synthetic_source.origin(b"another payload"),)
    assert project.release("c", figures=ONE_CHANGED).content["accepted"] is None


def test_an_invalid_declaration_is_refused(project: Project, first: Release) -> None:
    declare(project, "table: synthetic_metric, kind: moved, rows: 1")
    with pytest.raises(BilateralError, match="kind: "):
        project.release("b", figures=ONE_CHANGED)


def diff(*groups: dict[str, Any], changed: int) -> TableDiff:
    return {"rows_before": 100, "added": 0, "gone": 0, "changed": changed, "groups": list(groups)}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ([{"rows": 7}], []),
        ([{"rows": 8}], ["7 rows changed; declared: 8"]),
        ([{"rows": [0, 6]}], ["7 rows changed; declared: 0 to 6"]),
        ([{"rows": 4}, {"rows": 4}], []),
        ([{"rows": 5, "measure": "receipts"}], ["2 rows changed without a declaration"]),
        ([{"rows": 5, "measure": "receipts"}, {"rows": 2}], []),
        ([{"rows": 5, "measure": "receipts"}, {"rows": 2, "measure": "payments", "source": "bea"}], []),
        ([{"rows": 4, "measure": "receipts"}, {"rows": 2}], ["7 rows changed; declared: 0 to 6"]),
        ([{"rows": 7, "kind": "removed"}], ["7 rows changed without a declaration"]),
        ([{"rows": 7, "table": "another"}], ["7 rows changed without a declaration"]),
    ],
)
def test_declared_rows_are_counted_by_measure_and_source(changes: list[dict[str, Any]], sentences: list[str]) -> None:
    declared = [
        Declaration(
            reason="why", since="0.2.0", changes=[DeclaredChange(**{"table": "t", "kind": "changed", **change})]
        )
        for change in changes
    ]
    groups = (
        {"source": "bea", "measure": "receipts", "added": 0, "gone": 0, "changed": 5},
        {"source": "bea", "measure": "payments", "added": 0, "gone": 0, "changed": 2},
    )
    assert undeclared(declared, "t", diff(*groups, changed=7)) == sentences
