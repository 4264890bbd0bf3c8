"""Synthetic truth experiment for orchestration/methods/reconciliation.py: how close each method comes to flows that are
known.

All figures here are drawn at random; none is a statistic. Run from the root of the checkout:

    python bench/reconciliation.py --seeds 50
"""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.methods.reconciliation import reporter_variances

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OURS = "two-way variances (ours)"
ORACLE = "true variances (oracle)"


@dataclass(frozen=True)
class Setting:
    """The setting of a synthetic world; the defaults are the base experiment.

    Attributes:
        economies, years: every ordered pair of economies has one flow a year.
        median_noise: median over reporters of the standard deviation of their log reports.
        noise_spread: standard deviation of ln(noise) between reporters.
        correlation: of ln(noise) of one economy's export and import reports.
        persistent: share of a report's error variance that is the same in all years of a flow.
        outliers: probability that a report is multiplied or divided by a large factor.
        outlier_size: smallest and largest logarithm of that factor; 1 to 3 is about 3 to 20 times.
        coverage: lowest and highest share of its flows that a reporter reports in a role.
        importer_noise: factor on the noise of all import reports.
    """

    economies: int = 60
    years: int = 3
    median_noise: float = 0.3
    noise_spread: float = 0.6
    correlation: float = 0.6
    persistent: float = 0.5
    outliers: float = 0.03
    outlier_size: tuple[float, float] = (1.0, 3.0)
    coverage: tuple[float, float] = (0.3, 1.0)
    importer_noise: float = 1.0


@dataclass(frozen=True)
class World:
    """Flow years with two reports, logs of US dollars, arrays of one entry a flow year; and the reporters' true
    variances."""

    exporter: Integers
    importer: Integers
    truth: Floats
    export_report: Floats
    import_report: Floats
    exporter_variance: Floats
    importer_variance: Floats

    @property
    def log_ratio(self) -> Floats:
        return self.export_report - self.import_report

    @property
    def economies(self) -> int:
        return len(self.exporter_variance)


SETTINGS: dict[str, Setting] = {
    "base": Setting(),
    "export and import quality independent": Setting(correlation=0.0),
    "one year": Setting(years=1),
    "15 economies": Setting(economies=15),
    "15 economies, one year": Setting(economies=15, years=1),
    "no outliers": Setting(outliers=0.0),
    "three times as many outliers": Setting(outliers=0.09),
    "one report in 500 is wrong by a factor of 1,000": Setting(
        outliers=0.002, outlier_size=(math.log(1e3), math.log(1e3))
    ),
    "errors of a flow never change": Setting(persistent=1.0),
    "all reporters equally good": Setting(noise_spread=0.0),
    "importers twice as noisy": Setting(importer_noise=2.0),
}


def synthetic_world(seed: int, setting: Setting) -> World:
    """Return a world drawn from the seed: gravity-like flows, reporters of different quality, outliers, missing
    reports."""
    draw = np.random.default_rng(seed)
    count = setting.economies
    exporter, importer = np.nonzero(~np.eye(count, dtype=bool))
    size = draw.normal(0.0, 1.5, count)
    level = 17.0 + size[exporter] + size[importer] + draw.normal(0.0, 1.0, len(exporter))
    truth = level + draw.normal(0.0, 0.1, (setting.years, len(exporter)))
    noise = _noise(draw, setting)
    exports = truth + _errors(draw, setting, noise[0][exporter])
    imports = truth + _errors(draw, setting, noise[1][importer])
    covered = draw.uniform(*setting.coverage, (2, count))
    held = (draw.random(truth.shape) < covered[0][exporter]) & (draw.random(truth.shape) < covered[1][importer])
    low, high = setting.outlier_size
    from_outliers = setting.outliers * (low**2 + low * high + high**2) / 3
    return World(
        exporter=np.broadcast_to(exporter, truth.shape)[held],
        importer=np.broadcast_to(importer, truth.shape)[held],
        truth=truth[held],
        export_report=exports[held],
        import_report=imports[held],
        exporter_variance=np.square(noise[0]) + from_outliers,
        importer_variance=np.square(noise[1]) + from_outliers,
    )


def _noise(draw: np.random.Generator, setting: Setting) -> tuple[Floats, Floats]:
    """Standard deviation of each economy's log reports as exporter and as importer."""
    own, other = draw.standard_normal((2, setting.economies))
    related = setting.correlation * own + np.sqrt(1 - setting.correlation**2) * other
    as_exporter: Floats = setting.median_noise * np.exp(setting.noise_spread * own)
    as_importer: Floats = setting.median_noise * np.exp(setting.noise_spread * related)
    return as_exporter, setting.importer_noise * as_importer


def _errors(draw: np.random.Generator, setting: Setting, noise: Floats) -> Floats:
    """Errors of the log reports of one role, shape (years, flows): a lasting part, a new part every year, outliers."""
    shape = (setting.years, len(noise))
    lasting, new = draw.standard_normal(len(noise)), draw.standard_normal(shape)
    normal = noise * (np.sqrt(setting.persistent) * lasting + np.sqrt(1 - setting.persistent) * new)
    sign = np.where(draw.random(shape) < 0.5, -1.0, 1.0)
    large = (draw.random(shape) < setting.outliers) * sign * draw.uniform(*setting.outlier_size, shape)
    errors: Floats = normal + large
    return errors


def _weighted(world: World, weight: Floats) -> Floats:
    """Log of the geometric mean with the exporter's report at this weight."""
    return weight * world.export_report + (1 - weight) * world.import_report


def _by_variances(world: World, exporters: Floats, importers: Floats) -> Floats:
    """Log of the mean with inverse-variance weights, equal ones without variances, as in
    ``fct_bilateral_reconciled``."""
    a, b = exporters[world.exporter], importers[world.importer]
    return _weighted(world, np.nan_to_num(b / (a + b), nan=0.5))


def _ours(world: World) -> Floats:
    variances = reporter_variances(world.exporter, world.importer, world.log_ratio, world.economies)
    return _by_variances(world, variances.exporter, variances.importer)


def _oracle(world: World) -> Floats:
    return _by_variances(world, world.exporter_variance, world.importer_variance)


def _arithmetic(world: World) -> Floats:
    mean: Floats = np.logaddexp(world.export_report, world.import_report) - np.log(2.0)
    return mean


def _discrepancies(world: World) -> tuple[Floats, Integers, Integers]:
    """Sums of |x - m| / (x + m) by exporter and importer, and the number of flow years of each exporter and
    importer."""
    sums = np.zeros((world.economies, world.economies))
    np.add.at(sums, (world.exporter, world.importer), np.abs(np.tanh(world.log_ratio / 2)))
    count = world.economies
    return sums, np.bincount(world.exporter, minlength=count), np.bincount(world.importer, minlength=count)


def _score(flows: Integers, discrepancy: Floats) -> Floats:
    """Inverse of the mean discrepancy; 1 for a reporter without flows."""
    return np.where(flows > 0, flows, 1) / np.where(flows > 0, discrepancy, 1.0)


def _softmax(world: World, exporters: Floats, importers: Floats) -> Floats:
    difference = importers[world.importer] - exporters[world.exporter]
    return _weighted(world, 1 / (1 + np.exp(np.clip(difference, -700, 700))))


def _softmax_of_rounds(rounds: int) -> Callable[[World], Floats]:
    """Softmax of scores updated on both sides at once, from 1, for a fixed number of rounds.

    Score of an exporter: 1 / mean over its flows of (discrepancy x importer's score); of an importer likewise.
    """

    def estimate(world: World) -> Floats:
        sums, of_exporter, of_importer = _discrepancies(world)
        exporters, importers = np.ones(world.economies), np.ones(world.economies)
        for _ in range(rounds):
            exporters, importers = _score(of_exporter, sums @ importers), _score(of_importer, exporters @ sums)
        return _softmax(world, exporters, importers)

    return estimate


def _softmax_converged(world: World) -> Floats:
    """Return the same scores in turn until they converge, with equal geometric means of both sides: the level is a
    convention."""
    sums, of_exporter, of_importer = _discrepancies(world)
    importers = np.ones(world.economies)
    for _ in range(200):
        exporters = _score(of_exporter, sums @ importers)
        importers = _score(of_importer, exporters @ sums)
    level = np.exp((np.log(exporters).mean() - np.log(importers).mean()) / 2)
    return _softmax(world, exporters / level, importers * level)


METHODS: dict[str, Callable[[World], Floats]] = {
    "export report alone": lambda world: world.export_report,
    "import report alone": lambda world: world.import_report,
    "arithmetic mean": _arithmetic,
    "geometric mean": lambda world: _weighted(world, np.full(len(world.truth), 0.5)),
    "softmax of a fixed-point score, 24 rounds": _softmax_of_rounds(24),
    "softmax of a fixed-point score, 25 rounds": _softmax_of_rounds(25),
    "softmax of a fixed-point score, converged": _softmax_converged,
    OURS: _ours,
    ORACLE: _oracle,
}
"""Each gives the log of the estimate of every flow year."""


def errors(seeds: Sequence[int], setting: Setting) -> dict[str, Floats]:
    """Root mean square error of the log estimate over the flow years with two reports, for each method one entry a
    seed."""
    found: dict[str, list[float]] = {name: [] for name in METHODS}
    for seed in seeds:
        world = synthetic_world(seed, setting)
        for name, method in METHODS.items():
            found[name].append(float(np.sqrt(np.mean(np.square(method(world) - world.truth)))))
    return {name: np.array(values) for name, values in found.items()}


def base_table(found: dict[str, Floats]) -> str:
    """Methods of one setting: mean error, error relative to the oracle's, and how often ours is at least as close."""
    lines = ["| method | error | relative to the oracle | ours is closer in |", "|---|---:|---:|---:|"]
    for name, values in found.items():
        closer = "" if name in (OURS, ORACLE) else f"{np.mean(found[OURS] < values):.0%} of seeds"
        lines.append(f"| {name} | {values.mean():.3f} | {(values / found[ORACLE]).mean():.3f} | {closer} |")
    return "\n".join(lines)


def settings_table(seeds: Sequence[int]) -> str:
    """Error relative to the oracle's in every setting, for ours and the best of the others."""
    lines = ["| setting | flow years with two reports | geometric mean | best softmax | ours | ours, worst seed |"]
    lines.append("|---|---:|---:|---:|---:|---:|")
    for name, setting in SETTINGS.items():
        found = errors(seeds, setting)
        relative = {method: values / found[ORACLE] for method, values in found.items()}
        softmax = min(values.mean() for method, values in relative.items() if method.startswith("softmax"))
        pairs = np.mean([len(synthetic_world(seed, setting).truth) for seed in seeds])
        cells = (relative["geometric mean"].mean(), softmax, relative[OURS].mean(), relative[OURS].max())
        lines.append(f"| {name} | {pairs:.0f} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Synthetic truth experiment of the reconciliation of two reports.")
    parser.add_argument("--seeds", type=int, default=50, help="how many synthetic worlds each setting gets")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    started = time.perf_counter()
    print(f"Base experiment, {chosen.seeds} seeds, synthetic\n\n{base_table(errors(seeds, SETTINGS['base']))}\n")
    print(f"Other settings, error relative to the oracle's\n\n{settings_table(seeds)}\n")
    print(f"{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
