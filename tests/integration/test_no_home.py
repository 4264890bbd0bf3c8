"""A user without a passwd entry and HOME refreshes, with an empty environment. All figures are synthetic."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current
from tests.integration.conftest import TIME_LIMIT
from tests.integration.survival.reduced_project import reduced_tree

pytestmark = pytest.mark.campaign

NOBODY = "54321"
_ASK = f"import os, pwd, pathlib; assert os.getuid() == {NOBODY}; assert 'HOME' not in os.environ; pathlib.Path.home()"


def without_home(root: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder as a user without a passwd entry, with only these environment variables."""
    return subprocess.run(
        [
            *("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"),
            *("env", "-i", "PATH=/usr/bin:/bin", *(f"{name}={value}" for name, value in environment.items())),
            *(sys.executable, *command),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )


@pytest.fixture
def nobody() -> None:
    """Skip where the system does not let this user be another one."""
    try:
        done = without_home(Path("/"), "-c", _ASK)
    except FileNotFoundError:
        pytest.skip("unshare of util-linux is not installed")
    if "Could not determine home directory" not in done.stderr:
        pytest.skip(f"this system does not let a test be a user without a home: {done.stderr.strip()[:200]}")


@pytest.mark.usefixtures("nobody")
def test_a_user_without_a_home_refreshes(tmp_path: Path) -> None:
    root, data = reduced_tree(tmp_path / "tree"), tmp_path / "data"
    paths = {"BILATERAL_ROOT": str(root), "BILATERAL_DATA": str(data), "PYTHONPATH": str(root)}
    done = without_home(root, "-m", "orchestration.cli.main", "refresh", **paths)
    assert done.returncode == 0, done.stdout + done.stderr
    assert require_current(Settings(root=root, data=data)).damage() == []
    assert (data / "home").is_dir()
    answer = without_home(root, "-m", "orchestration.cli.main", "query", "select count(*) from dim_unit", **paths)
    assert answer.returncode == 0, answer.stderr
