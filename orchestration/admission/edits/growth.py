"""Growth edit: newest figures against their peers in the same year, other figures of the economy and the series' own past."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, Integers
from orchestration.admission.edits.totals import explained
from orchestration.admission.reason import Reason, amount, listed, on_measure, on_series, percent
from orchestration.methods.ratio_edits import NORMAL, peer_medians, row_quantiles, shrunk_scales

EDIT = "growth"
LONGEST_STEP = 4
"""Years back to which a figure is compared where the years between have none."""


@dataclass(frozen=True, eq=False)
class Growth:
    """Growth of every series (logarithms, matrices of series by year).

    ``excess`` is growth beyond the median of the peers in the same year and the series' own usual excess, ``scale`` the
    usual size of it; ``beside`` and ``beside_scale`` are the same against the other figures of the economy. ``new`` marks
    figures without a predecessor, of a series without earlier figures the newest alone.
    """

    step: Floats
    excess: Floats
    scale: Floats
    beside: Floats
    beside_scale: Floats
    new: Booleans


def findings(case: Case) -> Iterator[Reason]:
    """Yield newest figures and whole years that grew as they never did."""
    growth = growth_of(case)
    yield from _figures(case, growth)
    for number in np.unique(case.measure):
        yield from _whole_year(case, growth, case.measure == number)


@lru_cache(maxsize=2)
def growth_of(case: Case) -> Growth:
    """Measure growth of every series against its peers, its economy and its own past."""
    settings = case.parameters
    new = np.isfinite(case.now) & np.isnan(case.before)
    new &= case.has_before[:, None] | (case.age == 0)
    step = steps(case.now, case.before)
    history = np.where(new, np.nan, case.history)
    past = steps(history, history)
    excess, usual = step.copy(), past.copy()
    for group in np.unique(case.group):
        rows = np.flatnonzero(case.group == group)
        peers = rows[case.is_country[rows]]
        peers = peers[np.argsort(-case.weight[peers], kind="stable")[: settings.peers]]
        for matrix, steps_of in ((excess, step), (usual, past)):
            matrix[rows] -= peer_medians(steps_of[peers], settings.peers_least)
    centre, scale = _usual(case, usual)
    beside, usual_beside = _beside(case, step), _beside(case, past)
    beside_centre, beside_scale = _usual(case, usual_beside)
    return Growth(step, excess - centre[:, None], scale, beside - beside_centre[:, None], beside_scale, new)


def steps(now: Floats, before: Floats) -> Floats:
    """Return the logarithm of each value over the year before: the smaller of the steps from the value now and before.

    Where the year before is missing, use the last of LONGEST_STEP years that has a value, divided by the root of the gap.
    """
    smallest = np.full(now.shape, np.nan)
    for base in (now, before):
        step = _step(now, base, 1)
        for years in range(2, LONGEST_STEP + 1):
            step = np.where(np.isnan(step), _step(now, base, years) / np.sqrt(years), step)
        smallest = np.where(np.isnan(smallest) | (np.abs(step) < np.abs(smallest)), step, smallest)
    return smallest


def _step(now: Floats, base: Floats, years: int) -> Floats:
    step = np.full(now.shape, np.nan)
    ratio = now[:, years:] / base[:, :-years]
    step[:, years:] = np.log(np.where(ratio > 0, ratio, np.nan))
    return step


def _beside(case: Case, step: Floats) -> Floats:
    """Return the growth of leaders beyond the median of the other amounts of their economy; NaN for other series.

    Figures that grew by the same factor are left out: a wrong unit or currency multiplies all figures alike.
    """
    beyond = np.full(step.shape, np.nan)
    for row in np.flatnonzero(case.is_leader):
        others = step[case.kin(int(row))]
        others = np.where(np.abs(others - step[row]) <= case.parameters.one_factor, np.nan, others)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of years without another figure the median is NaN
            beyond[row] = step[row] - (np.nanmedian(others, axis=0) if len(others) else np.nan)
    return beyond


def _usual(case: Case, usual: Floats) -> tuple[Floats, Floats]:
    """Return each series' usual excess and its scale, shrunk to those of its size class."""
    settings = case.parameters
    usual = usual.copy()
    usual[:, : -settings.growth_years - 1] = np.nan
    counted = np.isfinite(usual).sum(axis=1)
    centre = np.nan_to_num(row_quantiles(usual, 0.5)) * counted / (counted + settings.shrinkage)
    size_class = np.where(case.is_ratio, case.of_consequence, np.digitize(case.weight, settings.size_classes))
    own = np.abs(usual - centre[:, None])
    scale = np.full(len(usual), settings.scale_floor)
    for rows in case.series.groupby(case.measure).indices.values():
        scale[rows] = shrunk_scales(
            own[rows],
            size_class[rows],
            prior=settings.shrinkage,
            least=settings.class_least,
            floor=settings.scale_floor,
        )
    return centre, scale


def _figures(case: Case, growth: Growth) -> Iterator[Reason]:
    """Yield a finding for each figure that holds, and one remark for each measure and size of series."""
    settings, leads = case.parameters, case.is_leader[:, None]
    noise = _noise(case, growth) * np.sqrt(np.maximum(1.0, case.gap / settings.stale_years))[:, None]
    excess, step, beside = (np.abs(matrix) / noise for matrix in (growth.excess, growth.step, growth.beside))
    # a small series that stayed as it was is no jump, whatever its peers did
    size = np.where(leads, excess, np.minimum(excess, step))
    limit = _limit(case, growth.scale)
    judged = growth.new & ~explained(case)
    holds = judged & case.of_consequence[:, None] & (size > limit[:, None])
    holds &= ~(beside <= _limit(case, growth.beside_scale)[:, None]) & _heavy(case, growth)
    for row, column in np.argwhere(holds).tolist():
        if accompanied(case, growth, row, column, case.parameters.one_factor):
            holds[row, column] = False
        else:
            yield _jump(case, growth, (row, column), float(size[row, column] / limit[row]))
    least = settings.other_remark_deviations * growth.scale + settings.other_remark
    remarked = np.where(leads, np.fmax(np.fmax(excess, step), beside) > settings.scale_floor, size > least[:, None])
    yield from _remarks(case, growth, judged & remarked & ~holds)


def _limit(case: Case, scale: Floats) -> Floats:
    """Return the excess above which a new figure of each series holds."""
    settings = case.parameters
    deviations = np.where(case.is_ratio, settings.ratio_deviations, settings.other_deviations)
    return np.where(
        case.is_leader,
        np.clip(settings.leader_deviations * scale, settings.leader_least, settings.leader_most),
        np.maximum(deviations * scale, settings.other_least),
    )


def _heavy(case: Case, growth: Growth) -> Booleans:
    """Return cells whose distance from what is expected moves the total of the measure; ratios have no total."""
    off = np.abs(case.now) * np.abs(np.expm1(-growth.excess))
    return np.asarray(case.is_ratio[:, None] | (off >= case.parameters.growth_impact * case.total), dtype=bool)


def _jump(case: Case, growth: Growth, place: tuple[int, int], suspicion: float) -> Reason:
    expected = float(growth.step[place] - growth.excess[place])
    row, column = place
    follows = np.isfinite([case.now[row, column - 1], case.before[row, column - 1]]).any()
    change = f"{percent(float(growth.step[place]))} on {'the year before' if follows else 'earlier years'}"
    sentence = (
        f"{amount(case.now[place])} ({change}), where its peers and its own past suggest {percent(expected)}; "
        f"{suspicion:.1f} times the limit."
    )
    return on_series(case, [row], EDIT, sentence, column=column, holds=True, suspicion=suspicion)


def _remarks(case: Case, growth: Growth, cells: Booleans) -> Iterator[Reason]:
    furthest = np.where(cells, np.nan_to_num(np.abs(growth.excess)), -1.0)
    places = {int(row): int(furthest[row].argmax()) for row in np.flatnonzero(cells.any(axis=1))}
    for measure in np.unique(case.measure):
        for large in (True, False):
            rows = [row for row in places if case.measure[row] == measure and case.of_consequence[row] == large]
            rows.sort(key=lambda row: -furthest[row, places[row]])
            if rows and large:
                moves = [_move(case, growth, row, places[row]) for row in rows]
                sentence = (
                    f"newest figures of large series moved; the furthest from their peers first: {listed(moves)}."
                )
                yield on_measure(case, rows, EDIT, sentence, holds=False, score=1.0)
            elif rows:
                names = listed([case.words_beside_others(row) for row in rows])
                sentence = f"new figures of small series that grew unusually ({int(cells[rows].sum())}): {names}."
                yield on_measure(case, rows, EDIT, sentence, holds=False, score=0.5)


def _move(case: Case, growth: Growth, row: int, column: int) -> str:
    step, excess = float(growth.step[row, column]), float(growth.excess[row, column])
    suggested = f" (suggested {percent(step - excess)})" if np.isfinite(excess) else ""
    return f"{case.words_beside_others(row)} {case.years[column]} {percent(step)}{suggested}"


def _noise(case: Case, growth: Growth) -> Floats:
    """Return by how much the limits of small numbers are wider: a count of 20 varies by chance, one of 20,000 does not."""
    chance = np.where(case.is_ratio[:, None], 0.0, np.nan_to_num(2 / np.abs(case.now)))
    return np.sqrt(1 + chance / growth.scale[:, None] ** 2)


def accompanied(case: Case, growth: Growth, row: int, column: int, apart: float) -> bool:
    """Return whether the economy jumped the same way, by another factor, in another measure or in its items at the median.

    A firm that moves its licences moves receipts and payments, and a wave of applications comes in all sectors; a wrong
    unit or currency moves all by one factor.
    """
    settings, shares = case.parameters, growth.excess[:, column] / growth.excess[row, column]
    is_apart = np.abs(growth.step[:, column] - growth.step[row, column]) > apart
    measures, items = (shares[kin[is_apart[kin]]] for kin in (case.kin(row), case.kin(row, "item")))
    with_items = len(items) >= settings.few and np.median(items) > settings.accompanied
    return bool(with_items or (measures > settings.accompanied).any())


def _whole_year(case: Case, growth: Growth, rows: Booleans) -> Iterator[Reason]:
    """Yield new years whose median growth is off its own past and off what other measures did in the same year."""
    settings = case.parameters
    is_ratio = bool(case.is_ratio[rows].any())
    common = case.is_country & (case.weight >= settings.common_weight)
    inside = np.flatnonzero(rows & (case.is_country & case.of_consequence if is_ratio else common))
    newest = growth.new & np.isfinite(growth.step) & (case.age == 0)
    counts = newest[inside].sum(axis=0)
    for column in np.flatnonzero(counts >= settings.few):
        middle = float(np.median(growth.step[inside, column][newest[inside, column]]))
        others, suggested, limit = _common_growth(case, growth, inside, int(column), common & ~rows & (not is_ratio))
        apart = abs(middle - suggested)
        if apart <= limit * settings.common_remark:
            continue
        year = int(case.years[column])
        sentence = (
            f"{counts[column]} figures of {year} changed by {percent(middle)} on the year before at the median, where {others} "
            f"suggest {percent(suggested)}; {apart / limit:.1f} times the limit. See whether it is a part of a year "
            "or another unit."
        )
        holds = apart > limit and not is_ratio
        yield on_measure(case, inside, EDIT, sentence, holds=holds, score=100.0 * apart, year=year)


def _common_growth(
    case: Case, growth: Growth, inside: Integers, column: int, others: Booleans
) -> tuple[str, float, float]:
    """Return what suggests another median growth of a year, that growth, and by how much the year may be off it.

    The reference is what the ``others``, common series of other measures, did in that year, else the measure's own past medians.
    """
    settings = case.parameters
    history = np.where(growth.new, np.nan, case.history)
    own = peer_medians(steps(history, history)[inside], settings.few)
    reference = peer_medians(growth.step[others], settings.peers_least)
    beyond = own - reference
    by, suggested, least = "other measures", 0.0, settings.common_floor
    if np.isfinite(reference[column]) and np.isfinite(beyond[:column]).sum() >= settings.same_years:
        own, suggested = beyond, float(reference[column])
    else:
        by, least = "earlier years", settings.common_alone / settings.common_deviations
    past = own[:column][-settings.growth_years :]
    past = past[np.isfinite(past)]
    centre = float(np.median(past)) if len(past) else 0.0
    scale = NORMAL * float(np.median(np.abs(past - centre))) if len(past) else 0.0
    return by, suggested + centre, settings.common_deviations * max(scale, least)
