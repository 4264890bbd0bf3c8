"""Guard columns are the ratios of a figure to the year and to the vintage before, in any order of rows."""

import pandas as pd
import pytest

from orchestration.contracts.metric import COLUMNS
from orchestration.guards import guard_columns
from orchestration.guards.guard_columns import GUARD_COLUMNS
from tests.unit.guards.synthetic_frames import frame_of, receipts, rows_of_frame


def with_guard_columns(frame: pd.DataFrame) -> pd.DataFrame:
    with rows_of_frame(frame) as rows:
        return pd.concat(rows.batches())


def test_ratios_by_hand() -> None:
    old = {"vintage": "2011-07-01", "is_latest": False}
    frame = frame_of(
        [
            {"year": 2007, "value": 10.0},
            {"year": 2008, "value": 15.0},
            {"year": 2008, "value": 20.0, **old},
            {"year": 2010, "value": 30.0},
            {"year": 2011, "value": 0.0},
            {"year": 2012, "value": 5.0},
            {"year": 2008, "value": 7.0, "area": "CHN"},
            {"year": 2009, "value": None, "area": "CHN", "obs_status": "Q"},
        ]
    )
    wide = with_guard_columns(frame)
    assert list(wide.columns) == [*COLUMNS, *GUARD_COLUMNS]
    pd.testing.assert_frame_equal(wide[list(COLUMNS)].astype(object), frame.astype(object), check_names=False)
    changes = wide["change_ratio"].astype(object).where(wide["change_ratio"].notna(), None).tolist()
    assert changes == [None, 1.5, None, None, 0.0, None, None, None]
    revisions = wide["vintage_ratio"].astype(object).where(wide["vintage_ratio"].notna(), None).tolist()
    assert revisions == [None, 0.75, None, None, None, None, None, None]
    assert wide["vintage_year"].tolist() == [2012, 2012, 2011, 2012, 2012, 2012, 2012, 2012]


def test_growth_from_different_base_years_is_not_one_series() -> None:
    frame = frame_of([{"year": 2008, "base_year": 2000, "value": 2.0}, {"year": 2009, "base_year": 2001, "value": 3.0}])
    assert with_guard_columns(frame)["change_ratio"].isna().all()


@pytest.mark.parametrize("rows_of_a_batch", [109, 60, 55])
def test_every_row_is_in_one_batch(rows_of_a_batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_columns, "BATCH_ROWS", rows_of_a_batch)
    with rows_of_frame(receipts()) as rows:
        sizes = [len(batch) for batch in rows.batches()]
    assert sizes == [rows_of_a_batch, 110 - rows_of_a_batch]
