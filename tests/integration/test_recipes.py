"""The recipes of docs/opening.md run on a release as they are printed."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.integration.conftest import REPOSITORY, PublishedCopy

PAGE = (REPOSITORY / "docs" / "opening.md").read_text(encoding="utf-8")
BLOCKS = dict(enumerate(re.findall(r"^```(python|sql|r|)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)))
LOCAL = [
    place
    for place, (_, text) in BLOCKS.items()
    if re.search("(open|read_parquet|scan_parquet|dbdir = |from )[(\"']+data/releases|--output", text)
]


@pytest.fixture
def folder(published_copy: PublishedCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which data/ is that of the release."""
    (tmp_path / "data").symlink_to(published_copy.data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("place", LOCAL)
def test_a_recipe_has_figures_of_the_united_states(place: int, folder: Path, published_copy: PublishedCopy) -> None:
    kind, text = BLOCKS[place]
    if kind == "python":
        names: dict[str, pd.DataFrame] = {}
        exec(text, names)  # noqa: S102 - our own page
        assert "USA" in list(names["receipts"]["area"])
    elif kind == "sql":
        with duckdb.connect(":memory:") as reader:
            assert "USA" in {row[0] for row in reader.execute(text).fetchall()}
    elif kind == "r":  # R is not installed with the tests: its query runs in Python's DuckDB
        (path,), (query,) = re.findall(r'dbdir = "([^"]*)"', text), re.findall(r'release, "([^"]*)"', text)
        with duckdb.connect(path, read_only=True) as release:
            assert len(release.execute(query).fetchall()) > 50
    else:
        ((query, path),) = re.findall(r'bilateral query "([^"]*)" --output (\S+)', text)
        done = published_copy.invoke("query", query, "--output", path)
        assert done.exit_code == 0, done.stderr
        assert set(pd.read_csv(path).rename(columns={"REF_AREA": "area"})["area"]) == {"USA"}


def test_there_is_a_recipe_for_every_reader() -> None:
    assert [BLOCKS[place][0] for place in LOCAL].count("python") >= 3
    assert {"python", "r", "sql", ""} == {BLOCKS[place][0] for place in LOCAL}
