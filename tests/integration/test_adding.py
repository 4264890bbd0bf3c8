"""A newcomer adds a source, a metric, a claim and a correction by adding files only, and the next refresh publishes them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.integration.conftest import copy_tree, run_bilateral

ADDITION = Path(__file__).parent / "addition"


def test_a_source_a_metric_a_claim_and_a_correction_are_new_files_only(tmp_path: Path) -> None:
    root, data = tmp_path / "tree", tmp_path / "data"
    copy_tree(root)
    added = [path.relative_to(ADDITION) for path in ADDITION.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert not [path for path in added if (root / path).exists()], "nothing that exists is edited"
    shutil.copytree(ADDITION, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    done = run_bilateral(root, data, "refresh")
    assert done.returncode == 0, done.stderr
    assert "synthetic_office" in done.stdout

    sql = "select area, value, source, vintage from synthetic_trademark_applications where year = 2024 order by area"
    answer = run_bilateral(root, data, "query", sql, "--format", "json")
    assert [(row["area"], row["value"], row["source"]) for row in json.loads(answer.stdout)] == [
        ("CHN", 990.0, "synthetic_office"),
        ("USA", 550.0, "synthetic_office"),
    ]
    sql = "select verdict from fct_claim_audit where claim_id = 'synthetic_trademark_claim'"
    assert json.loads(run_bilateral(root, data, "query", sql, "--format", "json").stdout) == [{"verdict": "confirmed"}]

    sql = (
        "select figure.value, fact.published_value, correction.published_value as listed, correction.reason, fact.unit "
        "from synthetic_trademark_applications as figure join fct_indicator as fact using (source, area, year, vintage) "
        "join fct_correction as correction using (correction_id) where fact.indicator = 'trademark_applications'"
    )
    (corrected,) = json.loads(run_bilateral(root, data, "query", sql, "--format", "json").stdout)
    assert (corrected["value"], corrected["published_value"], corrected["listed"]) == (890.0, 900.0, 900.0)
    assert corrected["reason"].startswith("An invented erratum")
    release = data / "releases" / "current"
    assert json.loads((release / "release.json").read_text())["corrections"] == {
        "synthetic_office_china_2023": ["2026-07-01"]
    }
    assert "- [fct_correction](#fct_correction): 1 rows" in (release / "dictionary.md").read_text()

    receipt = json.loads((data / "releases" / "current" / "receipt.json").read_text())
    assert receipt["suites"]["synthetic_trademark_applications"]["evaluated"] == 1
