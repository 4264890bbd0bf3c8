"""Find the published figures that a question means, by codes, names and years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb

from orchestration.contracts.metric import COLUMNS, SERIES
from orchestration.core.errors import ReleaseError
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.suggestions import did_you_mean, matching
from orchestration.releases.area_names import AreaNames
from orchestration.releases.release_store import ALL_VINTAGES, Release

WORLD, TOTAL = "W00", "_T"
CHOICES_SHOWN = 20

_OPTIONS = ("measure", "clock", "authority", "basis", "source", "base_year")
"""Columns that a question may name by an option."""

_DISTINGUISHING = ("measure", "counterpart_area", "item", *_OPTIONS[1:], "vintage")
"""Columns that distinguish the figures of one metric, area and year, in the order in which they are shown."""


@dataclass(frozen=True)
class Question:
    """What a person wrote. ``between`` are the words after the area: a counterpart, an item, or both.

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


def find_figure(connection: duckdb.DuckDBPyConnection, release: Release, question: Question) -> int:
    """The row number, in the table of all vintages, of the figure that is meant.

    Where counterpart or item are left out, the world and the total are meant if such a figure exists.

    Raises:
        ReleaseError: a name is not known (the message names the nearest), there is no such figure (it names the years that
            exist), or there are several (it lists each with what distinguishes it).
    """
    rows = _meant(connection, release, question)
    if question.year not in rows.values("year"):
        raise _refusal(
            f"no figure of {question.year} for {rows.decided()}; there are figures of {_spans(rows.values('year'))}",
            "ask for one of these years",
        )
    rows.keep("year", str(question.year))
    rows.prefer("counterpart_area", WORLD)
    rows.prefer("item", TOTAL)
    if question.vintage is None:
        rows.prefer("is_latest", "true")
    else:
        held = {str(value): "" for value in rows.values("vintage")}
        if question.vintage not in held:
            raise _refusal(
                f"no vintage {question.vintage!r} of {rows.decided()}; there are {', '.join(sorted(held))}",
                "ask for one of these vintages",
            )
        rows.keep("vintage", question.vintage)
    return rows.one()


def find_series(
    connection: duckdb.DuckDBPyConnection, release: Release, question: Question, *, all_vintages: bool = False
) -> list[dict[str, Any]]:
    """The figures of all years that are meant, ordered by what distinguishes series, then by year.

    Where counterpart or item are left out, the world and the total are meant if such figures exist; else every item.

    Raises:
        ReleaseError: a name is not known (the message names the nearest), or the counterpart is left open (it lists them).
    """
    rows = _meant(connection, release, question)
    rows.prefer("counterpart_area", WORLD)
    rows.prefer("item", TOTAL)
    if not all_vintages:
        rows.prefer("is_latest", "true")
    counterparts = rows.values("counterpart_area")
    if len(counterparts) > 1:
        names = AreaNames(connection).names
        raise _refusal(
            f"{rows.decided()} has figures with {len(counterparts)} counterparts",
            f"name a counterpart: {_some({code: names.get(code, '') for code in counterparts})}",
        )
    return rows.all()


def _meant(connection: duckdb.DuckDBPyConnection, release: Release, question: Question) -> _Rows:
    """The figures of the metric, the areas, the item and the options of a question."""
    metric = _metric(release, question.metric)
    rows = _Rows(connection, metric)
    areas = AreaNames(connection)
    rows.keep("area", _area(areas, question.area, _areas(connection, metric, "area"), "area", metric))
    for column, code in _between(connection, metric, question.between, areas):
        rows.keep(column, code)
    for column in _OPTIONS:
        if (wanted := getattr(question, column)) is not None:
            known = {str(value): "" for value in rows.values(column)} if column in rows.columns else {}
            rows.keep(column, _code(str(wanted), known, column.replace("_", " "), metric))
    return rows


class _Rows:
    """The figures of one metric that are still meant."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, metric: str) -> None:
        self._connection, self._kept = connection, {"metric_id": metric}
        described = connection.execute(f"select column_name from (describe {ALL_VINTAGES})").fetchall()
        self.columns = {str(row[0]) for row in described}
        """Those of the table; a release of before a column of the contract lacks it."""

    def keep(self, column: str, value: str) -> None:
        self._kept[column] = value

    def prefer(self, column: str, value: str) -> None:
        """Keep the figures with this value where there are any, unless the column is decided."""
        if column not in self._kept and value in {
            str(one).lower() if column == "is_latest" else str(one) for one in self.values(column)
        }:
            self.keep(column, value)

    def values(self, column: str) -> list[Any]:
        """Every value of a column, ordered."""
        return [row[0] for row in self._select(f"distinct {quoted(column)}", "order by all")]

    def all(self) -> list[dict[str, Any]]:
        """Every figure with all its columns, along its series."""
        columns = [column for column in COLUMNS if column in self.columns]
        order = ", ".join(quoted(column) for column in (*SERIES, "vintage", "year") if column in self.columns)
        found = self._select(", ".join(map(quoted, columns)), f"order by {order}")
        return [dict(zip(columns, row, strict=True)) for row in found]

    def decided(self) -> str:
        """The question as far as it is decided, in words."""
        return ", ".join(value for column, value in self._kept.items() if column != "is_latest")

    def one(self) -> int:
        distinguishing = [column for column in _DISTINGUISHING if column in self.columns]
        columns = (*distinguishing, "value", "unit", "rowid")
        rows = [dict(zip(columns, row, strict=True)) for row in self._select(", ".join(columns), "order by all")]
        if len(rows) == 1:
            return int(rows[0]["rowid"])
        differing = [column for column in distinguishing if len({str(row[column]) for row in rows}) > 1]
        lines = [f"{len(rows)} figures match {self.decided()}:", *_choices(rows, differing)]
        raise _refusal("\n  ".join(lines), _how_to_choose(rows, differing))

    def _select(self, what: str, order: str) -> list[tuple[Any, ...]]:
        conditions = " and ".join(f"cast({quoted(column)} as varchar) = ${column}" for column in self._kept)
        sql = f"select {what} from {ALL_VINTAGES} where {conditions} {order}"
        return self._connection.execute(sql, self._kept).fetchall()


def _choices(rows: Sequence[Mapping[str, Any]], differing: Sequence[str]) -> list[str]:
    shown = [
        "  ".join(f"{column.replace('_', ' ')} {row[column]}" for column in differing)
        + ("  no value" if row["value"] is None else f"  {row['value']:,.10g} {row['unit']}")
        for row in rows[:CHOICES_SHOWN]
    ]
    return shown + ([f"and {len(rows) - CHOICES_SHOWN:,} more"] if len(rows) > CHOICES_SHOWN else [])


def _how_to_choose(rows: Sequence[Mapping[str, Any]], differing: Sequence[str]) -> str:
    """What to add to the question: only columns that distinguish more rows than those before them."""
    chosen: list[str] = []
    for column in differing:
        if _distinct(rows, [*chosen, column]) > _distinct(rows, chosen):
            chosen.append(column)
    words = {"counterpart_area": "a counterpart", "item": "an item"}
    named = [words[column] for column in chosen if column in words]
    options = [column for column in chosen if column not in words]
    steps = [f"name {' and '.join(named)}"] if named else []
    steps += [f"choose {' and '.join(options)}, such as --only {options[0]}={rows[0][options[0]]}"] if options else []
    return "; ".join(steps)


def _distinct(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> int:
    return len({tuple(str(row[column]) for column in columns) for row in rows})


def _metric(release: Release, wanted: str) -> str:
    held = dict.fromkeys(release.content["metrics"], "")
    waiting = release.content.get("no_data", {})
    known = held | dict.fromkeys(waiting, "")
    metric = matching(wanted, known)
    if metric is None:
        nearest = did_you_mean(wanted, known) or f"there are: {', '.join(sorted(known))}"
        raise _refusal(f"no metric {wanted!r} in the release", nearest)
    if metric in waiting:
        raise _refusal(
            f"{metric} has no data yet",
            f"fetch {' or '.join(waiting[metric])} on the live feed (docs/live.md)",
        )
    return metric


def _areas(connection: duckdb.DuckDBPyConnection, metric: str, column: str) -> dict[str, str]:
    """Name by code of the areas that a metric has in a column."""
    found = connection.execute(
        f"select distinct held.{column}, coalesce(dim_area.name, '') from {ALL_VINTAGES} as held "
        f"left join dim_area on held.{column} = dim_area.area where metric_id = $metric",
        {"metric": metric},
    ).fetchall()
    return dict(sorted(found))


def _items(connection: duckdb.DuckDBPyConnection, metric: str) -> dict[str, str]:
    found = connection.execute(
        f"select distinct held.item, coalesce(dim_service_item.name, '') from {ALL_VINTAGES} as held "
        "left join dim_service_item using (item) where metric_id = $metric",
        {"metric": metric},
    ).fetchall()
    return dict(sorted(found))


def _between(
    connection: duckdb.DuckDBPyConnection, metric: str, words: Sequence[str], areas: AreaNames
) -> list[tuple[str, str]]:
    """Column and code of the words between area and year."""
    if not words:
        return []
    counterparts, items = _areas(connection, metric, "counterpart_area"), _items(connection, metric)
    if len(words) == 2:
        return [
            ("counterpart_area", _area(areas, words[0], counterparts, "counterpart", metric)),
            ("item", _code(words[1], items, "item", metric)),
        ]
    if (counterpart := matching(words[0], counterparts)) is not None:
        return [("counterpart_area", counterpart)]
    if (item := matching(words[0], items)) is not None:  # before further names of areas: SH is an item and Saint Helena
        return [("item", item)]
    if (counterpart := areas.code(words[0], counterparts)) is not None:
        return [("counterpart_area", counterpart)]
    raise _unknown(words[0], items | counterparts, "counterpart or item", metric)


def _area(areas: AreaNames, wanted: str, held: Mapping[str, str], what: str, metric: str) -> str:
    """The code of an area that a metric has; an area that it lacks is refused by its name."""
    if (code := areas.code(wanted, held)) is not None:
        return code
    if (absent := areas.code(wanted)) is not None:
        raise _refusal(
            f"{metric} has no figures of {what} {absent} ({areas.names[absent]})",
            f"there are: {_some(held)}",
        )
    raise _unknown(wanted, held, what, metric)


def _code(wanted: str, known: Mapping[str, str], what: str, metric: str) -> str:
    code = matching(wanted, known)
    if code is None:
        raise _unknown(wanted, known, what, metric)
    return code


def _unknown(wanted: str, known: Mapping[str, str], what: str, metric: str) -> ReleaseError:
    nearest = did_you_mean(wanted, known) or f"there are: {_some(known)}"
    return _refusal(f"{metric} has no figures of {what} {wanted!r}", nearest)


def _some(known: Mapping[str, str]) -> str:
    return ", ".join(sorted(known)[:CHOICES_SHOWN]) + (", ..." if len(known) > CHOICES_SHOWN else "")


def _spans(years: Sequence[int]) -> str:
    """``2005-2016, 2018``."""
    ends = [years[0], *(year for pair in pairwise(years) if pair[1] - pair[0] > 1 for year in pair), years[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(ends[::2], ends[1::2], strict=True))


def _refusal(failure: str, remedy: str) -> ReleaseError:
    return ReleaseError(failure, remedy=remedy)
