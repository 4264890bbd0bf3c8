"""What journeys share: a fresh clone in which `make refresh` published a release, and a shell with its environment."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def clean_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a terminal in which nobody has set anything of the project, and ``variables``."""
    ours = ("BILATERAL_", "DBT_", "DAGSTER", "VIRTUAL_ENV", "PYTEST", "MAKE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | variables


@dataclass(frozen=True)
class Clone:
    """A clone of the repository with an environment of its own."""

    root: Path

    def run(self, command: str, seconds: int = 1_800, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command line as a terminal does in which the environment was activated once."""
        activated = f"if [ -e .venv/bin/activate ]; then source .venv/bin/activate; fi\n{command}"
        return subprocess.run(
            ["bash", "-c", activated],
            cwd=self.root,
            env=clean_environment(**variables),
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

    def add(self, addition: Path) -> None:
        """Copy an addition into the clone: all of its files are new. Print how many."""
        files = [path for path in addition.rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
        assert [path for path in files if (self.root / path.relative_to(addition)).exists()] == []
        shutil.copytree(addition, self.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        print(f"{addition.name}: {len(files)} files, {sum(path.read_bytes().count(10) for path in files)} lines")


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
