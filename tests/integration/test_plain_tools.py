"""Plain ``dbt`` in dbt_project/ and ``dg`` at the root open the project without variables of the wrapper."""

import json
import re
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


@pytest.mark.campaign
@pytest.mark.ci
def test_dbt_docs_show_every_reader_of_the_project_and_what_it_reads(root: Path) -> None:
    project = root / "dbt_project"
    (project / "target").mkdir(exist_ok=True)
    done = run("dbt", project, root, "docs", "generate", "--static", "--empty-catalog")
    assert done.returncode == 0, done.stdout
    page = (project / "target" / "static_index.html").read_text(encoding="utf-8")
    manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert {"pages", "first_pair", "worked_questions"} <= {
        name for name in exposures if f"exposure.bilateral.{name}" in page
    }
    models = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    words = {
        word.removeprefix("named_").removesuffix("_all")
        for question in (root / "docs" / "questions").glob("*.sql")
        for word in re.findall(r"\w+", question.read_text(encoding="utf-8"))
    }
    read = {key.rpartition(".")[2] for key in exposures["worked_questions"]["depends_on"]["nodes"]}
    assert read == words & models


def test_dg_loads_the_code_location(root: Path, published_copy: PublishedCopy) -> None:
    if not (parsed := Settings(root=root, data=root / "data").parsed).exists():
        shutil.copytree(published_copy.settings.parsed, parsed)
    checked = run("dg", root, root, "check", "defs")
    assert checked.returncode == 0, checked.stdout + checked.stderr
