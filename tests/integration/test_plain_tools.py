"""Plain ``dbt`` in dbt_project/ and ``dg`` at the root open the project without variables of the wrapper."""

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.core.settings import Settings, program
from tests.integration.conftest import TIME_LIMIT, PublishedCopy, copy_tree, plain_environment


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tree(tmp_path_factory.mktemp("plain") / "tree")


def run(name: str, folder: Path, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder of a tree, in a plain environment."""
    kept = plain_environment()
    return subprocess.run(
        [str(program(name)), *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(root), "HOME": str(root.parent), "PATH": f"{program('')}:{kept['PATH']}"},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )


def test_dbt_names_the_remedy_where_there_are_no_raw_files(root: Path) -> None:
    done = run(
        "dbt", root / "dbt_project", root, "build", "--select", "dim_unit", "--exclude-resource-type", "unit_test"
    )
    assert done.returncode != 0
    assert "no raw files in ../data/build/latest/raw. Run `make refresh`" in done.stdout


def test_dg_loads_the_code_location(root: Path, published_copy: PublishedCopy) -> None:
    if not (parsed := Settings(root=root, data=root / "data").parsed).exists():
        shutil.copytree(published_copy.settings.parsed, parsed)
    checked = run("dg", root, root, "check", "defs")
    assert checked.returncode == 0, checked.stdout + checked.stderr
