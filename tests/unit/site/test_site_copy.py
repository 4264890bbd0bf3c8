"""A copy of the pages for a static host replaces an earlier copy and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.core.errors import BilateralError
from orchestration.releases.release_store import Release
from orchestration.site import site_copy


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    folder, engine = tmp_path / "releases" / "one", tmp_path / "engine"
    for path in (folder / "site" / "index.html", folder / "parquet" / "a.parquet", folder / "warehouse.duckdb"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
        path.chmod(0o444)
    engine.mkdir()
    (engine / "engine.json").write_text("{}")
    monkeypatch.setattr(site_copy, "engine_folder", lambda: engine)
    files: dict[str, str] = {"site/index.html": "", "parquet/a.parquet": "", "warehouse.duckdb": ""}
    return Release(folder, {"id": "one", "files": files})


def held(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_with_something_else_is_left_alone(release: Release, tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    site_copy.copy_site(release, target)  # an empty folder is taken
    foreign = tmp_path / "work"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(BilateralError, match="is neither empty nor an earlier copy"):
        site_copy.copy_site(release, foreign)
    assert held(foreign) == {"thesis.txt"}
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(BilateralError, match="is not a folder"):
        site_copy.copy_site(release, file)
