"""Find the published figures that a question means, by codes, names and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES, COLUMNS, SERIES
from orchestration.core.errors import ReleaseError
from orchestration.core.suggestions import did_you_mean, matching
from orchestration.releases.area_names import AreaNames
from orchestration.releases.lineage import ReleaseFiles
from orchestration.releases.read_only import dicts

WORLD, TOTAL = "W00", "_T"
CHOICES_SHOWN = 20

_OPTIONS = ("measure", "clock", "authority", "basis", "source", "base_year")
"""Columns that a question may name by an option."""

_DISTINGUISHING = ("measure", "counterpart_area", "item", *_OPTIONS[1:], "vintage")
"""Columns that distinguish the figures of one metric, area and year, in the order in which they are shown."""


@dataclass(frozen=True)
class Question:
    """The words of a person. ``between`` are the words after the area: a counterpart, an item, or both.

    What is None is left open; ``vintage`` None is the latest.
    """

    metric: str
    area: str
    between: tuple[str, ...]
    year: int | None = None
    measure: str | None = None
    clock: str | None = None
    authority: str | None = None
    basis: str | None = None
    source: str | None = None
    vintage: str | None = None
    base_year: int | None = None


def find_figure(connection: duckdb.DuckDBPyConnection, release: ReleaseFiles, question: Question) -> tuple[str, int]:
    """Return the metric of the figure that is meant, and its row number in the table of all vintages.

    Where counterpart or item are left out, the world and the total are meant if such a figure exists.

    Raises:
        ReleaseError: a name is not known (the message names the nearest), there is no such figure (it names the years that
            exist), or there are several (it lists each with what distinguishes it).
    """
    rows = _meant(connection, release, question)
    rows.choose("year", str(question.year))
    rows.prefer("counterpart_area", WORLD)
    rows.prefer("item", TOTAL)
    if question.vintage is None:
        rows.prefer("is_latest", "true")
    else:
        rows.choose("vintage", question.vintage)
    return rows.metric, rows.single()


def find_series(
    connection: duckdb.DuckDBPyConnection, release: ReleaseFiles, question: Question, *, all_vintages: bool = False
) -> list[dict[str, Any]]:
    """Return the figures of all years that are meant, ordered by what distinguishes series, then by year.

    Where counterpart or item are left out, the world and the total are meant if such figures exist; else every item.

    Raises:
        ReleaseError: a name is not known (the message names the nearest), or the counterpart is left open (it lists them).
    """
    rows = _meant(connection, release, question)
    rows.prefer("counterpart_area", WORLD)
    rows.prefer("item", TOTAL)
    if question.vintage is not None:
        rows.choose("vintage", question.vintage)
    elif not all_vintages:
        rows.prefer("is_latest", "true")
    if len(counterparts := rows.values("counterpart_area")) > 1:
        failure = f"{rows.decided()} has figures with {len(counterparts)} counterparts"
        raise ReleaseError(failure, remedy=f"name a counterpart: {_listed(counterparts)}")
    return rows.ordered()


def _meant(connection: duckdb.DuckDBPyConnection, release: ReleaseFiles, question: Question) -> _Rows:
    """Return the figures of the metric, the areas, the item and the options of a question."""
    metric, areas = _metric(release, question.metric), AreaNames(connection)
    codes = connection.execute(
        f"select distinct area from {ALL_VINTAGES} where metric_id = $metric order by area", {"metric": metric}
    )
    known = {code: areas.names.get(code, "") for (code,) in codes.fetchall()}
    rows = _Rows(connection, metric, _area(areas, question.area, known, "area", metric))
    _keep_between(connection, rows, question.between, areas)
    for column in _OPTIONS:
        if (wanted := getattr(question, column)) is not None:
            rows.choose(column, str(wanted))
    return rows


class _Rows:
    """The figures of one metric and area that are still meant."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, metric: str, area: str) -> None:
        self.metric = metric
        self._kept = {"metric_id": metric, "area": area}
        rows = f"select rowid, * from {ALL_VINTAGES} where metric_id = $metric_id and area = $area"
        self._rows = dicts(connection.execute(rows, self._kept))

    def choose(self, column: str, wanted: str, names: Mapping[str, str] | None = None) -> None:
        """Keep the figures with this value or name; refuse one that no figure has."""
        values = self.values(column)
        known = {_text(value): (names or {}).get(value, "") for value in values}
        code = matching(wanted, known)
        if code is None:
            listed = _spans(values) if column == "year" else _listed(known)
            nearest = did_you_mean(wanted, known) if column != "year" else ""
            failure = f"no figures of {column.replace('_', ' ')} {wanted!r} for {self.decided()}"
            raise ReleaseError(failure, remedy=nearest or f"there are: {listed}")
        self.keep(column, code)

    def keep(self, column: str, value: str) -> None:
        """Keep the figures with this value."""
        self._kept[column] = value
        self._rows = [row for row in self._rows if _text(row[column]) == value]

    def prefer(self, column: str, value: str) -> None:
        """Keep the figures with this value where there are any, unless the column is decided."""
        if column not in self._kept and value in map(_text, self.values(column)):
            self.keep(column, value)

    def values(self, column: str) -> list[Any]:
        """Return every value of a column, ordered, the empty one last."""
        return sorted({row[column] for row in self._rows}, key=_nulls_last)

    def ordered(self) -> list[dict[str, Any]]:
        """Return every figure with the columns of the contract, along its series."""
        order = (*SERIES, "vintage", "year")
        rows = sorted(self._rows, key=lambda row: [_nulls_last(row[column]) for column in order])
        return [{column: row[column] for column in COLUMNS} for row in rows]

    def decided(self) -> str:
        """Return the question as far as it is decided."""
        return ", ".join(value for column, value in self._kept.items() if column != "is_latest")

    def single(self) -> int:
        """Return the row number of the only figure; refuse several."""
        if len(self._rows) == 1:
            return int(self._rows[0]["rowid"])
        rows = sorted(self._rows, key=lambda row: [_nulls_last(row[column]) for column in (*_DISTINGUISHING, "value")])
        differing = [column for column in _DISTINGUISHING if len({str(row[column]) for row in rows}) > 1]
        lines = [f"{len(rows)} figures match {self.decided()}:"]
        for row in rows[:CHOICES_SHOWN]:
            number = "no value" if row["value"] is None else f"{row['value']:,.10g} {row['unit']}"
            lines.append("  ".join([*(f"{column.replace('_', ' ')} {row[column]}" for column in differing), number]))
        lines += [f"and {len(rows) - CHOICES_SHOWN:,} more"] if len(rows) > CHOICES_SHOWN else []
        named = [column.removesuffix("_area") for column in differing if column in ("counterpart_area", "item")]
        options = [column for column in differing if column not in ("counterpart_area", "item")]
        steps = [f"name {' and '.join(named)}"] if named else []
        if options:
            steps.append(f"choose {' and '.join(options)}, such as --only {options[0]}={rows[0][options[0]]}")
        raise ReleaseError("\n  ".join(lines), remedy="; ".join(steps))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nulls_last(value: Any) -> tuple[bool, Any]:
    return (value is None, value)


def _metric(release: ReleaseFiles, wanted: str) -> str:
    waiting = release.content.get("no_data", {})
    known = dict.fromkeys([*release.content["metrics"], *waiting], "")
    metric = matching(wanted, known)
    if metric is None:
        raise _unknown(f"no metric {wanted!r} in the release", wanted, known)
    if metric in waiting:
        sources = " or ".join(waiting[metric])
        raise ReleaseError(f"{metric} has no data yet", remedy=f"fetch {sources} on the live feed (docs/live.md)")
    return metric


def _keep_between(connection: duckdb.DuckDBPyConnection, rows: _Rows, words: Sequence[str], areas: AreaNames) -> None:
    """Keep the figures of the counterpart and the item that the words between area and year mean."""
    if not words:
        return
    names = dict(connection.execute("select item, name from dim_service_item").fetchall())
    items = {code: names.get(code) or "" for code in rows.values("item")}
    counterparts = {code: areas.names.get(code, "") for code in rows.values("counterpart_area")}
    if len(words) == 2:
        rows.keep("counterpart_area", _area(areas, words[0], counterparts, "counterpart", rows.metric))
        rows.choose("item", words[1], names)
    elif (counterpart := matching(words[0], counterparts)) is not None:
        rows.keep("counterpart_area", counterpart)
    elif (
        item := matching(words[0], items)
    ) is not None:  # before further names of areas: SH is an item and Saint Helena
        rows.keep("item", item)
    elif (counterpart := areas.code(words[0], counterparts)) is not None:
        rows.keep("counterpart_area", counterpart)
    else:
        failure = f"{rows.metric} has no figures of counterpart or item {words[0]!r}"
        raise _unknown(failure, words[0], items | counterparts)


def _area(areas: AreaNames, wanted: str, known: Mapping[str, str], what: str, metric: str) -> str:
    """Return the code of an area that a metric has; an area that it lacks is refused by its name."""
    if (code := areas.code(wanted, known)) is not None:
        return code
    if (absent := areas.code(wanted)) is not None:
        failure = f"{metric} has no figures of {what} {absent} ({areas.names[absent]})"
        raise ReleaseError(failure, remedy=f"there are: {_listed(known)}")
    raise _unknown(f"{metric} has no figures of {what} {wanted!r}", wanted, known)


def _unknown(failure: str, wanted: str, known: Mapping[str, str]) -> ReleaseError:
    return ReleaseError(failure, remedy=did_you_mean(wanted, known) or f"there are: {_listed(known)}")


def _listed(codes: Iterable[str]) -> str:
    codes = sorted(codes)
    return ", ".join(codes[:CHOICES_SHOWN]) + (", ..." if len(codes) > CHOICES_SHOWN else "")


def _spans(years: Sequence[int]) -> str:
    """``2005-2016, 2018``."""
    ends = [years[0], *(year for pair in pairwise(years) if pair[1] - pair[0] > 1 for year in pair), years[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(ends[::2], ends[1::2], strict=True))
