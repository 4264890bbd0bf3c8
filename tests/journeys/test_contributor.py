"""A contributor adds a metric with unit and claim, then a source, by docs/adding.md, beside a release."""

import json
import re
import shutil
from pathlib import Path
from typing import ClassVar

import pytest

from tests.journeys.conftest import Clone
from tests.journeys.publishers import Publishers, behind_proxy

pytestmark = pytest.mark.campaign

ADDITIONS = Path(__file__).with_name("addition")
EDITED = "git diff --name-only HEAD -- . ':!data' ':!*/project_models.sql' ':!*/guards.lock'"
"""Prints files of the project that changed, but for those that commands of docs/adding.md write."""
METRIC, TRADEMARKS = "ip_receipts_per_person", "synthetic_trademark_applications"


def test_a_metric_alone_and_a_claim_are_published_beside_a_release(clone: Clone) -> None:
    before = clone.rows("select count(*) from ip_receipts")
    clone.add(ADDITIONS / "metric")
    build = clone.succeed(f"cd dbt_project && dbt build --select +{METRIC}")
    assert f"{METRIC}_divides_figures_of_one_vintage" in build
    suite = clone.succeed(f"bilateral guards run {METRIC} --database dbt_project/target/development.duckdb")
    assert "expectations passed" in suite, "a suite is tried in seconds, before a refresh"
    unlocked = clone.run("bilateral dev lock")
    assert unlocked.returncode == 1
    assert METRIC in unlocked.stdout
    clone.succeed(f'bilateral dev parse && bilateral dev lock --reason "the metric {METRIC}"')
    clone.succeed("bilateral refresh")
    assert clone.succeed(EDITED) == ""
    ((value, unit, name),) = clone.rows(
        f"select round(value), unit, dim_unit.name from {METRIC} join dim_unit using (unit) where area = 'USA' and year = 2024"
    )
    assert (float(value), unit, name) == (499, "USD_PS", "US dollars per person")
    assert clone.rows("select count(*) from ip_receipts") == before
    verdict = "select verdict from fct_claim_audit where claim_id = 'synthetic_us_receipts_per_person_2024'"
    assert clone.rows(verdict) == [["confirmed"]]
    page = (clone.root / f"data/releases/current/site/metrics/{METRIC}.html").read_text(encoding="utf-8")
    assert "US dollars per person" in page
    assert "percent of the sum" not in page, "a rate has no sum"
    weights = f"select max(missing_share * economies) > 1 from fct_series_coverage where metric_id = '{METRIC}'"
    assert clone.rows(weights) == [["true"]], "every economy counts the same"
    assert "0 missed" in clone.succeed(f"bilateral guards audit {METRIC}")


def test_a_source_alone_with_a_new_shape_is_published_beside_a_release(clone: Clone) -> None:
    clone.add(ADDITIONS / "source")
    clone.succeed('bilateral dev parse && bilateral dev lock --reason "the source synthetic_office"')
    assert "synthetic_office" in clone.succeed("bilateral refresh")
    assert clone.succeed(EDITED) == ""
    rows = clone.rows(
        f"select area, measure, clock, authority, value, unit from {TRADEMARKS} where year = 2024 order by area"
    )
    shared = ["applications_by_class", "filing_year", "SYN1"]
    assert rows == [["CHN", *shared, "77", "TMAP"], ["USA", *shared, "44", "TMAP"]]
    corrected = "select value, published_value from fct_trademark_count where correction_id is not null"
    assert clone.rows(corrected) == [["69", "70"]]
    revised = "select area, kind from fct_revision where source = 'synthetic_office' and counterpart_area <> 'W00' order by area"
    assert clone.rows(revised) == [["CHN", "added"], ["USA", "unchanged"]]
    own = "year = 2024 and area = 'USA' and source = 'synthetic_office'"
    profile = f"select indicator, value from fct_profile_figure where {own} order by indicator"
    assert clone.rows(profile) == [["trademark_applications", "550"], ["trademarks_at_counterpart_office", "44"]]
    site = clone.root / "data/releases/current/site"
    for page, text in (
        ("pairs/CHN-USA.html", "Trademarks sought from each other"),
        ("economies/USA.html", "Applicants from the United States sought trademarks"),
        ("index.html", "sought trademarks in China"),
    ):
        assert text in (site / page).read_text(encoding="utf-8"), page


def test_what_was_added_passes_the_checks_that_the_page_names(clone: Clone) -> None:
    clone.succeed("make .venv/installed-dev")
    clone.succeed("ruff check . && ruff format --check . && sqlfmt --check --no-progressbar --quiet dbt_project/models")
    clone.succeed("pytest -q -n 0 tests/unit/dbt/test_manifest_rules.py tests/unit/guards/test_suites.py")
    clone.succeed("pytest -q -n 0 tests/unit/sources/test_fuzzing.py -k synthetic_office")
    assert "0 missed" in clone.succeed(f"bilateral guards audit {TRADEMARKS}")
    clone.succeed("bilateral dev review-coverage && bilateral releases prune --keep 1")
    reviewed = (clone.root / "dbt_project/seeds/reviewed_vintages.csv").read_text(encoding="utf-8")
    assert "trademarks_SYN1_filing_year_by_class" in reviewed
    assert clone.succeed("bilateral releases list").count("\n") >= 1


class Office(Publishers):
    """The publisher of the source that a package brings."""

    table = ADDITIONS / "source/data/bundle/synthetic_office/2026-07-01/table.csv"
    answers: ClassVar = {
        ("https://statistics.example/table.csv", (("of", "trademark_applications"),)): table.read_bytes()
    }


def test_an_installed_package_with_a_source_is_fetched_guarded_and_published(clone: Clone, tmp_path: Path) -> None:
    clone.succeed("git checkout --quiet . && git clean -fdq && git clean -fdqx data")
    project, addition = tmp_path / "package/bilateral_trademarks/project", ADDITIONS / "source"
    for folder in ("dbt_project", "expectations", "data"):
        shutil.copytree(addition / folder, project / folder, ignore=shutil.ignore_patterns("2026-07-01"))
    shutil.copy(addition / "orchestration/sources/synthetic_office.py", project.parent)
    page = (clone.root / "docs/adding.md").read_text(encoding="utf-8")
    (declared,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (project.parents[1] / "pyproject.toml").write_text(declared, encoding="utf-8")
    clone.succeed(f"pip install --quiet --no-deps --no-build-isolation {tmp_path}/package")

    live = {"BILATERAL_FEED": "live", "BILATERAL_LIVE_SOURCES": "synthetic_office"}
    done = clone.run("bilateral refresh", 1_800, **live, **behind_proxy(tmp_path, Office))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "synthetic_office" in done.stdout
    assert clone.succeed("git diff --name-only") == ""
    assert clone.rows(f"select value, vintage from {TRADEMARKS} where area = 'CHN' and year = 2024") == [
        ["77", "2026-07-01"]
    ]
    assert "https://statistics.example/table.csv" in clone.succeed(f"bilateral explain {TRADEMARKS} CHN 2024")
    release = clone.root / "data/releases/current"
    guarded = json.loads((release / "receipt.json").read_text())["suites"][TRADEMARKS]
    assert (guarded["passed"], guarded["evaluated"] > 0) == (True, True)
    assert json.loads((release / "release.json").read_text())["provenance"]["versions"]["bilateral-trademarks"] == "1.0"
