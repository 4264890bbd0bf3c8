"""The fault catalogue: what can happen to official figures, as pure functions on a metric's frame.

Adding a fault is adding a function with ``@fault(...)``: its name is the fault's id, ``words`` describe what happened, ``hits``
yields the parts of a metric it is put into, one after the other. A fault that a metric cannot have raises ``NotApplicable`` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, SERIES

WORLD = "W00"
YUAN_PER_DOLLAR = 7.0
"""The order of magnitude of the exchange rate since 2008; a fault need not be exact."""

_COUNTRY = re.compile("[A-Z]{3}")
_WITHHELD = ("Q", "N", "L", "M", "O")
_OPPOSITES = (("exports", "imports"), ("receipts", "payments"))
_SERIES_AND_VINTAGE = [*SERIES, "vintage"]
_MEASURED = ["measure", "clock", "authority"]
"""What distinguishes one kind of figure from another: what is measured, by which clock, and at which office."""
_HALF_PAGES = 8
"""A source's rows are taken for four pages; half a page is one eighth of them."""

Mask: TypeAlias = "pd.Series[bool]"
"""Some of a frame's rows: one boolean for each."""

FaultFunction: TypeAlias = "Callable[[Subject, Mask], pd.DataFrame]"


class NotApplicable(Exception):  # noqa: N818 (an answer, not an error)
    """A metric cannot have a fault; the message says why."""


@dataclass(frozen=True)
class Subject:
    """One metric as a fault sees it: its frame, its formula in words, and all published frames beside it.

    ``economies`` are all countries, the one with the most newest US dollars in all published metrics first.
    """

    metric: str
    formula: str
    frames: Mapping[str, pd.DataFrame]
    economies: tuple[str, ...]

    @cached_property
    def frame(self) -> pd.DataFrame:
        return self.frames[self.metric]

    @cached_property
    def newest(self) -> Mask:
        """The rows that a release shows: only these come from payloads that were not guarded before."""
        return self.frame["is_latest"].astype(bool)

    def leading(self, count: int = 2) -> list[str]:
        """The largest economies that this metric has figures for."""
        held = set(self.frame.loc[self.newest & self.frame["value"].notna(), "area"])
        return [area for area in self.economies if area in held][:count]


@dataclass(frozen=True)
class Part:
    """The rows of a metric that a fault is put into, and what to call them."""

    label: str
    rows: Mask


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue."""

    id: str
    words: str
    apply: FaultFunction
    hits: Callable[[Subject], Iterator[Part]]

    def injections(self, subject: Subject) -> Iterator[tuple[str, pd.DataFrame]]:
        """The metric's frame with this fault, once for each part that can have it.

        Raises:
            NotApplicable: no part can; the reason is the first part's.
        """
        reasons: list[str] = []
        done = 0
        for part in self.hits(subject):
            try:
                frame = self.apply(subject, part.rows)
            except NotApplicable as reason:
                reasons.append(str(reason))
                continue
            if frame.equals(subject.frame):
                reasons.append("its figures remain as they are")
                continue
            done += 1
            yield part.label, frame
        if not done:
            raise NotApplicable(reasons[0] if reasons else "no part of it can have this fault")


CATALOGUE: dict[str, Fault] = {}
"""Every fault by its id, in the order of this file."""


def fault(
    words: str, hits: Callable[[Subject], Iterator[Part]], into: dict[str, Fault] = CATALOGUE
) -> Callable[[FaultFunction], FaultFunction]:
    """Register a function as a fault.

    Args:
        words: what happened, in plain words.
        hits: the parts of a metric that the fault is put into.
        into: the catalogue that the fault is added to.
    """

    def register(function: FaultFunction) -> FaultFunction:
        name = function.__name__
        if name in into:
            raise ValueError(f"two faults have the name {name}; each needs its own")
        into[name] = Fault(name, words, function, hits)
        return function

    return register


def economies_by_size(frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Countries by the sum of their newest US dollars over all metrics, the largest first."""
    dollars = [frame.loc[(frame["unit"] == "USD") & frame["is_latest"], ["area", "value"]] for frame in frames.values()]
    every = pd.concat(dollars)
    sums = (
        every[is_country(every["area"])].assign(value=lambda rows: rows["value"].abs()).groupby("area")["value"].sum()
    )
    return tuple(sums.sort_index().sort_values(ascending=False, kind="stable").index)


def is_country(areas: pd.Series[str]) -> Mask:
    """Which codes are a country's: three letters. The world is W00, other aggregates bear their publisher's name."""
    return areas.str.fullmatch(_COUNTRY.pattern).astype(bool)


# Which parts of a metric a fault is put into, one after the other.


def whole(subject: Subject) -> Iterator[Part]:
    """The whole frame at once."""
    yield Part("all", pd.Series(True, index=subject.frame.index))


def newest(subject: Subject) -> Iterator[Part]:
    """The newest vintage of everything at once."""
    yield Part("newest vintage", subject.newest)


def each_source(subject: Subject) -> Iterator[Part]:
    """The newest vintage of one source, each in turn."""
    for source in sorted(subject.frame["source"].unique()):
        yield Part(source, subject.newest & (subject.frame["source"] == source))


def each_series_of_figures(subject: Subject) -> Iterator[Part]:
    """The newest figures of one measure, clock, authority and source, each in turn."""
    frame = subject.frame
    valued = subject.newest & frame["value"].notna()
    for codes, found in frame[valued].groupby([*_MEASURED, "source"]):
        yield Part(f"{_measured(codes[:3])} of {codes[3]}", valued & frame.index.isin(found.index))


def each_leading_economy(subject: Subject) -> Iterator[Part]:
    """The newest rows of the largest and of the second largest economy."""
    leading = subject.leading()
    if not leading:
        raise NotApplicable("it holds no figure of a country")
    for area in leading:
        yield Part(area, subject.newest & (subject.frame["area"] == area))


def each_sampled_economy(subject: Subject) -> Iterator[Part]:
    """All rows of the largest, the second largest and, in alphabetical order, the middle economy, as area or counterpart."""
    frame = subject.frame
    countries = sorted(frame.loc[is_country(frame["area"]), "area"].unique())
    if len(countries) < 2:
        raise NotApplicable("it holds fewer than two countries")
    for area in dict.fromkeys([*subject.leading(), countries[len(countries) // 2]]):
        yield Part(area, (frame["area"] == area) | (frame["counterpart_area"] == area))


def each_sampled_partner(subject: Subject) -> Iterator[Part]:
    """All rows with the largest and, in alphabetical order, with the middle country as counterpart, where there are several."""
    frame = subject.frame
    held = frame.loc[subject.newest, "counterpart_area"]
    partners = sorted(held[is_country(held)].unique())
    if len(partners) < 2:
        raise NotApplicable("it holds fewer than two partners")
    for area in dict.fromkeys([_largest(subject, partners), partners[len(partners) // 2]]):
        yield Part(area, frame["counterpart_area"] == area)


def leading_partner(subject: Subject) -> Iterator[Part]:
    """The newest rows with the largest country as counterpart, where there are several."""
    first = next(each_sampled_partner(subject))
    yield Part(first.label, first.rows & subject.newest)


def _largest(subject: Subject, areas: list[str]) -> str:
    return next((area for area in subject.economies if area in areas), areas[0])


def each_leading_series(subject: Subject) -> Iterator[Part]:
    """For each measure, clock and authority, the longest newest series of the largest and of the second largest economy."""
    frame = subject.frame
    leading = subject.leading()
    if not leading:
        raise NotApplicable("it holds no figure of a country")
    valued = subject.newest & frame["value"].notna()
    for codes, found in frame[subject.newest].groupby(_MEASURED):
        for area in leading:
            own = valued & (frame["area"] == area) & frame.index.isin(found.index)
            if own.any():
                yield Part(f"{_measured(codes)} of {area}", _longest_series(frame, own))


def _measured(codes: Sequence[Hashable]) -> str:
    """A measure with its authority and clock, where it has any."""
    measure, clock, authority = codes
    at = f" at {authority}" if authority != NOT_APPLICABLE else ""
    by = f" by {clock}" if clock != NO_CLOCK else ""
    return f"{measure}{at}{by}"


def _longest_series(frame: pd.DataFrame, own: Mask) -> Mask:
    rows = frame[own]
    sizes = (
        rows.assign(size=rows["value"].abs()).groupby(_SERIES_AND_VINTAGE, dropna=False)["size"].agg(["count", "sum"])
    )
    longest = sizes.sort_index().sort_values(["count", "sum"], ascending=False, kind="stable").index[0]
    same = own.copy()
    for name, value in zip(_SERIES_AND_VINTAGE, longest, strict=True):
        same &= frame[name].isna() if pd.isna(value) else frame[name].eq(value).fillna(False)
    return same


# Values


@fault("figures a thousand times too large: thousands read as units", each_series_of_figures)
def unit_slip_thousandfold(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _multiplied(subject.frame, rows, 1000.0)


@fault("figures a thousand times too small: units read as thousands", each_series_of_figures)
def unit_slip_thousandth(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _multiplied(subject.frame, rows, 0.001)


@fault("the newest year alone in thousands, the history as it was", each_series_of_figures)
def unit_slip_newest_year(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame.loc[rows, "year"]
    if years.nunique() < 2:
        raise NotApplicable("it holds one year only; unit_slip_thousandth is the same")
    return _multiplied(subject.frame, rows & (subject.frame["year"] == years.max()), 0.001)


@fault("the sign of the figures turned", each_series_of_figures)
def sign_flip(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _multiplied(subject.frame, rows, -1.0)


@fault("a ratio turned upside down: what is divided by what was exchanged", each_series_of_figures)
def ratio_inverted(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    ratios = rows & (frame["unit"] == "PN") & (frame["value"] != 0)
    if not ratios.any():
        raise NotApplicable("it holds no ratio")
    return _with_values(frame, ratios, 1 / frame.loc[ratios, "value"])


@fault("China's figures in yuan instead of US dollars", each_series_of_figures)
def another_currency(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    money = rows & (frame["unit"] == "USD")
    if not money.any():
        raise NotApplicable("it holds no figures in money")
    chinese = money & ((frame["area"] == "CHN") | (frame["counterpart_area"] == "CHN"))
    if not chinese.any():
        raise NotApplicable("it holds no money of China's")
    return _multiplied(frame, chinese, YUAN_PER_DOLLAR)


@fault("an economy's figures added up twice: two of the publisher's codes mapped to one", each_leading_economy)
def country_doubled(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _multiplied(subject.frame, rows, 2.0)


@fault("the figures with a partner added up twice: two of the publisher's codes mapped to one", leading_partner)
def partner_doubled(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _multiplied(subject.frame, rows, 2.0)


@fault("one figure with a digit too many", each_leading_series)
def outlier(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame.loc[rows, "year"].sort_values()
    return _multiplied(subject.frame, rows & (subject.frame["year"] == years.iloc[len(years) // 2]), 10.0)


@fault("the newest figure repeats the year before", each_leading_series)
def frozen_series(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    year = frame.loc[rows, "year"].max()
    now, before = rows & (frame["year"] == year), rows & (frame["year"] == year - 1)
    if not before.any():
        raise NotApplicable("no series of a leading economy has two years that follow one another")
    return _with_values(frame, now, frame.loc[before, "value"].iloc[0])


@fault("the newest figure zero: an empty cell read as a number", each_leading_series)
def empty_as_zero(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame["year"]
    return _with_values(subject.frame, rows & (years == years[rows].max()), 0.0)


@fault("suppressed or missing cells read as zero", each_source)
def suppressed_as_zero(subject: Subject, rows: Mask) -> pd.DataFrame:
    withheld = rows & subject.frame["obs_status"].isin(_WITHHELD)
    if not withheld.any():
        raise NotApplicable("it holds no suppressed or missing cell")
    frame = _with_values(subject.frame, withheld, 0.0)
    frame.loc[withheld, "obs_status"] = "A"
    return frame


@fault("values lost, every tenth", newest)
def nulls(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _with_values(subject.frame, _every_tenth(rows & subject.frame["value"].notna()), np.nan)


# Areas, items, roles


@fault("codes lost, every tenth", newest)
def nulls_in_codes(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame.copy()
    frame.loc[_every_tenth(rows), "area"] = None
    return frame


@fault("exports and imports, or receipts and payments, exchanged", each_source)
def flows_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    held = set(frame["measure"])
    opposites = {name: _opposite(name) for name in held if _opposite(name) in held - {name}}
    if opposites:
        measures = frame["measure"].map(lambda name: opposites.get(name, name))
        return _with_codes(frame, rows, measure=measures)
    other = subject.frames.get(_opposite(subject.metric))
    if other is None or other is frame:
        raise NotApplicable("it has no opposite flow")
    instead = other[other["is_latest"] & other["source"].isin(frame.loc[rows, "source"])]
    if instead.empty:
        raise NotApplicable("its source has no opposite flow")
    named = instead.assign(metric_id=subject.metric, measure=instead["measure"].map(_opposite))
    return pd.concat([frame[~rows], named], ignore_index=True)


@fault("reporter and partner exchanged", each_source)
def partners_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    paired = rows & (frame["counterpart_area"] != WORLD)
    if not paired.any():
        raise NotApplicable("it holds no pair of partners")
    return _with_codes(frame, paired, area=frame["counterpart_area"], counterpart_area=frame["area"])


@fault("two economies exchanged, each with the other's figures", each_source)
def economies_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    held = set(subject.frame.loc[rows, "area"])
    leading = [area for area in subject.economies if area in held][:2]
    if len(leading) < 2:
        raise NotApplicable("it holds fewer than two countries")
    first, second = leading
    return _recoded(subject.frame, rows, {first: second, second: first})


@fault("an economy under an unknown code", each_leading_economy)
def changed_area_code(subject: Subject, rows: Mask) -> pd.DataFrame:
    code = subject.frame.loc[rows, "area"].iloc[0]
    return _recoded(subject.frame, subject.newest, {code: f"X{code[:2]}"})


@fault("an item under an unknown code", newest)
def changed_item_code(subject: Subject, rows: Mask) -> pd.DataFrame:
    item = subject.frame.loc[rows, "item"].value_counts().sort_index().idxmax()
    return _with_codes(subject.frame, rows & (subject.frame["item"] == item), item=f"Z{item}")


@fault("the world counted as a country", whole)
def world_as_country(subject: Subject, rows: Mask) -> pd.DataFrame:
    if not (subject.frame["area"] == WORLD).any():
        raise NotApplicable("it holds no figure of the world; see world_among_countries")
    return _recoded(subject.frame, rows, {WORLD: "WLD"})


@fault("a region counted as a country, under its publisher's code of three letters", whole)
def region_as_country(subject: Subject, rows: Mask) -> pd.DataFrame:
    areas = subject.frame["area"]
    regions = areas[areas.str.fullmatch("[A-Z]+_[A-Z]{3}").astype(bool)]
    if regions.empty:
        raise NotApplicable("no region in it has a code that looks like a country's")
    region = str(regions.value_counts().sort_index().idxmax())
    return _recoded(subject.frame, rows, {region: region.split("_", 1)[1]})


@fault("a row of the world among the countries", newest)
def world_among_countries(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    if (frame["area"] == WORLD).any():
        raise NotApplicable("the world is in it by definition")
    added = frame[rows & frame["area"].isin(subject.leading(1))].assign(area=WORLD)
    return pd.concat([frame, added], ignore_index=True)


# Rows


@fault("every row of an economy lost", each_sampled_economy)
def country_dropped(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _without(subject.frame, rows)


@fault("every row with a partner lost", each_sampled_partner)
def partner_dropped(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _without(subject.frame, rows)


@fault("rows twice, every tenth", whole)
def duplicated_rows(subject: Subject, rows: Mask) -> pd.DataFrame:
    return pd.concat([subject.frame, subject.frame[_every_tenth(rows)]], ignore_index=True)


@fault("half of a page missing", each_source)
def half_page_missing(subject: Subject, rows: Mask) -> pd.DataFrame:
    count = int(rows.sum())
    if count < 5 * _HALF_PAGES:
        raise NotApplicable("its publishers' answers are shorter than a page")
    place = rows.cumsum()[rows] - 1
    lost = place.index[(place >= count * 5 // _HALF_PAGES) & (place < count * 6 // _HALF_PAGES)]
    return subject.frame.drop(index=lost)


# Years and vintages


@fault("every year one too late", each_source)
def years_late(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _shifted(subject.frame, rows, 1)


@fault("every year one too early", each_source)
def years_early(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _shifted(subject.frame, rows, -1)


@fault("the older half of the history missing", each_source)
def truncated_history(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    years = sorted(frame.loc[rows, "year"].unique())
    if len(years) < 4:
        raise NotApplicable("it holds no history: fewer than four years")
    first = years[len(years) // 2]
    return _without(frame, rows & ((frame["year"] < first) | frame["base_year"].lt(first).fillna(False)))


@fault("an older vintage presented as the newest", each_source)
def stale_vintage(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    own = frame["source"].isin(frame.loc[rows, "source"])
    vintages = sorted(frame.loc[own, "vintage"].unique())
    if len(vintages) > 1:
        older = _with_codes(frame, own & (frame["vintage"] == vintages[-2]), vintage=vintages[-1], is_latest=True)
        return _without(older, own & (frame["vintage"] == vintages[-1]))
    years = frame.loc[rows, "year"]
    if years.nunique() < 2:
        raise NotApplicable("it holds one vintage and one year")
    return _without(frame, rows & (frame["year"] == years.max()))


@fault("superseded vintages shown as the newest beside it", whole)
def all_vintages_newest(subject: Subject, rows: Mask) -> pd.DataFrame:
    if subject.newest.all():
        raise NotApplicable("it holds no superseded row")
    return subject.frame.assign(is_latest=True)


@fault("a share of one vintage's part in another vintage's whole", newest)
def mixed_vintages(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    factor = pd.Series(1.0, index=frame.index)
    quotients = rows & frame["value"].notna() & _is_quotient(frame)
    for measure in frame.loc[quotients, "measure"].unique():
        own = quotients & (frame["measure"] == measure)
        factor[own] = _revision_factor(subject, frame[own], _formula_of(subject, measure))
    changed = factor.ne(1.0)
    if not changed.any():
        raise NotApplicable("it is no share of a series that is held in several vintages")
    return _with_values(frame, changed, frame["value"] * factor)


def _is_quotient(frame: pd.DataFrame) -> Mask:
    """Ratios, and percentages other than growth rates; the logarithm of a ratio is none."""
    plain = ~frame["measure"].str.startswith("log_") & ~frame["measure"].str.contains("difference|change")
    return plain & ((frame["unit"] == "PN") | ((frame["unit"] == "PT") & frame["base_year"].isna()))


def _formula_of(subject: Subject, measure: str) -> str:
    """The names of metric and measure, and the formula of the measure in the metric's description."""
    own = re.search(rf"\b{re.escape(measure)} = ([^;]*)", subject.formula)
    of_all = "" if " = " in subject.formula else subject.formula
    return f"{subject.metric} {measure} {own[1] if own else of_all}"


def _revision_factor(subject: Subject, figures: pd.DataFrame, formula: str) -> pd.Series[float]:
    """For each figure, the oldest by the newest value of the first series that its formula names; 1 where that is held once."""
    words = [word for word in re.findall("[a-z]+", formula) if any(word in pair for pair in _OPPOSITES)]
    series = next((frame for name, frame in subject.frames.items() if words and name == f"ip_{words[0]}"), None)
    if series is None:
        return pd.Series(1.0, index=figures.index)
    known = series[series["value"] > 0].sort_values("vintage").groupby(["area", "year", "source"])["value"]
    ratio = (known.first() / known.last())[known.size() > 1].groupby(["area", "year"]).first()
    found = ratio.reindex(pd.MultiIndex.from_frame(figures[["area", "year"]])).fillna(1.0)
    return pd.Series(found.to_numpy(), index=figures.index)


def _opposite(name: str) -> str:
    """A name with exports for imports, receipts for payments, and the other way round; itself where it names no flow."""
    turned = {word: other for pair in _OPPOSITES for word, other in (pair, pair[::-1])}
    return "_".join(turned.get(word, word) for word in name.split("_"))


# How a frame is changed: always a copy.


def _without(frame: pd.DataFrame, rows: Mask) -> pd.DataFrame:
    kept: pd.DataFrame = frame[~rows]
    return kept


def _multiplied(frame: pd.DataFrame, rows: Mask, factor: float) -> pd.DataFrame:
    return _with_values(frame, rows, frame["value"] * factor)


def _with_values(frame: pd.DataFrame, rows: Mask, values: pd.Series[float] | float) -> pd.DataFrame:
    """A copy with other values in some rows; a row without a value keeps none unless it is given one."""
    return frame.assign(value=frame["value"].mask(rows, values))


def _with_codes(frame: pd.DataFrame, rows: Mask, **codes: object) -> pd.DataFrame:
    changed: pd.DataFrame = frame.assign(**{name: frame[name].mask(rows, value) for name, value in codes.items()})
    return changed


def _recoded(frame: pd.DataFrame, rows: Mask, codes: Mapping[str, str]) -> pd.DataFrame:
    """A copy with other area codes, on both sides of a figure."""
    columns = {name: frame[name].replace(dict(codes)) for name in ("area", "counterpart_area")}
    return _with_codes(frame, rows, **columns)


def _shifted(frame: pd.DataFrame, rows: Mask, years: int) -> pd.DataFrame:
    return _with_codes(frame, rows, year=frame["year"] + years, base_year=frame["base_year"] + years)


def _every_tenth(rows: Mask) -> Mask:
    return rows & (rows.cumsum() % 10 == 1)
