"""Additions of every kind are new files: a refresh publishes them, and they pass the checks of ``make test``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli.status import summary
from orchestration.core.settings import Settings
from orchestration.releases.release_store import require_current
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral
from tests.unit.dbt.test_manifest_rules import RULES, Rule

pytestmark = pytest.mark.campaign

ADDITION = Path(__file__).parent / "addition"
METRIC = "synthetic_trademark_applications"
MODEL_LIST = "dbt_project/macros/project_models.sql"
"""Written by every command that parses the dbt project; the only file of the tree that a refresh may change."""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy) -> PublishedCopy:
    """A copy of the tree with the addition laid over it, and its release.

    Payloads that were read once are not read again, dbt parses what is new, and runs the unit tests that rest on it.
    """
    folder = tmp_path_factory.mktemp("extended")
    root = copy_tree(folder / "tree")
    run(root, "git", "init", "--quiet")
    run(root, "git", "add", "--all")
    added = [path.relative_to(ADDITION) for path in ADDITION.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert not [path for path in added if (root / path).exists()], "an addition has new files only"
    shutil.copytree(ADDITION, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    settings = Settings(root=root, data=folder / "data")
    published_copy.lend_parse(settings.data)
    shutil.copytree(published_copy.settings.raw, settings.raw)
    return PublishedCopy(settings, run_bilateral(root, settings.data, "refresh"))


def run(root: Path, *command: str) -> str:
    """Run a command in a tree and return what it prints."""
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_refresh_publishes_the_addition_and_edits_nothing(extended: PublishedCopy) -> None:
    assert extended.refresh.returncode == 0, extended.refresh.stderr
    assert "synthetic_office" in extended.refresh.stdout
    assert set(run(extended.root, "git", "diff", "--name-only").splitlines()) <= {MODEL_LIST}


def test_the_metric_has_its_unit_clock_and_office(extended: PublishedCopy) -> None:
    rows = extended.query(
        f"select area, measure, clock, authority, value, metric.unit, dim_unit.name from {METRIC} as metric "
        "join dim_unit using (unit) where year = 2024 order by area",
    )
    shared = {"measure": "applications_by_class", "clock": "filing_year", "authority": "SYN1"}
    unit = {"unit": "TMAP", "name": "Trademark applications"}
    assert rows == [
        {"area": "CHN", **shared, "value": 77.0, **unit},
        {"area": "USA", **shared, "value": 44.0, **unit},
    ]
    release = require_current(extended.settings)
    assert release.content["metrics"][METRIC]["passed"] == release.content["metrics"][METRIC]["evaluated"] > 20


def test_the_new_shape_has_corrections_revisions_and_reviews(extended: PublishedCopy) -> None:
    corrected = extended.query(
        "select fact.vintage, fact.value, fact.published_value, correction.published_value as listed, fact.unit "
        "from fct_trademark_count as fact join fct_correction as correction using (correction_id, vintage) order by all",
    )
    assert [(row["value"], row["published_value"], row["listed"], row["unit"]) for row in corrected] == [
        (69.0, 70.0, 70.0, "TMAP")
    ]
    assert "official errors, rows of fct_correction: 1" in summary(require_current(extended.settings))
    compared = extended.query(
        "select area, series, kind from fct_revision where source = 'synthetic_office' and counterpart_area <> 'W00' "
        "order by all",
    )
    series = "trademarks_SYN1_filing_year_by_class"
    assert compared == [
        {"area": "CHN", "series": series, "kind": "added"},
        {"area": "USA", "series": series, "kind": "unchanged"},
    ]
    assert run_bilateral(extended.root, extended.data, "dev", "review-coverage").returncode == 0
    assert series in (extended.root / "dbt_project/seeds/reviewed_vintages.csv").read_text(encoding="utf-8")


def test_the_profile_has_the_new_indicators_and_its_reviewed_columns_are_the_same(extended: PublishedCopy) -> None:
    rows = extended.query(
        "select indicator, area, counterpart_area, value, unit, source from fct_profile_figure "
        "where year = 2024 and area = 'USA' and source = 'synthetic_office' order by indicator",
    )
    assert [(row["indicator"], row["counterpart_area"], row["value"], row["unit"]) for row in rows] == [
        ("trademark_applications", "W00", 550.0, "TMAP"),
        ("trademarks_at_counterpart_office", "CHN", 44.0, "TMAP"),
    ]
    assert extended.query(
        "select count(*) as n from bilateral_profile where bilateral_sources like '%synthetic_office%'"
    ) == [{"n": 0}]


def test_the_claim_the_event_and_the_pages_are_there(extended: PublishedCopy) -> None:
    sql = "select verdict from fct_claim_audit where claim_id = 'synthetic_us_trademarks_in_china_2024'"
    assert extended.query(sql) == [{"verdict": "confirmed"}]
    assert extended.query("select kind from dim_policy_event where event_id = 'synthetic_trademark_treaty'") == [
        {"kind": "trade_agreement"}
    ]
    pages = {
        "pairs/CHN-USA.html": ("Trademarks sought from each other", "An invented treaty on trademarks"),
        "economies/USA.html": ("Applicants from the United States sought trademarks", '<data value="44.0">'),
        "index.html": ("sought trademarks in China",),
    }
    site = require_current(extended.settings).folder / "site"
    for page, texts in pages.items():
        assert [text for text in texts if text not in (site / page).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_addition_keeps_the_rules_of_the_dbt_project(rule: Rule, extended: PublishedCopy) -> None:
    assert rule(latest_build(extended.settings).manifest()) == []


def test_suites_catch_every_fault_in_what_is_new(extended: PublishedCopy) -> None:
    done = run_bilateral(extended.root, extended.data, "guards", "audit", METRIC)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parser_of_the_new_source_refuses_hostile_payloads(extended: PublishedCopy) -> None:
    fuzzing = ("tests/unit/sources/test_fuzzing.py", "-k", "synthetic_office")
    assert "1 passed" in run(
        extended.root, sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *fuzzing
    )


def test_the_lock_gains_the_guards_of_the_addition_and_keeps_all_others(extended: PublishedCopy) -> None:
    lock = extended.root / "expectations" / "guards.lock"
    before = set(lock.read_text(encoding="utf-8").splitlines()[2:])
    done = run_bilateral(extended.root, extended.data, "dev", "lock", "--reason", "a synthetic addition")
    assert done.returncode == 0, done.stderr
    after = set(lock.read_text(encoding="utf-8").splitlines()[2:])
    owners = {line.split(" | ")[0] for line in after - before}
    changed = {line for line in before - after if " | reviewed part | " not in line}
    assert {line.split(" | ")[0] for line in changed} <= {
        "reviewed_rows/reviewed_vintages",
    }, "only the list of reviewed vintages changes"
    assert {f"expectations/{METRIC}", f"metrics/{METRIC}", "marts/fct_trademark_count"} <= owners


def test_what_is_generated_after_an_addition_passes_its_checks(extended: PublishedCopy) -> None:
    run(extended.root, "git", "add", "--all")
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(extended.root, *pytest_, "tests/unit/guards/test_suites.py")
    sqlfmt = Path(sys.executable).with_name("sqlfmt")
    run(extended.root, str(sqlfmt), "--check", "--no-progressbar", "--quiet", "dbt_project")
