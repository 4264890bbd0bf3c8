"""An operator upgrades data folders of earlier states by docs/runbook.md. Each is made by its own code from the history; figures are synthetic."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import httpx
import pytest

from orchestration.core.settings import Settings
from tests.integration.serving import serving

pytestmark = pytest.mark.campaign

ROOT = Path(__file__).resolve().parents[2]
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
        self._run([sys.executable, "-c", program, str(self.tree)], self.checkout)

    def bilateral(self, *arguments: str) -> str:
        """Return what a command prints that must succeed."""
        return self._run([sys.executable, "-m", "orchestration.cli.main", *arguments], self.tree)

    def _run(self, command: list[str], code: Path) -> str:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DAGSTER"))}
        own = {"BILATERAL_ROOT": str(self.tree), "BILATERAL_DATA": str(self.data), "PYTHONPATH": str(code)}
        done = subprocess.run(
            command, cwd=code, env={**clean, **own}, capture_output=True, text=True, timeout=1800, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def releases(self) -> list[str]:
        return sorted(path.parent.name for path in (self.data / "releases").glob("2*/release.json"))


def code_of(commit: str, target: Path) -> Path:
    """Return the files of a commit, in a repository, as their own helpers list them with git."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"this clone lacks the commit {commit}: {archive.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(target, filter="data")
    subprocess.run(["git", "init", "--quiet"], cwd=target, check=True)
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

    query = "{ runsOrError { ... on Runs { results { jobName status } } } }"
    with serving(Settings(root=new.tree, data=new.data)) as (address, _):
        answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=60).raise_for_status().json()
    runs = [run["status"] for run in answer["data"]["runsOrError"]["results"] if run["jobName"] == "refresh"]
    assert runs.count("SUCCESS") >= 3, "the runs of both versions are served"
