"""Where dbt finds the database: a project and its data that move together keep their parse, and links lead nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.transform.build import open_database
from orchestration.transform.dbt_runner import dbt_environment, parse_target

DATABASE = "BILATERAL_BUILD_DB"


def _said(settings: Settings) -> str:
    return dbt_environment(settings, settings.raw, open_database(settings), parse_target(settings))[DATABASE]


def _found(settings: Settings) -> Path:
    """The file that a program which works in the folder of the project opens."""
    open_database(settings).parent.mkdir(parents=True)
    open_database(settings).touch()
    settings.dbt_project.mkdir(parents=True, exist_ok=True)
    return Path(os.path.realpath(settings.dbt_project), _said(settings))


def test_a_copy_of_a_project_with_its_data_names_its_database_by_the_same_words(tmp_path: Path) -> None:
    first, second = (
        Settings(root=tmp_path / name / "tree", data=tmp_path / name / "data") for name in ("one", "other")
    )
    apart = Settings(root=tmp_path / "one" / "tree", data=tmp_path / "elsewhere")
    assert _said(first) == _said(second) != _said(apart)
    for settings in (first, second, apart):
        assert _found(settings).samefile(open_database(settings))


def test_a_project_behind_a_link_finds_its_own_database(tmp_path: Path) -> None:
    (tmp_path / "disk" / "deep" / "tree").mkdir(parents=True)
    (tmp_path / "tree").symlink_to(tmp_path / "disk" / "deep" / "tree")
    settings = Settings(root=tmp_path / "tree", data=tmp_path / "data")
    assert _found(settings).samefile(open_database(settings))
