"""The table macros of a release. All figures are synthetic."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.reading.macros import MACROS, refusal, refusing_view
from orchestration.reading.read_only import dicts
from tests.unit.synthetic_project import figure, write_figures


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Figures of a metric with preferred rows, and of one without."""
    fees = {"metric_id": "fees", "area": "USA", "source": "bea+publications"}
    rows = [
        figure(**fees, base_year=2001),
        figure(**fees, base_year=2002, year=2025, value=None, obs_status="Q"),
        figure(**{**fees, "source": "other"}, year=2025, value=9, is_preferred=False),
        figure(**fees, base_year=2001, is_latest=False, vintage="2020-01-01"),
        figure(metric_id="indexes", area="USA", is_preferred=False),
    ]
    with duckdb.connect() as opened:
        write_figures(opened, ALL_VINTAGES, rows)
        for macro in MACROS:
            opened.execute(macro)
        yield opened


def test_preferred_figures_have_the_columns_of_sdmx(connection: duckdb.DuckDBPyConnection) -> None:
    first, second = dicts(connection.execute("from sdmx('fees')"))
    assert list(first)[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert first["STRUCTURE_ID"] == "BILATERAL:FEES(1.0)"
    assert (first["REF_AREA"], first["TIME_PERIOD"], first["OBS_VALUE"]) == ("USA", 2024, 5)
    assert (first["UNIT_MEASURE"], first["BASE_PERIOD"], first["SOURCE"]) == ("USD", "2001", "bea+publications")
    assert (second["OBS_VALUE"], second["OBS_STATUS"], second["BASE_PERIOD"]) == (None, "Q", "2002")
    assert len(connection.execute("from sdmx_all('fees')").fetchall()) == 3
    assert len(connection.execute("from sdmx_all('indexes')").fetchall()) == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from as_of('fee', current_date)", "there is no metric fee; instead: did you mean fees?"),
        ("from as_of_all('fee', current_date)", "there is no metric fee; instead: did you mean fees?"),
        ("select count(*) from sdmx('index')", "there is no metric index; instead: did you mean indexes?"),
        ("from as_of('indexes', current_date)", "indexes has no preferred rows; instead: query indexes_all"),
        ("select area from indexes where year = 2024", "each is of one field; instead: answer first: Which field?"),
    ],
)
def test_a_name_without_an_answer_raises(connection: duckdb.DuckDBPyConnection, query: str, message: str) -> None:
    answer = {"question": "Which field?", "none": "each is of one field", "ask": "from indexes_all"}
    refused = refusal("indexes", answer, None)
    assert refused
    connection.execute(refusing_view("indexes", *refused))
    with pytest.raises(duckdb.InvalidInputException) as raised:
        connection.execute(query)
    assert message in str(raised.value)
