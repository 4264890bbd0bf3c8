"""The generated list of models: equal to the folders, updated when a model is added, else not written."""

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.transform.model_list import model_list, model_list_path, update_model_list

REPOSITORY = Settings(root=Path(__file__).resolve().parents[3], data=Path("not used"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(root=tmp_path, data=tmp_path / "data")
    for name in (
        "models/staging/stg_office__filings.sql",
        "models/metrics/filings.sql",
        "seeds/codes/codes__office.csv",
    ):
        path = made.dbt_project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    update_model_list(made)
    return made


def test_the_committed_list_is_that_of_the_folders() -> None:
    committed = model_list_path(REPOSITORY).read_text(encoding="utf-8")
    assert committed == model_list(REPOSITORY), (
        "run `bilateral dev parse` and commit dbt_project/macros/project_models.sql"
    )
    assert '"ip_receipts"' in committed


def test_a_new_model_is_listed_and_an_up_to_date_list_is_not_written(settings: Settings) -> None:
    path = model_list_path(settings)
    before = path.stat()
    update_model_list(settings)
    assert path.stat().st_ino == before.st_ino, "the same file: nothing was written"

    (settings.dbt_project / "models" / "metrics" / "grants.sql").touch()
    update_model_list(settings)
    content = path.read_text(encoding="utf-8")
    for name, folder in (
        ("codes__office", "codes"),
        ("filings", "metrics"),
        ("grants", "metrics"),
        ("stg_office__filings", "staging"),
    ):
        assert f'"{name}": "{folder}"' in content
