"""What the settings do where the system or the data folder is not as usual."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings, ensure_home
from orchestration.core.versions import mark_folder


def test_home_defaults_to_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> NoReturn:
        raise RuntimeError("no home")

    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    ensure_home()
    assert os.environ["HOME"] == "/nowhere"
    monkeypatch.setattr(Path, "home", no_home)
    for _ in range(2):
        ensure_home()
        assert os.environ["HOME"] == str(tmp_path / "data" / "home")
        assert Path(os.environ["HOME"]).is_dir()


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ('{"format": 9, "readable_by": "0.9.0"}', "has format 9, which Bilateral 0.9.0 reads"),
        ('{"format": "3"}', "has format 3, which Bilateral of a later version reads"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
    ],
)
def test_a_later_data_format_is_refused(mark: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    for readable in (lambda: mark_folder(tmp_path), lambda: (tmp_path / "format.json").write_text("{}")):
        readable()
        assert Settings.from_environment().data == tmp_path
    (tmp_path / "format.json").write_text(mark)
    with pytest.raises(BilateralError, match=words):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("BILATERAL_FEED", "tape", "it must be one of bundle, live, landing"),
        ("SOURCE_DATE_EPOCH", "abc", "it must be a number of seconds since 1970"),
    ],
)
def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BilateralError, match=f"{name} is '{value}'; {rule}"):
        Settings.from_environment()


@pytest.mark.parametrize("name", ["what?", "50%20"])
def test_a_path_that_databases_cannot_open_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("BILATERAL_DATA", f"/srv/{name}")
    with pytest.raises(BilateralError, match="read as parts of a URL") as refused:
        Settings.from_environment()
    assert f"/srv/{name}" in str(refused.value)
