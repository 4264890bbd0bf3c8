"""Usual revisions of published figures, by class and age, which may explain a gap between claim and figure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orchestration.methods.claims import DIMENSIONS, Claim

CAP = 0.25
"""Largest share of a figure that a revision explains, whatever the record."""
CAP_OF_SHARE = 2.0
"""Percentage points that a revision of a percentage explains at most."""
QUANTILE = 0.95
LEAST = 20
"""Revisions below which a class has no record: its 95th percentile would be its maximum."""
OLDEST = 5
"""Years after which figures count as equally old."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Limit:
    """Largest gap that revisions explain, in the claim's unit; ``percent`` is the record's, None without one."""

    absolute: float
    percent: float | None
    reason: str


class RevisionLimits:
    """The 95th percentile of revisions that are not zero, between vintages at least a year apart.

    A class is a metric's measure and unit, of economies or of aggregates; the age is in years from the figure's year to
    the older vintage. A revision is measured as a share of the newer figure.
    """

    def __init__(self, figures: pd.DataFrame, economies: Collection[str]) -> None:
        """Measure ``figures`` in the columns of the metric contract; ``economies`` are the areas that are countries."""
        self._economies = economies
        key = [*DIMENSIONS, "unit", "source", "basis", "year"]
        values = figures[figures["value"].notna()]
        values = values[values.duplicated(key, keep=False)]
        values = values.assign(vintage=pd.to_datetime(values["vintage"]))[[*key, "vintage", "value"]]
        pairs = values.merge(values, on=key, suffixes=("", "_newer"))
        pairs = pairs[pairs["vintage_newer"] >= pairs["vintage"] + pd.DateOffset(years=1)]
        newer = pairs["value_newer"]
        pairs = pairs.assign(
            share=((newer - pairs["value"]).abs() / newer.abs())[newer != 0],
            is_economy=pairs["area"].isin(economies),
            age=(pairs["vintage"].dt.year - pairs["year"]).clip(0, OLDEST),
        )
        of_class = pairs[pairs["share"] > _ROUNDING].groupby(["metric_id", "measure", "unit", "is_economy", "age"])
        records = of_class["share"]
        shares, counts = records.quantile(QUANTILE).to_dict(), records.count().to_dict()
        self._records = {key: (float(share), int(counts[key])) for key, share in shares.items()}

    def allow(self, claim: Claim, latest: Any) -> bool:
        """Return whether a revision explains the gap between the end of a claim's tolerance and the newest figure."""
        gap = abs(claim.value - latest.value) * (1 - 1e-12) - claim.tolerance  # but for the rounding of floats
        return bool(gap <= self.of(claim, latest).absolute)

    def of(self, claim: Claim, latest: Any) -> Limit:
        """Return the limit for a claim and the newest figure, a row in the columns of the metric contract."""
        age = min(max((claim.said_on or latest.vintage).year - claim.year, 0), OLDEST)
        key = (claim.metric_id, claim.measure, claim.unit, claim.area in self._economies, age)
        share, count = self._records.get(key, (CAP, 0))
        has_record = count >= LEAST and claim.base_year is None
        size = min(share, CAP) if has_record else CAP
        absolute, most = size * abs(latest.value), f"{size * 100:,.3g} percent"
        if claim.unit == "PT" and absolute > CAP_OF_SHARE:
            absolute, most = CAP_OF_SHARE, f"{CAP_OF_SHARE:,.3g} points"
        record = "how far such figures are revised is not on record"
        if has_record:
            percent = f"{share * 100:,.1f} percent"
            record = f"19 of 20 revisions of such figures of that age stayed below {percent} ({count} revisions)"
        return Limit(float(absolute), share * 100 if has_record else None, f"{record}; at most {most} count")
