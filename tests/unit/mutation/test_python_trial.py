"""A changed module is tried with the unit tests that import it, in a copy of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation import python_trial
from tests.mutation.python_trial import run_tests, unit_tests_of
from tests.mutation.tally import SURVIVED

pytestmark = pytest.mark.slow

MODULE = "orchestration/sums.py"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A toy project: a module of two functions, and a test of one of them."""
    files = {
        MODULE: "def total(a, b):\n    return a + b\n\n\ndef unseen(a):\n    return a > 0\n",
        "orchestration/__init__.py": "",
        "orchestration/report.py": "from orchestration.hidden import x\n",
        "orchestration/hidden.py": "x = 1\n",
        "tests/__init__.py": "",
        "tests/unit/__init__.py": "",
        "tests/unit/test_sums.py": "from orchestration.sums import total\n\n\ndef test_total():\n    assert total(1, 2) == 3\n",
        "tests/unit/test_report.py": "from orchestration import report\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_tests_of_a_module_import_it_or_what_imports_it(tree: Path) -> None:
    assert unit_tests_of(tree, MODULE) == ["tests/unit/test_sums.py"]
    assert unit_tests_of(tree, "orchestration/hidden.py") == ["tests/unit/test_report.py"]


@pytest.mark.parametrize(
    ("before", "after", "result"), [("a + b", "a - b", "unit tests"), ("a > 0", "a >= 0", SURVIVED)]
)
def test_a_change_that_a_test_shows_is_killed_and_another_survives(
    tree: Path, before: str, after: str, result: str
) -> None:
    path = tree / MODULE
    path.write_text(path.read_text().replace(before, after))
    assert run_tests(tree, unit_tests_of(tree, MODULE)) == result


def test_a_change_that_does_not_end_is_killed_by_its_time_on_the_processor(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five seconds of waiting are none."""
    monkeypatch.setattr(python_trial, "SECONDS", 3)
    test = tree / "tests/unit/test_sums.py"
    for body, result in (("import time; time.sleep(5)", SURVIVED), ("while True: pass", "time limit")):
        test.write_text(f"def test_total():\n    {body}\n")
        assert run_tests(tree, ["tests/unit/test_sums.py"]) == result


def test_the_other_tests_of_the_package_follow(tree: Path) -> None:
    of_sources = ("bank", "bank_archive", "declared", "fuzzing", "office")
    for name in ("methods/test_far.py", "methods/test_near.py", *(f"sources/test_{one}.py" for one in of_sources)):
        path = tree / "tests/unit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("from orchestration.methods import mean\n" if "near" in name else "")
    assert unit_tests_of(tree, "orchestration/methods/mean.py") == [
        "tests/unit/methods/test_near.py",
        "tests/unit/methods/test_far.py",
    ]
    assert unit_tests_of(tree, "orchestration/sources/bank.py") == [
        "tests/unit/sources/test_bank.py",
        "tests/unit/sources/test_bank_archive.py",
        "tests/unit/sources/test_declared.py",
    ]
