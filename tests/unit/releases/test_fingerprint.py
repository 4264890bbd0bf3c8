"""Which edits make another release: each is made in a copy of the project, and the fingerprint is asked again."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.releases import fingerprint as module
from orchestration.releases.fingerprint import NOT_COUNTED, fingerprint, provenance
from tests.integration.conftest import copy_tree

Edit = Callable[[str], str]
Made = tuple[str, dict[str, object]]
"""Fingerprint and provenance."""


def append(text: str) -> Edit:
    return lambda content: content + text


def replace(old: str, new: str) -> Edit:
    def edit(content: str) -> str:
        assert old in content, old
        return content.replace(old, new, 1)

    return edit


def first_docstring(content: str) -> str:
    return replace('"""', '"""Edited. ')(content)


def reformatted(content: str) -> str:
    return content.replace("\n", "\n\n")


TRIGGERING: dict[tuple[str, str], Edit] = {
    ("a figure of the bundle", "data/bundle/world_bank/*/*.json"): append(" "),
    ("a claim", "data/claims/*.yaml"): append("\n# a remark\n"),
    ("SQL of a model", "dbt_project/models/metrics/ip_receipts.sql"): append("\nwhere true\n"),
    ("a text in SQL that looks like a comment", "dbt_project/models/metrics/ip_receipts.sql"): append(" '-- a  b' "),
    ("a macro", "dbt_project/macros/engines.sql"): append("{% macro another() %}1{% endmacro %}"),
    ("code of a Python model", "dbt_project/models/intermediate/int_claims_audited.py"): append("\nANOTHER = 1\n"),
    ("a seed", "dbt_project/seeds/units/units__sdmx.csv"): append("ZZZ,nothing\n"),
    ("a reviewed test", "dbt_project/tests/reviewed_figures_hold.sql"): append(" limit 0"),
    ("the severity of a test", "dbt_project/models/marts/fct_indicator.yml"): replace(
        "where: is_latest", "where: not is_latest"
    ),
    ("a contract", "dbt_project/models/marts/fct_indicator.yml"): replace("data_type: varchar", "data_type: text"),
    ("a row of a unit test", "dbt_project/models/metrics/ip_receipts.yml"): replace("SH,2016,4,USD", "SH,2016,5,USD"),
    ("a table of a unit test", "dbt_project/tests/fixtures/*/*.csv"): append("0"),
    ("the sources of a metric", "dbt_project/models/metrics/ip_receipts.yml"): replace("sources:", "awaits:"),
    ("settings of dbt", "dbt_project/dbt_project.yml"): replace("+materialized: table", "+materialized: view"),
    ("a suite", "expectations/ip_receipts.py"): append("\nANOTHER = 1\n"),
    ("the expectations that all suites share", "expectations/shared.py"): append("\nANOTHER = 1\n"),
    ("the reviewed areas", "expectations/reviewed.csv"): append(" "),
    ("columns that suites judge", "orchestration/guards/guard_columns.py"): append("\nANOTHER = 1\n"),
    ("a parser", "orchestration/sources/safe.py"): append("\nANOTHER = 1\n"),
    ("a reader of a format", "orchestration/formats/strict_json.py"): append("\nANOTHER = 1\n"),
    ("a method", "orchestration/methods/reconciliation.py"): append("\nANOTHER = 1\n"),
    ("the contract of metrics", "orchestration/contracts/metric.py"): append("\nANOTHER = 1\n"),
    ("evaluation of suites", "orchestration/guards/evaluate.py"): append("\nANOTHER = 1\n"),
    ("conditions of the gate", "orchestration/releases/gate.py"): append("\nANOTHER = 1\n"),
    ("tables of a release", "orchestration/releases/release_tables.py"): append("\nANOTHER = 1\n"),
    ("a new module of a counted package", "orchestration/transform/another.py"): append("ANOTHER = 1\n"),
}

RECORDED: dict[tuple[str, str], Edit] = {
    ("docstring of a parser", "orchestration/sources/safe.py"): first_docstring,
    ("comment in a method", "orchestration/methods/reconciliation.py"): append("\n# a remark\n"),
    ("docstring of the gate", "orchestration/releases/gate.py"): first_docstring,
    ("docstring of a Python model", "dbt_project/models/intermediate/int_claims_audited.py"): first_docstring,
    ("comment in SQL", "dbt_project/models/metrics/ip_receipts.sql"): append(
        "\n-- it's a remark\n/* another */ {# third #}\n"
    ),
    ("line breaks of SQL", "dbt_project/models/metrics/ip_receipts.sql"): reformatted,
    ("description of a model", "dbt_project/models/metrics/ip_receipts.yml"): replace(
        "What an economy", "All an economy"
    ),
    ("description of a mart", "dbt_project/models/marts/fct_indicator.yml"): replace(
        "National indicators as", "All national indicators as"
    ),
    ("caveat of a metric", "dbt_project/models/metrics/ip_receipts.yml"): replace(
        "caveats:", "caveats:\n          - Another."
    ),
    ("text that columns share", "dbt_project/models/docs/columns.md"): append("Another sentence."),
    ("comment in YAML", "dbt_project/models/marts/fct_indicator.yml"): append("\n# a remark\n"),
    ("code of a page", "orchestration/site/pages/a10_front.py"): append("\nANOTHER = 1\n"),
    ("template of a page", "orchestration/site/templates/base.html"): append("<!-- -->"),
    ("a command", "orchestration/cli/query.py"): append("\nANOTHER = 1\n"),
    ("a schedule", "orchestration/automation/triggers.py"): append("\nANOTHER = 1\n"),
    ("a paper of the release", "orchestration/releases/dictionary.py"): append("\nANOTHER = 1\n"),
    ("words for claims", "data/claims/README.md"): append("Another sentence."),
    ("another library", "locks/requirements.lock"): append("# a remark\n"),
}

ELSEWHERE: dict[tuple[str, str], Edit] = {
    ("a document", "docs/releases.md"): append("Another sentence."),
    ("a test", "tests/conftest.py"): append("\nANOTHER = 1\n"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("fingerprint")
    return Settings(root=copy_tree(folder / "tree"), data=folder / "data")


@pytest.fixture(scope="module")
def unedited(project: Settings) -> Made:
    return fingerprint(project), provenance(project)


def edited(settings: Settings, pattern: str, edit: Edit) -> Made:
    """Fingerprint and provenance with one file edited, which is as it was afterwards."""
    path = next(iter(sorted(settings.root.glob(pattern))), settings.root / pattern)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(edit(before or ""), encoding="utf-8")
    try:
        return fingerprint(settings), provenance(settings)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def named(edits: dict[tuple[str, str], Edit]) -> list[object]:
    return [pytest.param(pattern, edit, id=what) for (what, pattern), edit in edits.items()]


@pytest.mark.parametrize(("pattern", "edit"), named(TRIGGERING))
def test_what_changes_figures_or_judges_them_triggers(
    project: Settings, unedited: Made, pattern: str, edit: Edit
) -> None:
    assert edited(project, pattern, edit)[0] != unedited[0]


@pytest.mark.parametrize(("pattern", "edit"), named(RECORDED))
def test_what_changes_no_figure_is_recorded_and_triggers_nothing(
    project: Settings, unedited: Made, pattern: str, edit: Edit
) -> None:
    seen, recorded = edited(project, pattern, edit)
    assert seen == unedited[0]
    assert recorded != unedited[1]


@pytest.mark.parametrize(("pattern", "edit"), named(ELSEWHERE))
def test_what_is_no_part_of_a_release_is_not_even_recorded(
    project: Settings, unedited: Made, pattern: str, edit: Edit
) -> None:
    assert edited(project, pattern, edit) == unedited


def test_a_computing_library_of_another_version_triggers(project: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(project)
    installed = importlib.metadata.version
    monkeypatch.setattr(module, "version", lambda name: "0" if name == "duckdb" else installed(name))
    assert fingerprint(project) != before


def test_on_live_figures_the_selections_count_and_the_bundle_does_not(project: Settings) -> None:
    live = Settings(root=project.root, data=project.data, feed="live")
    first = fingerprint(live)
    assert edited(live, "data/bundle/world_bank/*/*.json", append(" "))[0] == first
    write_json(live.raw / "world_bank" / live.selection_file, {"files": ["another"]})
    assert fingerprint(live) != first


def test_every_name_that_is_not_counted_is_there(project: Settings) -> None:
    assert [name for name in sorted(NOT_COUNTED) if not (project.root / "orchestration" / name).exists()] == []


def test_a_file_that_cannot_be_read_counts_with_every_byte(project: Settings) -> None:
    broken = edited(project, "orchestration/methods/reconciliation.py", append("\ndef (:\n"))[0]
    assert edited(project, "orchestration/methods/reconciliation.py", append("\ndef (:\n# a remark\n"))[0] != broken


def test_libraries_that_are_named_are_installed(project: Settings) -> None:
    assert "not installed" not in module._versions().values()


def test_the_path_of_the_project_does_not_count(project: Settings, tmp_path: Path) -> None:
    assert fingerprint(Settings(copy_tree(tmp_path / "orchestration"), project.data)) == fingerprint(project)
