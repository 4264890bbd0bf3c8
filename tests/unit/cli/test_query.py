"""SQL on one release: no statement reaches anything else, and what is written is harmless to open."""

import codecs
import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from orchestration.cli.query import answer
from orchestration.core.errors import ReleaseError
from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import text
from orchestration.reading.bounded_query import bounded_query
from orchestration.reading.release import Release
from tests.unit.synthetic_project import Project, figure, write_suite

pytestmark = pytest.mark.slow

HOSTILE = (
    "select '=cmd|x!A1' as \"=name\", '-5' as number, '\x1b[31m[bold]red' as text, '\u202eNHC' as turned, -1.5 as value"
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release that no test changes: most prove that nothing can."""
    folder = tmp_path_factory.mktemp("queried")
    settings = Settings(root=folder / "root", data=folder / "data")
    write_suite(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1782864000")
        return Project(settings).release("a", figures=[figure(year=1981, value=4.0)])


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{there}/out.csv'",
        "export database '{there}/out'",
        "attach '{there}/out.duckdb'",
        "attach ':memory:' as other",
        "import database '{there}'",
        "create table main.t as select 1",
        "begin; create table main.t as select 1; commit",
        "select * from read_csv('{there}/secret.csv')",
        "select * from '{there}/secret.csv'",
        "select * from read_text('{there}/secret.csv')",
        "select * from read_parquet('{there}/*.parquet')",
        "select * from sniff_csv('{there}/secret.csv')",
        "select * from glob('{there}/*')",
        "select * from query_table('{there}/secret.csv')",
        "select * from read_csv('http://127.0.0.1:9/x.csv')",
        "select getenv('HOME')",
        "select * from frame_of_this_program",
        "install httpfs",
        "load '{there}/x.so'",
        "update extensions",
        "create secret s (type s3)",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set temp_directory = '{there}'",
        "set python_enable_replacements = true",
        "pragma profiling_output = '{there}/out.json'",
        "call enable_logging(storage = 'file', storage_config = {{'path': '{there}/out'}})",
        "select 1; copy (select 2) to '{there}/out.csv'",
    ],
)
def test_sql_reaches_no_file(sql: str, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame_of_this_program = pd.DataFrame({"secret": [1]})
    there = tmp_path / "there"
    there.mkdir()
    (there / "secret.csv").write_text("a,b\n1,hidden\n", encoding="utf-8")
    monkeypatch.chdir(there)
    before = sha256_of(release.database)
    with pytest.raises(ReleaseError) as refusal, bounded_query(release.database, sql.format(there=there)) as rows:
        list(rows.batches)
    assert "hidden" not in str(refusal.value)
    assert [path.name for path in there.iterdir()] == ["secret.csv"]
    assert sha256_of(release.database) == before
    assert len(frame_of_this_program)


def test_a_csv_has_no_formula_and_json_and_parquet_keep_texts_unchanged(release: Release, tmp_path: Path) -> None:
    for ending in ("csv", "json", "parquet"):
        answer(release, HOSTILE, None, tmp_path / f"x.{ending}")
    assert (tmp_path / "x.csv").read_bytes().startswith(codecs.BOM_UTF8), "Excel reads UTF-8 by it"
    names, cells = csv.reader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig")))
    assert (names[0], *cells[:2]) == ("'=name", "'=cmd|x!A1", "-5")
    assert float(cells[4]) == -1.5
    (row,) = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert row["=name"] == "=cmd|x!A1"
    assert pd.read_parquet(tmp_path / "x.parquet")["=name"].tolist() == ["=cmd|x!A1"]


def test_formulas_get_an_apostrophe_and_numbers_none(release: Release, tmp_path: Path) -> None:
    formulas = ["=1+1", "+cmd|' /C calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "-", "＝1"]
    others = ["-5", "+5.2", "-1,234.5", "-1e6", "-3.5%", "China", "n.a.", "(D)", "a=b", "2024-07-01"]
    texts = ", ".join(text(entry) for entry in (*formulas, *others))
    answer(release, f"select unnest([{texts}]) as entry", "csv", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["entry"] for row in csv.DictReader(stream)] == [*(f"'{entry}" for entry in formulas), *others]


def test_a_table_escapes_control_and_markup(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    answer(release, HOSTILE, "table", None)
    seen = capsys.readouterr().out
    assert "\x1b" not in seen
    assert "\u202e" not in seen
    assert "\\x1b[31m[bold]red" in seen
    assert "\\u202eNHC" in seen
