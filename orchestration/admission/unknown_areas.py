"""Leave rows with unknown area codes out of a build, so that a new code costs only its own figures."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.admission.areas import areas_of
from orchestration.admission.figures import observations_of
from orchestration.contracts.source import Source
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import atomic_path
from orchestration.core.progress import say
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import text
from orchestration.ingestion.raw_tables import RawFile


def write_known_areas(source: Source, file: RawFile, path: Path, settings: Settings) -> bool:
    """Write a raw file without the rows of unknown areas to ``path``; return False, with nothing written, if it has none."""
    how = observations_of(source).get(file.table)
    if how is None or not file.rows:
        return False
    codes = areas_of(settings.dbt_project / "seeds", source.CARD.id).codes
    judged = [
        (expression, sorted(codes[code_list]))
        for expression, code_list in ((how.area, how.area_list), (how.counterpart, how.counterpart_list))
        if code_list is not None and code_list in codes
    ]
    if not judged:
        return False
    with bounded_database() as connection:
        for number, (_, known) in enumerate(judged):
            connection.register(f"known_{number}", pa.table({"code": pa.array(known, pa.string())}))
        unknown = " or ".join(
            f"coalesce({expression} not in (select code from known_{number}), false)"
            for number, (expression, _) in enumerate(judged)
        )
        rows = f"(select *, file_row_number from read_parquet([{text(str(file.path))}], file_row_number = true))"
        left_out = connection.execute(f"select file_row_number, {judged[0][0]} from {rows} where {unknown}").fetchall()
    if not left_out:
        return False
    table = pq.read_table(file.path)
    places = pa.array([place for place, _ in left_out], pa.int64())
    keep = pc.invert(pc.is_in(pa.array(range(len(table)), pa.int64()), value_set=places))
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as part:
        pq.write_table(table.filter(keep), part)
    names = ", ".join(sorted({str(code) for _, code in left_out})[:10])
    say(
        f"left out {source.CARD.id}: {len(left_out):,} rows of {file.resource} ({names}): no seed knows their area codes"
    )
    return True
