"""A module that is imported late behaves as one that was imported at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
LATE = "from orchestration.core.late_modules import load_late; load_late(['synthetic.slow', 'json'])"


@pytest.mark.parametrize(
    "use",
    [
        "import synthetic.slow; assert synthetic.slow.NUMBER == 7",
        "from synthetic import slow; from synthetic import slow as again; assert again.NUMBER == slow.NUMBER == 7",
        "from synthetic.slow import NUMBER; assert NUMBER == 7",
        "import synthetic.slow.part; assert synthetic.slow.part.WORD == 'part'",
    ],
)
def test_it_loads_when_something_of_it_is_used(use: str, tmp_path: Path) -> None:
    package = tmp_path / "synthetic"
    (package / "slow").mkdir(parents=True)
    (package / "__init__.py").write_text("from synthetic import slow\n")
    (package / "slow" / "__init__.py").write_text("print('loaded')\nNUMBER = 7\n")
    (package / "slow" / "part.py").write_text("WORD = 'part'\n")
    program = f"{LATE}\nimport synthetic, inspect\ninspect.getmodule(object())\nprint('imported')\n{use}\n"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["imported", "loaded"]


def test_a_name_that_it_lacks_is_refused_as_by_any_module(tmp_path: Path) -> None:
    program = f"{LATE}\nimport json\ntry:\n    json.no_such_name\nexcept AttributeError as error:\n    print(error)\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "module 'json' has no attribute 'no_such_name'\n"


def test_great_expectations_loads_neither_statistics_nor_charts_for_our_suites() -> None:
    program = (
        "import sys, pandas as pd\n"
        "from pathlib import Path\n"
        "from orchestration.guards.suites import load_suite\n"
        "load_suite(Path('expectations'), 'ip_receipts')\n"
        "assert not {'scipy.stats._stats_py', 'altair.vegalite'} & sys.modules.keys()\n"
        "from scipy import stats\n"
        "assert stats.norm.cdf(0) == 0.5\n"
    )
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT)}, check=True)
