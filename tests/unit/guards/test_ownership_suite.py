"""The suite of cross-border ownership passes plausible figures; the bundle has no data for it."""

import numpy as np
import pandas as pd
import pytest

from orchestration.contracts.metric import COLUMNS
from orchestration.core.settings import Settings
from orchestration.guards.suites import load_suite
from tests.unit.guards.synthetic_frames import validate_frame

pytestmark = pytest.mark.slow

METRIC = "cross_border_ownership"
ECONOMIES = ("USA", "CHN", "JPN", "DEU", "GBR", "IND")
SIZES = {"USA": 2600.0, "CHN": 2300.0, "JPN": 1500.0, "DEU": 1800.0, "GBR": 1600.0, "IND": 900.0}
PATENTS = {"USA": 150_000.0, "CHN": 17_000.0, "JPN": 52_000.0, "DEU": 19_000.0, "GBR": 9_000.0, "IND": 6_000.0}


def good_frame() -> pd.DataFrame:
    """Made-up ownership of the pairs of six economies, 1976 to 2025, of the size that published statistics allow."""
    rows = []
    for place, area in enumerate(ECONOMIES):
        for owner in ECONOMIES:
            if area == owner or ("USA" not in (area, owner) and {"CHN", "IND"} & {area, owner}):
                continue
            for year in range(1976, 2026):
                growth = 1.03 ** (year - 2016) * (1 + 0.05 * ((year + place) % 3))
                owned = SIZES[area] * (0.4 if owner == "CHN" else 0.7 if area == "USA" else 1.0) * growth
                for measure, value, unit, basis in (
                    ("whole_count", np.round(owned), "PATN", "reported"),
                    ("fractional_count", owned * 0.61, "PATN", "reported"),
                    ("share_of_area_patents", 100 * owned / (PATENTS[area] * 1.02 ** (year - 2016)), "PT", "derived"),
                ):
                    codes = (METRIC, measure, area, owner, "_T", "grant_year", "US50")
                    rows.append((*codes, year, None, value, unit, "A", basis, "uspto"))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:-3]))
    frame = frame.assign(vintage=pd.Timestamp("2026-03-31"), is_latest=True, is_preferred=False)
    return frame.astype({"base_year": "Int32", "value": "float64", "vintage": "datetime64[us]"})


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return good_frame()


def test_good_figures_pass(frame: pd.DataFrame) -> None:
    suite = load_suite(Settings.from_environment().expectations, METRIC)
    result = validate_frame(suite, frame)
    assert result.passed, result.message()
