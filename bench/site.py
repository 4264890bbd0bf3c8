"""Benchmark: the pages of a synthetic release with as many pairs as that of the current release, and with ten times as many.

The synthetic release has the tables of the current one; each further pair has the rows of a true pair with other economies and values
drawn at random, which are no statistics. Run from the root of the checkout, after a refresh:

    python bench/site.py --times 1 10
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import time
from itertools import combinations
from pathlib import Path

import duckdb

from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release, require_current
from orchestration.site.pairs import economies_with_figures, pairs_with_figures
from orchestration.site.write_site import write_site


def multiply(database: Path, times: int, seed: int = 1) -> int:
    """Add pairs until the release has ``times`` as many; return their number."""
    draw = random.Random(seed)  # noqa: S311 - figures of a benchmark
    with duckdb.connect(str(database)) as connection:
        pairs = [(pair.area.area, pair.counterpart.area) for pair in pairs_with_figures(connection)]
        countries = sorted(economy.area for economy in economies_with_figures(connection))
        free = sorted(set(combinations(countries, 2)) - set(pairs))
        draw.shuffle(free)
        added = list(zip(pairs * (times - 1), free, strict=False))
        connection.execute("create temp table synthetic_pair (area varchar, partner varchar, a varchar, b varchar)")
        for (area, partner), (a, b) in added:
            connection.execute(
                "insert into synthetic_pair values ($1, $2, $3, $4), ($2, $1, $4, $3)", [area, partner, a, b]
            )
        connection.execute(f"select setseed(0.{seed})")
        for table in _tables(connection):
            connection.execute(
                f"insert into {table} select figures.* replace (pair.a as area, pair.b as counterpart_area, "
                f"figures.value * (0.5 + random()) as value) from {table} as figures "
                "join synthetic_pair as pair on figures.area = pair.area and figures.counterpart_area = pair.partner"
            )
    return len(pairs) + len(added)


def measure(release: Release, times: int) -> str:
    """Write the pages of a synthetic release; return what it took, in words."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in (*release.folder.glob("*.json"), release.database):
            shutil.copyfile(path, copy / path.name)
        pairs = multiply(copy / "warehouse.duckdb", times)
        began, used = time.monotonic(), _processor_seconds()
        write_site(copy, f"synthetic-{times}", release.published_at)
        seconds, used = time.monotonic() - began, _processor_seconds() - used
        sizes = {path: path.stat().st_size for path in (copy / "site").rglob("*.*")}
        largest = max((size, path.name) for path, size in sizes.items() if path.suffix == ".html")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{pairs} pairs (synthetic): {seconds:.1f} s, {used:.1f} s of processors, {1000 * used / pairs:.0f} ms a pair, "
        f"{len(sizes)} files, "
        f"{sum(sizes.values()) / 1e6:.0f} MB, largest page {largest[1]} {largest[0] / 1e3:.0f} kB, at most {memory:.0f} MB of memory"
    )


def _processor_seconds() -> float:
    """Of this process and of those that it waited for, such as the one that answers queries."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables with figures between two economies."""
    found = connection.execute(
        "select table_name from duckdb_columns() where column_name in ('area', 'counterpart_area', 'value') "
        "group by table_name having count(*) = 3 order by table_name"
    ).fetchall()
    return [name for (name,) in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    arguments = parser.parse_args()
    try:
        release = require_current(Settings.from_environment())
    except ReleaseError as error:
        print(f"no release to take the tables from: {error}")
        return
    for times in arguments.times:
        print(measure(release, times))


if __name__ == "__main__":
    main()
