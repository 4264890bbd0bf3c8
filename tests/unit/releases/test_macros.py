"""The table macros of a release. All figures are synthetic."""

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.releases.macros import SDMX
from orchestration.releases.read_only import dicts
from tests.unit.synthetic_project import figure, write_figures


def test_latest_figures_have_the_columns_of_sdmx() -> None:
    with duckdb.connect() as connection:
        write_figures(
            connection,
            ALL_VINTAGES,
            [
                figure(metric_id="fees", area="USA", base_year=2001, source="bea+publications"),
                figure(metric_id="fees", area="USA", year=2025, value=None, obs_status="Q"),
                figure(metric_id="fees", area="USA", is_latest=False, vintage="2020-01-01"),
                figure(metric_id="patents", area="USA"),
            ],
        )
        connection.execute(SDMX)
        first, second = dicts(connection.execute("from sdmx('fees')"))
    assert list(first)[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert first["STRUCTURE_ID"] == "BILATERAL:FEES(1.0)"
    assert (first["REF_AREA"], first["TIME_PERIOD"], first["OBS_VALUE"]) == ("USA", 2024, 5)
    assert (first["UNIT_MEASURE"], first["BASE_PERIOD"], first["SOURCE"]) == ("USD", "2001", "bea+publications")
    assert (second["OBS_VALUE"], second["OBS_STATUS"], second["BASE_PERIOD"]) == (None, "Q", "_Z")
