"""Limits of revisions: how far publishers revised known figures, by measure, size of series and age of the year.

Prints the table that admission reads (orchestration/admission/revisions.csv): the number of figures that two
consecutive vintages share, the part that changed, mean revision, mean absolute revision and standard deviation of the
logarithm of later over earlier, and two limits. These are the summary statistics of the revision analyses of the OECD
and of Eurostat. Vintages are those of the bundle and, with --vintages, of a folder of downloads (bench/vintages.py has
the layout):

    python bench/revision_triangles.py --vintages DOWNLOADS > orchestration/admission/revisions.csv
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from bench.rehearsal import LONGEST_GAP, real_pairs
from bench.vintages import vintages_by_source
from orchestration.admission.edits.revisions import AGES, EVERY_MEASURE, revision_logs, sizes
from orchestration.core.settings import Settings

PRIOR = 20
"""Figures for which the variance of all measures together counts beside the one of a measure."""

DEVIATIONS, LEAST_HELD, LEAST_REMARKED = 6.0, 0.08, 0.0025
"""A figure holds from the mean revision and six standard deviations on, and never below 8 percent: no single figure of
a leader older than three years was revised by more than 6. It has a remark from the mean absolute revision on, at least
0.25 percent."""


def revisions(folder: Path | None, work: Path) -> pd.DataFrame:
    """Return a row for each figure in two consecutive vintages at most LONGEST_GAP years apart; each figure once."""
    settings, rows = Settings.from_environment(), []
    for name, source, files in vintages_by_source(settings, folder, work):
        for base in real_pairs(name, source, files, settings):
            case = base.case
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.where(case.is_country[:, None], revision_logs(case), np.nan)
            row, column = np.isfinite(logs).nonzero()
            if base.is_near and len(row):
                keys = {name: case.series[name].to_numpy()[row] for name in ("measure", "area", "counterpart", "item")}
                places = np.searchsorted(AGES, case.age[row, column], side="right") - 1
                ages = np.asarray(AGES)[np.maximum(places, 0)]
                of_all = {"size": sizes(case)[row], "age": ages, "year": case.years[column], "log": logs[row, column]}
                rows.append(pd.DataFrame({"pair": base.words, **keys, **of_all}))
    if not rows:
        raise SystemExit(f"no two vintages are at most {LONGEST_GAP} years apart")
    return pd.concat(rows).drop_duplicates(["pair", "measure", "area", "counterpart", "item", "year"], keep="last")


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Return statistics and limits by measure, size and age; those of all amounts first."""
    amounts = found[found["size"] != "ratio"].assign(measure=EVERY_MEASURE)
    ratios = found[found["size"] == "ratio"].assign(measure=EVERY_MEASURE)
    together = _statistics(pd.concat([amounts, ratios]))
    variance = together.set_index(["size", "age"])["sd"] ** 2
    of_each = _statistics(found)
    keys = pd.MultiIndex.from_frame(of_each[["size", "age"]])
    figures, own = of_each["figures"], of_each["sd"].fillna(0.0) ** 2
    of_each["sd"] = np.sqrt((figures * own + PRIOR * variance.reindex(keys).to_numpy()) / (figures + PRIOR))
    rows = pd.concat([together, of_each]).reset_index(drop=True)
    hold = (rows["mean"].abs() + DEVIATIONS * rows["sd"]).clip(lower=LEAST_HELD)
    # an older year is never allowed more than a younger one of its class
    rows["hold"] = hold.groupby([rows["measure"], rows["size"]], sort=False).cummin()
    # nor a larger series more than a smaller one
    rank = rows["size"].map({"leader": 0, "visible": 1, "small": 2, "ratio": 3})
    amounts = rows[rows["size"] != "ratio"].assign(rank=rank).sort_values("rank", kind="stable")
    rows["hold"] = amounts.groupby(["measure", "age"])["hold"].cummax().reindex(rows.index).fillna(rows["hold"])
    rows["remark"] = np.minimum(np.maximum(rows["mean_absolute"], LEAST_REMARKED), rows["hold"])
    return rows.round(4)


def _statistics(found: pd.DataFrame) -> pd.DataFrame:
    groups = found.assign(changed=found["log"] != 0, size_of=found["log"].abs()).groupby(["measure", "size", "age"])
    return groups.agg(
        figures=("log", "size"),
        changed=("changed", "mean"),
        mean=("log", "mean"),
        mean_absolute=("size_of", "mean"),
        sd=("log", "std"),
    ).reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vintages", type=Path, help="folder of World Bank downloads, one folder a vintage")
    with tempfile.TemporaryDirectory() as work:
        table(revisions(parser.parse_args().vintages, Path(work))).to_csv(sys.stdout, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
