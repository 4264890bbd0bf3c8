"""Which edits of code change its digest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.code_digest import code_digest
from orchestration.ingestion.raw_tables import reader_version
from orchestration.sources import load_sources

FILES = {
    "__init__.py": "",
    "readers/__init__.py": "",
    "readers/text.py": "def read(text):\n    return text.strip()\n",
    "other.py": "NAME = 'other'\n",
    "source.py": '''"""A source."""

LIMIT = 3
"""Rows."""


def parse(text):
    """The rows."""
    if len(text) > LIMIT:  # too long
        return None
    return read(text)
''',
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "digested"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "digested"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "old", "new", "is_change"),
    [
        ("source.py", '"""A source."""', '"""Another description."""', False),
        ("source.py", '"""Rows."""', "", False),
        ("source.py", '    """The rows."""\n', "", False),
        ("source.py", "# too long", "# longer than a publisher writes", False),
        ("source.py", "LIMIT = 3", "LIMIT   =  ( 3 )", False),
        ("readers/text.py", "def read", '"""A reader."""\n\n\ndef read', False),
        ("other.py", "other", "another", False),
        ("source.py", "LIMIT = 3", "LIMIT = 4", True),
        ("source.py", "> LIMIT", ">= LIMIT", True),
        ("readers/text.py", "strip", "lstrip", True),
    ],
)
def test_only_changed_code_changes_the_digest(package: Path, name: str, old: str, new: str, is_change: bool) -> None:
    modules = ["digested.source", "digested.readers"]
    before = code_digest(modules)
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))
    assert (code_digest(modules) != before) is is_change


def test_each_source_has_a_reader_version_of_its_own() -> None:
    sources = load_sources().values()
    assert len({reader_version(source) for source in sources}) == len(sources)
