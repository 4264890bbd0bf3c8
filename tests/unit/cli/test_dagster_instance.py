"""The Dagster instance: a storage of runs that cannot be used is refused in words, without the password of its address."""

from pathlib import Path

import pytest

from orchestration.cli.dagster_instance import HOME, POSTGRES, prepare_instance, write_home
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME, "")
    monkeypatch.setenv(POSTGRES, "postgresql://someone:secret@127.0.0.1:1/runs")
    with pytest.raises(BilateralError, match="BILATERAL_POSTGRES cannot be used") as refused:
        prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
@pytest.mark.parametrize("make", [lambda path: path.write_text("not a database " * 100), Path.mkdir])
def test_a_damaged_run_database_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, make: object
) -> None:
    monkeypatch.setenv(HOME, "")
    monkeypatch.delenv(POSTGRES, raising=False)
    settings = Settings(root=ROOT, data=tmp_path)
    path = settings.dagster_home / name
    path.parent.mkdir(parents=True)
    make(path)  # type: ignore[operator]
    with pytest.raises(BilateralError, match="cannot be read") as refused:
        prepare_instance(settings)
    assert "rename the folder" in str(refused.value)


def test_the_home_is_written_when_its_text_changed_and_only_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME, "")
    monkeypatch.delenv(POSTGRES, raising=False)
    settings = Settings(root=ROOT, data=tmp_path)
    path = settings.dagster_home / "dagster.yaml"
    write_home(settings)
    text, inode = path.read_text(), path.stat().st_ino
    write_home(settings)
    assert path.stat().st_ino == inode
    path.write_text("# of an earlier version\n")
    write_home(settings)
    assert path.read_text() == text
