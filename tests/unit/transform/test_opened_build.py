"""The path under which dbt finds a build: it leads to that build, to one at a time, and to none afterwards."""

import threading
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.transform.build import RUNS, Build, open_build, open_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path, data=tmp_path / "data")


def build_of(settings: Settings, name: str) -> Build:
    build = Build(settings.build / RUNS / name)
    build.folder.mkdir(parents=True)
    return build


def test_what_is_written_to_the_open_database_is_written_to_the_build(settings: Settings) -> None:
    open_database(settings).parent.parent.mkdir(parents=True)
    open_database(settings).parent.symlink_to(settings.build / RUNS / "killed")
    with pytest.raises(ZeroDivisionError), open_build(settings, build_of(settings, "failed")):
        raise ZeroDivisionError
    for name in ("one", "other"):
        build = build_of(settings, name)
        with open_build(settings, build):
            open_database(settings).write_text(name)
        assert build.database.read_text() == name
    assert not open_database(settings).parent.is_symlink(), "an old path leads to no build rather than to another one"


def test_a_second_build_waits_for_the_first(settings: Settings) -> None:
    first, second, order = build_of(settings, "first"), build_of(settings, "second"), []

    def build_second() -> None:
        with open_build(settings, second):
            order.append("second")

    waiting = threading.Thread(target=build_second)
    with open_build(settings, first):
        waiting.start()
        waiting.join(0.3)
        order.append("first")
        assert open_database(settings).parent.resolve() == first.folder
    waiting.join()
    assert order == ["first", "second"]
