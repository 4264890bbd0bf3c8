"""Which edits of code change its digest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.code_digest import code_digest, reached_modules
from orchestration.ingestion.raw_tables import CODE_OF_RAW_TABLES, reader_version
from orchestration.sources import load_sources

FILES = {
    "__init__.py": "",
    "readers/__init__.py": "",
    "readers/used.py": "from digested.readers import deeper\n\n\ndef read(text):\n    return deeper.read(text)\n",
    "readers/deeper.py": "def read(text):\n    return text.strip()\n",
    "readers/unused.py": "def read(text):\n    return text\n",
    "other.py": "NAME = 'other'\n",
    "source.py": '''"""A source."""

from digested.other import NAME

LIMIT = 3
"""Rows."""


def parse(text):
    """The rows."""
    from digested.readers.used import read

    if len(text) > LIMIT:  # too long
        return None
    return read(text), NAME
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


def digest() -> str:
    return code_digest(["digested.source"], follow=["digested.readers"])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("source.py", '"""A source."""', '"""Another description."""'),
        ("source.py", '"""Rows."""', ""),
        ("source.py", '    """The rows."""\n', ""),
        ("source.py", "# too long", "# longer than a publisher writes"),
        ("source.py", "LIMIT = 3", "LIMIT   =  ( 3 )"),
        ("readers/deeper.py", "def read", '"""A reader."""\n\n\ndef read'),
        ("readers/unused.py", "return text", "return None"),
        ("other.py", "other", "another"),
    ],
)
def test_what_changes_no_figure_changes_no_digest(package: Path, name: str, old: str, new: str) -> None:
    before = digest()
    edit(package / name, old, new)
    assert digest() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("source.py", "LIMIT = 3", "LIMIT = 4"),
        ("source.py", "> LIMIT", ">= LIMIT"),
        ("source.py", "read(text), NAME", "read(text), NAME.upper()"),
        ("readers/used.py", "deeper.read(text)", "deeper.read(text) or None"),
        ("readers/deeper.py", "strip", "lstrip"),
    ],
)
def test_changed_code_changes_the_digest(package: Path, name: str, old: str, new: str) -> None:
    before = digest()
    edit(package / name, old, new)
    assert digest() != before


def test_a_package_means_all_its_modules(package: Path) -> None:
    before = code_digest(["digested"])
    edit(package / "readers/unused.py", "return text", "return None")
    assert code_digest(["digested"]) != before


def test_a_module_without_source_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"orchestration\.formats\.nothing"):
        code_digest(["orchestration.formats.nothing"])


def test_a_raw_table_depends_on_the_readers_that_its_source_imports() -> None:
    def readers(source: str) -> set[str]:
        names = reached_modules([f"orchestration.sources.{source}"], CODE_OF_RAW_TABLES)
        return {name.removeprefix("orchestration.formats.") for name in names if "formats." in name}

    assert readers("ncses") == {"delimited", "dropped_files"}
    assert {"sdmx", "delimited", "archives", "strict_json"} <= readers("eurostat")


def test_each_source_has_a_reader_version_of_its_own() -> None:
    sources = load_sources().values()
    assert len({reader_version(source) for source in sources}) == len(sources)
