"""What journeys share: a fresh clone in which `make refresh` published a release, and a shell with its environment."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Clone:
    """A clone of the repository with an environment of its own."""

    root: Path

    def run(self, command: str, seconds: int = 1_800, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command line as a terminal does in which the environment was activated once."""
        ours = ("BILATERAL_", "DBT_", "DAGSTER", "VIRTUAL_ENV", "PYTEST", "MAKE")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        activated = f"if [ -e .venv/bin/activate ]; then source .venv/bin/activate; fi\n{command}"
        return subprocess.run(
            ["bash", "-c", activated],
            cwd=self.root,
            env={**clean, **variables},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def succeed(self, command: str) -> str:
        """Run a command that must succeed; return what it prints."""
        done = self.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def rows(self, sql: str) -> list[list[str]]:
        """Return the rows of a query of the current release."""
        lines = self.succeed(f'bilateral query --format csv "{sql}"').splitlines()
        return [line.split(",") for line in lines[1:]]

    def add(self, addition: Path) -> list[str]:
        """Copy an addition into the clone; return its files, which must all be new."""
        names = [str(path.relative_to(addition)) for path in addition.rglob("*") if is_content(path)]
        assert [name for name in names if (self.root / name).exists()] == [], "an addition has new files only"
        shutil.copytree(addition, self.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return sorted(names)


def is_content(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def lines_of(folder: Path, names: Iterable[str]) -> int:
    return sum(len((folder / name).read_text(encoding="utf-8").splitlines()) for name in names)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Clone the repository with its uncommitted changes, and run the first of the two commands of the README."""
    root = tmp_path_factory.mktemp("journey") / "bilateral"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(root)], check=True)
    changes = subprocess.run(["git", "diff", "--binary", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    if changes:
        subprocess.run(["git", "apply", "--index", "-"], cwd=root, input=changes, check=True)
    fresh = Clone(root)
    assert "published" in fresh.succeed("make refresh").lower()
    return fresh
