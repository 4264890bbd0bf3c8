"""A new area code costs its own rows and nothing else. All figures are synthetic."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.figures import areas_of, write_known_areas
from orchestration.contracts.observation import Observations
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile


@pytest.mark.parametrize(
    ("codes", "kept", "table"),
    [
        (["US", "QZ", "US"], ["US", "US"], "figures"),
        (["US", "OLD", None], None, "figures"),
        (["QZ"], [], "figures"),
        (["QZ"], None, "texts"),
    ],
    ids=["an unknown code is left out", "known, left out on purpose or empty", "nothing is left", "no figures"],
)
def test_rows_of_unknown_areas_are_left_out(
    tmp_path: Path, codes: list[str | None], kept: list[str] | None, table: str
) -> None:
    areas_of.cache_clear()
    settings = Settings(tmp_path, tmp_path / "data")
    seed = settings.dbt_project / "seeds" / "area_codes" / "area_codes__office.csv"
    seed.parent.mkdir(parents=True)
    seed.write_text("code,area\nUS,USA\nOLD,\n")
    path = tmp_path / "raw.parquet"
    pq.write_table(
        pa.table({"code": pa.array(codes, pa.string()), "value": pa.array(range(len(codes)), pa.int32())}), path
    )
    how = Observations(area="code", year="2024", value="value")
    source = cast(Source, SimpleNamespace(CARD=SimpleNamespace(id="office"), OBSERVATIONS={"figures": how}))
    file = RawFile("office", table, "figures", date(2026, 1, 1), "a" * 64, len(codes), path)
    target = tmp_path / "build" / "figures.parquet"
    assert write_known_areas(source, file, target, settings) is (kept is not None)
    assert target.exists() is (kept is not None)
    if kept is not None:
        written = pq.read_table(target)
        assert written["code"].to_pylist() == kept
        assert written.schema == pq.read_schema(path)
