"""Units are stated by the seeds of the dbt project and read from dim_unit of a release."""

from pathlib import Path

import duckdb

from orchestration.contracts.unit import Unit, units_of_project, units_of_release

HEAD = "unit,name,dimension,phrase,sign,is_scaled,column_words,definition\n"


def test_a_unit_of_a_new_file_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "seeds" / "units"
    folder.mkdir(parents=True)
    (folder / "units__one.csv").write_text(f"{HEAD}PT,Percent,share,percent,%,false,percent,One of a hundred\n")
    (folder / "units__two.csv").write_text(f"{HEAD}EUR,Euros,money,euros,,true,eur;euros,Single euros\n")
    assert units_of_project(tmp_path) == {
        "PT": Unit("PT", "share", "percent", "%", False, ("percent",)),
        "EUR": Unit("EUR", "money", "euros", "", True, ("eur", "euros")),
    }


def test_units_of_a_release_and_of_an_earlier_one() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table dim_unit as select 'PN' as unit, 'Pure number' as name, 'ratio' as dimension, '' as phrase, "
            "'' as sign, false as is_scaled, '' as column_words, 'A number' as definition"
        )
        assert units_of_release(connection) == {"PN": Unit("PN", "ratio", "", "", False)}
        connection.execute(
            "create table earlier as select unit, 'US dollars' as name, dimension, definition from dim_unit"
        )
        assert units_of_release(connection, "earlier") == {"PN": Unit("PN", "ratio", "US dollars", "", False)}
