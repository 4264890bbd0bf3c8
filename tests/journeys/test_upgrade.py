"""An operator upgrades data folders of earlier states by docs/runbook.md, each made by its own code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, clean_environment

pytestmark = pytest.mark.campaign

ENDS = re.findall(r"^\| \d\S+ \| `\w+` \| `(\w+)` \|", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
"""The last commit of every version that ended."""
STATES = ["ac59e74", *ENDS]
QUERY = ("query", "select count(*) as n from synthetic_trademark_applications", "--format", "csv")
HELPERS = "from tests.integration.survival.reduced_project import add_edition, reduced_tree"


class Project:
    """A small project of one synthetic source, with the code of one state, on a data folder."""

    def __init__(self, checkout: Path, tree: Path, data: Path, editions: int) -> None:
        self.checkout, self.tree, self.data = checkout, tree, data
        self.python(f"{HELPERS}; reduced_tree(Path(sys.argv[1]), editions={editions})")
        # without it Python prefers the installed package of today's checkout
        (tree / "expectations" / "__init__.py").touch()

    def python(self, code: str) -> None:
        """Run a helper of the state's own tests on the tree."""
        program = f"import sys; from pathlib import Path; {code}"
        self.run([sys.executable, "-c", program, str(self.tree)], self.checkout)

    def bilateral(self, *arguments: str) -> str:
        """Return what a command prints that must succeed."""
        return self.run([sys.executable, "-m", "orchestration.cli.main", *arguments], self.tree)

    def run(self, command: list[str], code: Path) -> str:
        own = {"BILATERAL_ROOT": self.tree, "BILATERAL_DATA": self.data, "DAGSTER_HOME": self.data / "dagster"}
        env = clean_environment(**{name: str(path) for name, path in own.items()}, PYTHONPATH=str(code))
        done = subprocess.run(command, cwd=code, env=env, capture_output=True, text=True, timeout=1800, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def releases(self) -> list[str]:
        return sorted(path.parent.name for path in (self.data / "releases").glob("2*/release.json"))


def code_of(commit: str, target: Path) -> Path:
    """Return a checkout of a commit, whose own helpers list its files with git."""
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT, target], check=True)
    if subprocess.run(["git", "checkout", "--quiet", commit], cwd=target, check=False).returncode:
        pytest.skip(f"this clone lacks the commit {commit}")
    return target


@pytest.mark.parametrize("commit", STATES)
def test_an_older_data_folder_still_works(commit: str, tmp_path: Path) -> None:
    old = Project(code_of(commit, tmp_path / "code"), tmp_path / "before", tmp_path / "data", editions=3)
    for _ in range(2):
        old.bilateral("refresh")
        old.python(f"{HELPERS}; add_edition(Path(sys.argv[1]))")
    first, second = old.releases()
    log = (old.data / "releases" / "log.jsonl").read_text()

    new = Project(ROOT, tmp_path / "now", old.data, editions=5)
    assert "n\n50" in new.bilateral(*QUERY), "it is read before anything is refreshed"
    for release in (first, second):
        assert "is whole" in new.bilateral("releases", "verify", release)
        new.bilateral("status", release)

    new.bilateral("refresh")  # step 2 of docs/runbook.md#upgrade
    *_, third = new.releases()
    content = json.loads((new.data / "releases" / third / "release.json").read_text())
    assert content["previous"] == second
    assert (new.data / "releases" / "log.jsonl").read_text().startswith(log), "the log goes on"
    assert json.loads((new.data / "format.json").read_text())["written_by"] == content["written_by"]
    for release in (first, second, third):
        assert "is whole" in new.bilateral("releases", "verify", release)

    new.bilateral("releases", "diff", second, third)
    new.bilateral("releases", "rollback", first, "--reason", "a trial")
    assert "n\n50" in new.bilateral(*QUERY)
    new.bilateral("releases", "rollback", third, "--reason", "back")
    assert "Nothing changed" in new.bilateral("refresh")

    runs = new.run([sys.executable, "-m", "dagster", "run", "list", "--limit", "50"], new.tree)
    assert runs.count("Job: refresh\n") >= 3, "the runs of both versions are listed"
