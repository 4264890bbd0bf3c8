"""The fault catalogue: what can happen to official figures, as pure functions on the frame of a metric.

A fault is a function with ``@fault(words, hits)``: its name is the fault's id, ``words`` describe what happened, and ``hits`` yields the
parts of a metric that it is put into, one after the other. A fault that a metric cannot have raises ``NotApplicable`` with the reason.
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
_OPPOSITES = {"exports": "imports", "imports": "exports", "receipts": "payments", "payments": "receipts"}
_SERIES_AND_VINTAGE = [*SERIES, "vintage"]
_MEASURED = ["measure", "clock", "authority"]
"""What distinguishes one kind of figure from another: what is measured, by which clock, and at which office."""

_HALF_PAGES = 8
"""The rows of a source are taken for four pages; half a page is one eighth of them."""

Mask: TypeAlias = "pd.Series[bool]"
"""A selection of the rows of a frame."""

Part: TypeAlias = tuple[str, Mask]
"""The label and the rows of the part of a metric that a fault is put into."""

Hits: TypeAlias = "Callable[[Subject], Iterator[Part]]"
Injection: TypeAlias = "Callable[[Subject, Mask], pd.DataFrame]"


class NotApplicable(Exception):  # noqa: N818 (an answer, not an error)
    """A metric cannot have a fault; the message states why."""


@dataclass(frozen=True)
class Subject:
    """One metric as a fault sees it: its frame, its formula in words, and the frames of all published metrics.

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

    @cached_property
    def newest_figures(self) -> Mask:
        return self.newest & self.frame["value"].notna()

    def leading(self, among: Mask | None = None) -> list[str]:
        """Return the two largest economies that have figures, or rows in ``among``."""
        areas = set(self.frame.loc[self.newest_figures if among is None else among, "area"])
        return [area for area in self.economies if area in areas][:2]


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue."""

    id: str
    words: str
    apply: Injection
    hits: Hits

    def injections(self, subject: Subject) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the frame of a metric with this fault, once for each part that can have it.

        Raises:
            NotApplicable: no part can; the reason is that of the first part.
        """
        reasons: list[str] = []
        injected = 0
        for label, rows in self.hits(subject):
            try:
                frame = self.apply(subject, rows)
            except NotApplicable as reason:
                reasons.append(str(reason))
                continue
            if frame.equals(subject.frame):
                reasons.append("its figures remain as they are")
                continue
            injected += 1
            yield label, frame
        if not injected:
            raise NotApplicable(reasons[0] if reasons else "no part of it can have this fault")


CATALOGUE: dict[str, Fault] = {}
"""Every fault by its id."""


def _add(name: str, words: str, hits: Hits, apply: Injection) -> None:
    CATALOGUE[name] = Fault(name, words, apply, hits)


def fault(words: str, hits: Hits) -> Callable[[Injection], None]:
    """Add a function to the catalogue under its name."""
    return lambda apply: _add(apply.__name__, words, hits, apply)


def economies_by_size(frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return the countries by the sum of their newest US dollars over all metrics, the largest first."""
    dollars = [frame.loc[(frame["unit"] == "USD") & frame["is_latest"], ["area", "value"]] for frame in frames.values()]
    rows = pd.concat(dollars)
    sums = rows[_is_country(rows["area"])].assign(value=lambda row: row["value"].abs()).groupby("area")["value"].sum()
    return tuple(sums.sort_index().sort_values(ascending=False, kind="stable").index)


def _is_country(areas: pd.Series[str]) -> Mask:
    """Return which codes have the three letters of a country's. The world is W00, and other aggregates have the name of a publisher."""
    return areas.str.fullmatch(_COUNTRY.pattern).astype(bool)


def _require(rows: Mask, reason: str) -> Mask:
    """Return the rows.

    Raises:
        NotApplicable: there are none.
    """
    if not rows.any():
        raise NotApplicable(reason)
    return rows


# Which parts of a metric a fault is put into, one after the other.


def whole(subject: Subject) -> Iterator[Part]:
    """The whole frame at once."""
    yield "all", pd.Series(True, index=subject.frame.index)


def newest(subject: Subject) -> Iterator[Part]:
    """The newest vintage of everything at once."""
    yield "newest vintage", subject.newest


def each_source(subject: Subject) -> Iterator[Part]:
    """The newest vintage of one source, each in turn."""
    for source in sorted(subject.frame["source"].unique()):
        yield source, subject.newest & (subject.frame["source"] == source)


def each_series_of_figures(subject: Subject) -> Iterator[Part]:
    """The newest figures of one measure, clock, authority and source, each in turn."""
    figures = subject.newest_figures
    for codes, group in subject.frame[figures].groupby([*_MEASURED, "source"]):
        yield f"{_measured(codes[:3])} of {codes[3]}", figures & figures.index.isin(group.index)


def each_leading_economy(subject: Subject) -> Iterator[Part]:
    """The newest rows of the largest and of the second largest economy."""
    for area in _leading(subject):
        yield area, subject.newest & (subject.frame["area"] == area)


def each_sampled_economy(subject: Subject) -> Iterator[Part]:
    """All rows of the largest, the second largest and, in alphabetical order, the middle economy, as area or counterpart."""
    frame = subject.frame
    countries = sorted(frame.loc[_is_country(frame["area"]), "area"].unique())
    if len(countries) < 2:
        raise NotApplicable("it has fewer than two countries")
    for area in dict.fromkeys([*subject.leading(), countries[len(countries) // 2]]):
        yield area, (frame["area"] == area) | (frame["counterpart_area"] == area)


def each_sampled_partner(subject: Subject) -> Iterator[Part]:
    """All rows with the largest and, in alphabetical order, with the middle country as counterpart, where there are several."""
    counterparts = subject.frame.loc[subject.newest, "counterpart_area"]
    partners = sorted(counterparts[_is_country(counterparts)].unique())
    if len(partners) < 2:
        raise NotApplicable("it has fewer than two partners")
    largest = next((area for area in subject.economies if area in partners), partners[0])
    for area in dict.fromkeys([largest, partners[len(partners) // 2]]):
        yield area, subject.frame["counterpart_area"] == area


def leading_partner(subject: Subject) -> Iterator[Part]:
    """The newest rows with the largest country as counterpart, where there are several."""
    label, rows = next(each_sampled_partner(subject))
    yield label, rows & subject.newest


def each_leading_series(subject: Subject) -> Iterator[Part]:
    """For each measure, clock and authority, the longest newest series of the largest and of the second largest economy."""
    frame = subject.frame
    leading = _leading(subject)
    for codes, group in frame[subject.newest].groupby(_MEASURED):
        for area in leading:
            own = subject.newest_figures & (frame["area"] == area) & frame.index.isin(group.index)
            if own.any():
                yield f"{_measured(codes)} of {area}", _longest_series(frame, own)


def _leading(subject: Subject) -> list[str]:
    if not (leading := subject.leading()):
        raise NotApplicable("it has no figure of a country")
    return leading


def _measured(codes: Sequence[Hashable]) -> str:
    """Return a measure with its authority and clock, where it has any."""
    measure, clock, authority = codes
    at = f" at {authority}" if authority != NOT_APPLICABLE else ""
    by = f" by {clock}" if clock != NO_CLOCK else ""
    return f"{measure}{at}{by}"


def _longest_series(frame: pd.DataFrame, own: Mask) -> Mask:
    sizes = frame.loc[own, "value"].abs()
    series = frame[own].groupby(_SERIES_AND_VINTAGE, dropna=False)["value"].ngroup()
    order = sizes.groupby(series).agg(["count", "sum"]).sort_values(["count", "sum"], ascending=False, kind="stable")
    return own & frame.index.isin(series.index[series == order.index[0]])


# Faults that need more than a line


@fault("the newest year alone in thousands, the history as it was", each_series_of_figures)
def unit_slip_newest_year(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame.loc[rows, "year"]
    if years.nunique() < 2:
        raise NotApplicable("it has one year only; unit_slip_thousandth is the same")
    return _multiplied(subject.frame, rows & (subject.frame["year"] == years.max()), 0.001)


@fault("a ratio turned upside down: what is divided by what was exchanged", each_series_of_figures)
def ratio_inverted(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    ratios = _require(rows & (frame["unit"] == "PN") & (frame["value"] != 0), "it has no ratio")
    return _with_values(frame, ratios, 1 / frame.loc[ratios, "value"])


@fault("China's figures in yuan instead of US dollars", each_series_of_figures)
def another_currency(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    money = _require(rows & (frame["unit"] == "USD"), "it has no figures in money")
    chinese = money & ((frame["area"] == "CHN") | (frame["counterpart_area"] == "CHN"))
    return _multiplied(frame, _require(chinese, "it has no money of China's"), YUAN_PER_DOLLAR)


@fault("one figure with a digit too many", each_leading_series)
def outlier(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame.loc[rows, "year"].sort_values()
    return _multiplied(subject.frame, rows & (subject.frame["year"] == years.iloc[len(years) // 2]), 10.0)


@fault("the newest figure repeats the year before", each_leading_series)
def frozen_series(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    year = frame.loc[rows, "year"].max()
    now, before = rows & (frame["year"] == year), rows & (frame["year"] == year - 1)
    _require(before, "no series of a leading economy has two years that follow one another")
    return _with_values(frame, now, frame.loc[before, "value"].iloc[0])


@fault("the newest figure zero: an empty cell read as a number", each_leading_series)
def empty_as_zero(subject: Subject, rows: Mask) -> pd.DataFrame:
    years = subject.frame["year"]
    return _with_values(subject.frame, rows & (years == years[rows].max()), 0.0)


@fault("suppressed or missing cells read as zero", each_source)
def suppressed_as_zero(subject: Subject, rows: Mask) -> pd.DataFrame:
    withheld = rows & subject.frame["obs_status"].isin(_WITHHELD)
    _require(withheld, "it has no suppressed or missing cell")
    return _with_codes(subject.frame, withheld, value=0.0, obs_status="A")


@fault("values lost, every tenth", newest)
def nulls(subject: Subject, rows: Mask) -> pd.DataFrame:
    return _with_values(subject.frame, _every_tenth(rows & subject.frame["value"].notna()), np.nan)


@fault("exports and imports, or receipts and payments, exchanged", each_source)
def flows_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    measures = set(frame["measure"])
    opposites = {name: _opposite(name) for name in measures if _opposite(name) in measures - {name}}
    if opposites:
        return _with_codes(frame, rows, measure=frame["measure"].replace(opposites))
    opposite = subject.frames.get(_opposite(subject.metric))
    if opposite is None or opposite is frame:
        raise NotApplicable("it has no opposite flow")
    instead = opposite[opposite["is_latest"] & opposite["source"].isin(frame.loc[rows, "source"])]
    if instead.empty:
        raise NotApplicable("its source has no opposite flow")
    named = instead.assign(metric_id=subject.metric, measure=instead["measure"].map(_opposite))
    return pd.concat([frame[~rows], named], ignore_index=True)


@fault("reporter and partner exchanged", each_source)
def partners_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    paired = _require(rows & (frame["counterpart_area"] != WORLD), "it has no pair of partners")
    return _with_codes(frame, paired, area=frame["counterpart_area"], counterpart_area=frame["area"])


@fault("two economies exchanged, each with the other's figures", each_source)
def economies_exchanged(subject: Subject, rows: Mask) -> pd.DataFrame:
    if len(leading := subject.leading(rows)) < 2:
        raise NotApplicable("it has fewer than two countries")
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
    _require(subject.frame["area"] == WORLD, "it has no figure of the world; see world_among_countries")
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
    added = frame[rows & frame["area"].isin(subject.leading()[:1])].assign(area=WORLD)
    return pd.concat([frame, added], ignore_index=True)


@fault("half of a page missing", each_source)
def half_page_missing(subject: Subject, rows: Mask) -> pd.DataFrame:
    count = int(rows.sum())
    if count < 5 * _HALF_PAGES:
        raise NotApplicable("its publishers' answers are shorter than a page")
    place = rows.cumsum()[rows] - 1
    lost = place.index[(place >= count * 5 // _HALF_PAGES) & (place < count * 6 // _HALF_PAGES)]
    return subject.frame.drop(index=lost)


@fault("the older half of the history missing", each_source)
def truncated_history(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame: pd.DataFrame = subject.frame
    years = sorted(frame.loc[rows, "year"].unique())
    if len(years) < 4:
        raise NotApplicable("it has no history: fewer than four years")
    first = years[len(years) // 2]
    return pd.DataFrame(frame[~(rows & ((frame["year"] < first) | frame["base_year"].lt(first).fillna(False)))])


@fault("an older vintage presented as the newest", each_source)
def stale_vintage(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    own = frame["source"].isin(frame.loc[rows, "source"])
    vintages = sorted(frame.loc[own, "vintage"].unique())
    if len(vintages) > 1:
        older = _with_codes(frame, own & (frame["vintage"] == vintages[-2]), vintage=vintages[-1], is_latest=True)
        return pd.DataFrame(older[~(own & (frame["vintage"] == vintages[-1]))])
    years = frame.loc[rows, "year"]
    if years.nunique() < 2:
        raise NotApplicable("it has one vintage and one year")
    return pd.DataFrame(frame[~(rows & (frame["year"] == years.max()))])


@fault("superseded vintages shown as the newest beside it", whole)
def all_vintages_newest(subject: Subject, rows: Mask) -> pd.DataFrame:
    if subject.newest.all():
        raise NotApplicable("it has no superseded row")
    return subject.frame.assign(is_latest=True)


@fault("a share of one vintage's part in another vintage's whole", newest)
def mixed_vintages(subject: Subject, rows: Mask) -> pd.DataFrame:
    frame = subject.frame
    factor = pd.Series(1.0, index=frame.index)
    quotients = rows & frame["value"].notna() & _is_quotient(frame)
    for measure in frame.loc[quotients, "measure"].unique():
        own = quotients & (frame["measure"] == measure)
        factor[own] = _revision_factor(subject, frame[own], _formula_of(subject, measure))
    changed = _require(factor.ne(1.0), "it is no share of a series with several vintages")
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
    """For each figure, the oldest by the newest value of the first series that its formula names; 1 where that has one vintage."""
    flow = next((word for word in re.findall("[a-z]+", formula) if word in _OPPOSITES), None)
    series = subject.frames.get(f"ip_{flow}")
    if series is None:
        return pd.Series(1.0, index=figures.index)
    known = series[series["value"] > 0].sort_values("vintage").groupby(["area", "year", "source"])["value"]
    ratio = (known.first() / known.last())[known.size() > 1].groupby(["area", "year"]).first()
    factor = ratio.reindex(pd.MultiIndex.from_frame(figures[["area", "year"]])).fillna(1.0)
    return pd.Series(factor.to_numpy(), index=figures.index)


def _opposite(name: str) -> str:
    """Return a name with exports for imports, receipts for payments, and the reverse; itself where it names no flow."""
    return "_".join(_OPPOSITES.get(word, word) for word in name.split("_"))


# How a frame is changed: always a copy.


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


# Faults of one line

_add(
    "unit_slip_thousandfold",
    "figures a thousand times too large: thousands read as units",
    each_series_of_figures,
    lambda subject, rows: _multiplied(subject.frame, rows, 1000.0),
)
_add(
    "unit_slip_thousandth",
    "figures a thousand times too small: units read as thousands",
    each_series_of_figures,
    lambda subject, rows: _multiplied(subject.frame, rows, 0.001),
)
_add(
    "sign_flip",
    "the sign of the figures turned",
    each_series_of_figures,
    lambda subject, rows: _multiplied(subject.frame, rows, -1.0),
)
_add(
    "country_doubled",
    "the figures of an economy added up twice: two codes mapped to one",
    each_leading_economy,
    lambda subject, rows: _multiplied(subject.frame, rows, 2.0),
)
_add(
    "partner_doubled",
    "the figures with a partner added up twice: two codes mapped to one",
    leading_partner,
    lambda subject, rows: _multiplied(subject.frame, rows, 2.0),
)
_add(
    "nulls_in_codes",
    "codes lost, every tenth",
    newest,
    lambda subject, rows: _with_codes(subject.frame, _every_tenth(rows), area=None),
)
_add(
    "country_dropped", "every row of an economy lost", each_sampled_economy, lambda subject, rows: subject.frame[~rows]
)
_add(
    "partner_dropped", "every row with a partner lost", each_sampled_partner, lambda subject, rows: subject.frame[~rows]
)
_add("years_late", "every year one too late", each_source, lambda subject, rows: _shifted(subject.frame, rows, 1))
_add("years_early", "every year one too early", each_source, lambda subject, rows: _shifted(subject.frame, rows, -1))
_add(
    "duplicated_rows",
    "rows twice, every tenth",
    whole,
    lambda subject, rows: pd.concat([subject.frame, subject.frame[_every_tenth(rows)]], ignore_index=True),
)
