"""Find the published figures that a question means, by codes, names and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import ALL_VINTAGES, COLUMNS, SERIES
from orchestration.core.errors import ReleaseError
from orchestration.core.suggestions import did_you_mean, matching, normal_name
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.reading.read_only import dicts
from orchestration.reading.vintage_dates import DESCRIPTIONS as DATES

if TYPE_CHECKING:
    import duckdb

CHOICES_SHOWN = 20
PREFERRED_SINCE = 3
"""First release format in which a metric's own table has its preferred rows."""

_OPTIONS = ("measure", "clock", "authority", "basis", "source", "base_year", "year")
"""Columns that a question may name besides areas, item and vintage, in the order of filtering."""

_DISTINGUISHING = ("measure", "counterpart_area", "item", *_OPTIONS[1:-1], "vintage")
"""Columns that distinguish figures of one metric, area and year, in display order."""

_ALIASES = """
select name as alias, area from dim_area_code where kind = 'country' and not contains(name, ';')
union
select code as alias, area from dim_area_code where kind = 'country' and regexp_matches(code, '^[A-Za-z]+$')
"""
"""Other names and codes of areas."""


@dataclass(frozen=True)
class Question:
    """A question as typed; None leaves a field open. ``between`` has counterpart, item or both, after the area."""

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


def has_preferred(content: Mapping[str, Any]) -> bool:
    """Return whether a release with this ``release.json`` has preferred rows under a metric's own name."""
    return int(content.get("format", 1)) >= PREFERRED_SINCE


def find_figure(
    connection: duckdb.DuckDBPyConnection, content: Mapping[str, Any], question: Question
) -> tuple[str, int]:
    """Return the metric of the figure that a question means and its row number in the table of all vintages.

    An omitted counterpart or item means the world or the total if such a figure exists; of several matching
    figures, the preferred one counts.

    Args:
        content: the ``release.json`` of the open release.

    Raises:
        ReleaseError: a name is unknown (the message suggests the nearest), the figure does not exist (it lists the
        years that do), or several match (it lists what distinguishes them).
    """
    figures = _MatchingFigures(connection, content, question)
    return figures.metric, figures.single()


def find_series(
    connection: duckdb.DuckDBPyConnection,
    content: Mapping[str, Any],
    question: Question,
    *,
    all_series: bool = False,
    all_vintages: bool = False,
) -> list[dict[str, Any]]:
    """Return the figures of all matching years, ordered by what distinguishes series, then by year.

    Only preferred figures count if there are any, unless ``all_series`` or ``all_vintages`` is set. An omitted
    counterpart or item means the world or the total if such figures exist; else every item.

    Raises:
        ReleaseError: a name is unknown (the message suggests the nearest), or the counterpart is open (it lists them).
    """
    figures = _MatchingFigures(connection, content, question, all_series=all_series, all_vintages=all_vintages)
    if len(counterparts := figures.values("counterpart_area")) > 1:
        failure = f"{figures.decided()} has figures with {len(counterparts)} counterparts"
        raise ReleaseError(failure, remedy=f"name a counterpart: {_listed(counterparts)}")
    columns = COLUMNS if has_preferred(content) else [column for column in COLUMNS if column != "is_preferred"]
    return figures.rows((*columns, *figures.dates()), (*SERIES, "vintage", "year"))


def other_series(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return source, basis and years of series that extend the preferred one, longest first; empty without one."""
    first, *_ = rows
    if not first.get("is_preferred"):
        return []
    same = [column for column in ("metric_id", *SERIES) if column not in ("source", "basis", "base_year")]
    values: dict[str, Any] = {column: first[column] for column in same}
    values["years"] = [row["year"] for row in rows if row["value"] is not None]
    values["growth"] = first["base_year"] and first["year"] - first["base_year"]
    return dicts(
        connection.execute(
            "select source, basis, min(year) as first_year, max(year) as last_year, count(distinct year) as years "
            f"from {ALL_VINTAGES} where {' and '.join(f'{column} = ${column}' for column in same)} "
            "and is_latest and not is_preferred and value is not null "
            "and year - base_year is not distinct from $growth "
            "group by source, basis having bool_or(not list_contains($years, year)) order by years desc, source, basis",
            values,
        )
    )


class _MatchingFigures:
    """The figures that a question means; open fields mean the world, the total and the latest."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        content: Mapping[str, Any],
        question: Question,
        *,
        all_series: bool = False,
        all_vintages: bool = False,
    ) -> None:
        self.metric = _metric(content, question.metric)
        self._connection, self._kept = connection, {"metric_id": self.metric}
        areas, aliases = _area_names(connection)
        items = dict(connection.execute("select item, name from dim_service_item").fetchall())
        self._names = {"area": areas, "counterpart_area": areas, "item": items}
        self._aliases = {"area": aliases, "counterpart_area": aliases}
        self._choose("area", question.area)
        if len(question.between) == 1:
            (word,) = question.between
            counterparts, own_items = self._known("counterpart_area"), self._known("item")
            # an item before other names of areas: SH is an item and Saint Helena
            is_item = matching(word, own_items) is not None and matching(word, counterparts) is None
            if not is_item and matching(word, counterparts, aliases) is None:
                raise self._lacking("counterpart or item", word, own_items | counterparts)
            self._choose("item" if is_item else "counterpart_area", word)
        else:
            for column, word in zip(("counterpart_area", "item"), question.between, strict=False):
                self._choose(column, word)
        for column in _OPTIONS:
            if (wanted := getattr(question, column)) is not None:
                self._choose(column, str(wanted))
        self._prefer("counterpart_area", WORLD)
        if has_preferred(content) and not (all_series or all_vintages or question.vintage):
            self._prefer("is_preferred", "true")
        self._prefer("item", TOTAL)
        if question.vintage is not None:
            self._choose("vintage", question.vintage)
        elif not all_vintages:
            self._prefer("is_latest", "true")

    def values(self, column: str) -> list[str]:
        """Return every value of a column as text, sorted."""
        rows = self.rows([f"distinct {column}::varchar as code"], ["code"])
        return [row["code"] for row in rows if row["code"] is not None]

    def rows(self, columns: Iterable[str], order: Iterable[str]) -> list[dict[str, Any]]:
        """Return columns of the figures, sorted, empty values last."""
        kept = " and ".join(f"{column}::varchar = ${column}" for column in self._kept)
        sql = f"select {', '.join(columns)} from {ALL_VINTAGES} where {kept} order by {', '.join(order)}"
        return dicts(self._connection.execute(sql, self._kept))

    def dates(self) -> list[str]:
        """Return the columns about the dates of vintages; empty for releases of earlier versions."""
        held = self._connection.execute(f"select column_name from (describe {ALL_VINTAGES})").fetchall()
        return [column for column in DATES if (column,) in held]

    def decided(self) -> str:
        """Return the question with its resolved codes."""
        return ", ".join(value for column, value in self._kept.items() if not column.startswith("is_"))

    def _choose(self, column: str, wanted: str) -> None:
        """Keep the figures with this value or name; raise if there are none."""
        known, aliases = self._known(column), self._aliases.get(column)
        code = matching(wanted, known, aliases)
        if code is None:
            is_absent = matching(wanted, self._names.get(column, {}), aliases) is not None
            raise self._lacking(column.removesuffix("_area").replace("_", " "), wanted, known, is_absent=is_absent)
        self._kept[column] = code

    def _prefer(self, column: str, value: str) -> None:
        """Keep the figures with this value if there are any, unless the column is decided."""
        if column not in self._kept and value in self.values(column):
            self._kept[column] = value

    def _known(self, column: str) -> dict[str, str]:
        """Return the name of every value of a column, empty for a value without one."""
        return {value: self._names.get(column, {}).get(value) or "" for value in self.values(column)}

    def _lacking(self, what: str, wanted: str, known: Mapping[str, str], *, is_absent: bool = False) -> ReleaseError:
        """Return the error for an unknown value: the nearest values, the span of years, or all areas that exist."""
        nearest = "" if is_absent or what == "year" else did_you_mean(wanted, known)
        listed = " to ".join(sorted({min(known), max(known)})) if what == "year" else _listed(known)
        failure = f"no figures of {what} {wanted!r} for {self.decided()}"
        return ReleaseError(failure, remedy=nearest or f"there are: {listed}")

    def single(self) -> int:
        """Return the row number of the only figure; raise if there are several."""
        rows = self.rows(("rowid", "value", "unit", *_DISTINGUISHING), (*_DISTINGUISHING, "value"))
        if len(rows) == 1:
            return int(rows[0]["rowid"])
        differing = [column for column in _DISTINGUISHING if len({str(row[column]) for row in rows}) > 1]
        lines = [f"{len(rows)} figures match {self.decided()}:"]
        for row in rows[:CHOICES_SHOWN]:
            number = "no value" if row["value"] is None else f"{row['value']:,.10g} {row['unit']}"
            lines.append("  ".join([*(f"{column.replace('_', ' ')} {row[column]}" for column in differing), number]))
        lines += [f"and {len(rest):,} more"] if (rest := rows[CHOICES_SHOWN:]) else []
        named = [column.removesuffix("_area") for column in differing if column in ("counterpart_area", "item")]
        options = [column for column in differing if column not in ("counterpart_area", "item")]
        steps = [f"name {' and '.join(named)}"] if named else []
        if options:
            steps.append(f"choose {' and '.join(options)}, such as --only {options[0]}={rows[0][options[0]]}")
        raise ReleaseError("\n  ".join(lines), remedy="; ".join(steps))


def _area_names(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Return area names by code, and codes by other unambiguous names (see ``normal_name``); ISO codes come first."""
    codes: dict[str, set[str]] = {}
    for alias, area in connection.execute(_ALIASES).fetchall():
        codes.setdefault(normal_name(alias), set()).add(area)
    iso = connection.execute("select iso2, area from dim_area where iso2 is not null").fetchall()
    aliases = {alias: areas.pop() for alias, areas in codes.items() if len(areas) == 1}
    names = dict(connection.execute("select area, name from dim_area order by area").fetchall())
    return names, aliases | {normal_name(code): area for code, area in iso}


def _metric(content: Mapping[str, Any], wanted: str) -> str:
    waiting = content.get("no_data", {})
    known = dict.fromkeys([*content["metrics"], *waiting], "")
    metric = matching(wanted, known)
    if metric is None:
        remedy = did_you_mean(wanted, known) or f"there are: {_listed(known)}"
        raise ReleaseError(f"no metric {wanted!r} in the release", remedy=remedy)
    if metric in waiting:
        sources = " or ".join(waiting[metric])
        raise ReleaseError(f"{metric} has no data yet", remedy=f"fetch {sources} on the live feed (docs/live.md)")
    return metric


def _listed(codes: Iterable[str]) -> str:
    codes = sorted(codes)
    return ", ".join(codes[:CHOICES_SHOWN]) + (", ..." if codes[CHOICES_SHOWN:] else "")
