"""Part of ``make campaign``: change the dbt project and print which changes nothing stops. A finished build must exist.

``BILATERAL_MUTATIONS`` (100) random changes of SQL are tried beside the catalogue of semantic ones;
``BILATERAL_MUTATION_SEED`` repeats a series.
"""

import os
import random
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.core.settings import Settings
from orchestration.transform.build import latest_build
from tests.mutation.changes import Change, catalogue, random_changes
from tests.mutation.trial import Trial

REQUIRED_PERCENT = 95


def main() -> int:
    """Try all changes; return 1 if fewer than 95 percent of the semantic ones are stopped."""
    settings = Settings.from_environment()
    seed = int(os.environ.get("BILATERAL_MUTATION_SEED") or random.randrange(10**6))  # noqa: S311
    count = int(os.environ.get("BILATERAL_MUTATIONS") or 100)
    random_ones = random_changes(settings.dbt_project, count, random.Random(seed))  # noqa: S311
    with TemporaryDirectory() as folder:
        trial = Trial(settings, latest_build(settings).raw, Path(folder))
        percent = _tried(trial, "semantic", catalogue())
        _tried(trial, f"random, seed {seed}", random_ones)
    return int(percent < REQUIRED_PERCENT)


def _tried(trial: Trial, title: str, changes: list[Change]) -> float:
    layers: Counter[str] = Counter()
    for change, layer in trial.layers(changes):
        layers[layer] += 1
        if not layer:
            print(f"survived  {change.name}", flush=True)
    stopped = len(changes) - layers.pop("", 0)
    percent = 100 * stopped / max(1, len(changes))
    by_layer = ", ".join(f"{count} by {layer}" for layer, count in layers.most_common())
    print(f"{title}: {stopped} of {len(changes)} stopped ({percent:.0f} percent): {by_layer}", flush=True)
    return percent


if __name__ == "__main__":
    sys.exit(main())
