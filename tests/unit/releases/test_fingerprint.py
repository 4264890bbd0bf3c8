"""Which edits make another release: each is made in a copy of the project, and the fingerprint is computed again."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import NOT_COUNTED, fingerprint
from tests.integration.conftest import copy_tree

pytestmark = pytest.mark.slow

TRIGGERING = [
    "data/bundle/world_bank/*/*.json",
    "data/claims/*.yaml",
    "dbt_project/models/metrics/ip_receipts.sql",
    "dbt_project/models/metrics/ip_receipts.yml",
    "dbt_project/models/docs/columns.md",
    "dbt_project/models/intermediate/on_metrics/int_claims_audited.py",
    "dbt_project/macros/engines.sql",
    "dbt_project/seeds/units/units__sdmx.csv",
    "dbt_project/tests/reviewed_figures_hold.sql",
    "dbt_project/dbt_project.yml",
    "expectations/ip_receipts.py",
    "expectations/reviewed.csv",
    "orchestration/sources/safe.py",
    "orchestration/methods/reconciliation.py",
    "orchestration/guards/evaluate.py",
    "orchestration/releases/gate.py",
    "orchestration/transform/another.py",
]
COUNTED_NOWHERE = [
    *("orchestration/site/pages/front.py", "orchestration/site/templates/base.html", "orchestration/cli/query.py"),
    *("orchestration/automation/triggers.py", "data/claims/README.md", "locks/requirements.lock", "docs/releases.md"),
    "tests/conftest.py",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("fingerprint")
    return Settings(root=copy_tree(folder / "tree"), data=folder / "data")


def edited(settings: Settings, pattern: str) -> str:
    """Return the fingerprint with one file edited or added, which is restored afterwards."""
    path = next(iter(sorted(settings.root.glob(pattern))), settings.root / pattern)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + b"\n# edited\n")
    try:
        return fingerprint(settings)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


@pytest.fixture(scope="module")
def unedited(project: Settings) -> str:
    return fingerprint(project)


@pytest.mark.parametrize("pattern", TRIGGERING)
def test_relevant_edits_trigger_a_release(project: Settings, unedited: str, pattern: str) -> None:
    assert edited(project, pattern) != unedited


@pytest.mark.parametrize("pattern", COUNTED_NOWHERE)
def test_any_other_edit_triggers_none(project: Settings, unedited: str, pattern: str) -> None:
    assert edited(project, pattern) == unedited


def test_days_and_engines_have_fingerprints_of_their_own(project: Settings, unedited: str) -> None:
    days = [replace(project, as_of=date(2025, 5, day)) for day in (7, 8)]
    assert len({unedited, *map(fingerprint, [*days, replace(project, engine="spark")])}) == 4


def test_on_live_figures_the_selections_count_and_the_bundle_does_not(project: Settings) -> None:
    live = Settings(root=project.root, data=project.data, feed="live")
    first = fingerprint(live)
    assert edited(live, "data/bundle/world_bank/*/*.json") == first
    write_json(live.raw / "world_bank" / live.selection_file, {"files": ["another"]})
    assert fingerprint(live) != first


def test_every_name_that_is_not_counted_is_there_and_paths_do_not_count(project: Settings, tmp_path: Path) -> None:
    assert [name for name in sorted(NOT_COUNTED) if not (project.root / "orchestration" / name).exists()] == []
    assert fingerprint(Settings(copy_tree(tmp_path / "orchestration"), project.data)) == fingerprint(project)
