"""Tables that say what they are and hold to their contract, wherever a single file of a release ends up. All figures are synthetic."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.releases.release_store import Release, parquet_path
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import META, Project, figure

VINTAGES = [figure(), figure(vintage="2025-12-17", is_latest=False)]


@pytest.fixture
def release(project: Project) -> Release:
    project.meta = {**META, "unit": "USD (single US dollars)"}
    return project.release("a", figures=VINTAGES)


def key_of(release: Release, table: str) -> set[str]:
    sql = "select constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY' and table_name = ?"
    with duckdb.connect(str(release.database), read_only=True) as connection:
        found = connection.execute(sql, [table]).fetchall()
    return set(found[0][0]) if found else set()


def test_a_parquet_file_says_unit_source_licence_description_and_release(release: Release) -> None:
    path = parquet_path(release.folder, "synthetic_metric")
    with duckdb.connect(":memory:") as connection:
        held = connection.execute("select key, value from parquet_kv_metadata(?)", [str(path)]).fetchall()
    said = {key.decode(): value.decode() for key, value in held}
    assert said["description"] == "The synthetic synthetic_metric; it's quoted."
    assert (said["unit"], said["source"], said["release"]) == ("USD (single US dollars)", "synthetic", release.id)
    assert (said["licence"], said["works"]) == (synthetic.CARD.licence, synthetic.CARD.citation)


def test_the_database_holds_the_key_and_the_columns_that_are_never_empty(release: Release, tmp_path: Path) -> None:
    assert key_of(release, "fct_synthetic") == {
        "source",
        "measure",
        "area",
        "counterpart_area",
        "item",
        "year",
        "vintage",
    }
    assert "vintage" in key_of(release, "synthetic_metric")
    assert "base_year" not in key_of(release, "synthetic_metric")
    copy = Path(copyfile(release.database, tmp_path / "copy.duckdb"))
    copy.chmod(0o600)
    with duckdb.connect(str(copy)) as connection:
        for table in ("fct_synthetic", "synthetic_metric", "metric_vintages"):
            with pytest.raises(duckdb.ConstraintException, match=r"[Dd]uplicate key"):
                connection.execute(f"insert into {table} from {table} limit 1")
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            connection.execute("update synthetic_metric set unit = null")
        connection.execute("update synthetic_metric set value = null")


def test_a_base_year_is_a_part_of_the_key_where_every_figure_has_one(project: Project) -> None:
    release = project.release("a", figures=[figure(base_year=2001), figure(base_year=2001, year=2023)])
    assert "base_year" in key_of(release, "synthetic_metric")


def test_a_row_that_breaks_the_contract_of_its_table_is_not_published(project: Project) -> None:
    with pytest.raises(ReleaseError, match=r"fct_synthetic: a row breaks the contract of its table: .*duplicate key"):
        project.release("a", figures=[figure(), figure()])
    with pytest.raises(ReleaseError, match=r"breaks the contract of its table: .*NOT NULL.*unit"):
        project.release("b", figures=[figure(unit=None)])
    assert not [one for one in project.settings.releases.glob("*") if one.is_dir()]


def test_the_rows_of_each_table_decide_whether_it_has_an_index(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.releases.table_keys.INDEXED_ROWS", 1)
    release = project.release("a", figures=VINTAGES)
    assert key_of(release, "synthetic_metric")
    assert not key_of(release, "metric_vintages")
    assert release.content["tables"]["metric_vintages"] == 2
