"""Explain a published figure: its inputs down to places in payloads, models, guards, revisions and events, from one release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from orchestration.contracts.metric import KEY, NAMED_IN
from orchestration.contracts.payload import Origin
from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json
from orchestration.ingestion.origin_cards import origin_from
from orchestration.releases.figure_inputs import Inputs, Recomputed
from orchestration.releases.figure_lookup import Question, find_figure
from orchestration.releases.figure_proof import Unexplained, unexplained
from orchestration.releases.lineage import Model, ReleaseLineage, read_lineage
from orchestration.releases.release_store import ALL_VINTAGES, Release, open_read_only, read_paper

YEARS_NEAR = 1
"""Policy events are shown from so many years before a figure's year to as many after it."""

_RECEIPT, _ORIGINS = "receipt.json", "origins.json"
_FIGURE = "figure"
_LINEAGE = ("source", "resource", "payload_sha256", "payload_pointer")


@dataclass(frozen=True)
class Place:
    """A place in a payload: its origin card and the pointer into it."""

    origin: Origin
    pointer: str


@dataclass(frozen=True)
class Node:
    """A published row that a figure rests on: ``value`` enters the formula as ``role``; it rests on ``inputs`` or on ``place``.

    ``row`` are its filled columns as published; ``formula`` and ``recomputed`` say how its inputs give its value, status
    and whether it is the latest.
    """

    role: str
    table: str
    row: Mapping[str, Any]
    value: float | None
    formula: str | None
    recomputed: Recomputed | None
    inputs: tuple[Node, ...]
    place: Place | None

    def places(self) -> Iterator[Place]:
        """Every place in a payload that it rests on."""
        if self.place:
            yield self.place
        for one in self.inputs:
            yield from one.places()

    def tables(self) -> Iterator[str]:
        """Yield the published tables that the row rests on, inputs first and its own last."""
        for node in self.inputs:
            yield from node.tables()
        yield self.table


@dataclass(frozen=True)
class Guard:
    """One expectation of the metric's suite, as it was evaluated before the release appeared."""

    expectation: str
    fault: str
    observed: str
    passed: bool


@dataclass(frozen=True)
class Explanation:
    """A figure and everything that the release knows about it.

    ``figure`` is the published row; ``names`` the names of its codes, by column; ``metric`` its reader-facing description;
    ``chain`` the models from raw to metric with their tests; ``revisions`` the same figure in every vintage, oldest first;
    ``events`` policy events near its year.
    """

    release: str
    figure: Node
    names: Mapping[str, str]
    metric: Mapping[str, Any]
    chain: Sequence[Model]
    suite: Mapping[str, Any]
    guards: Sequence[Guard]
    revisions: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Coverage:
    """Coverage of the explanations of a release: figures by metric, number of places by payload, and unexplained rows."""

    figures: Mapping[str, int]
    places: Sequence[tuple[Origin, int]]
    unexplained: Sequence[Unexplained]


def explain(release: Release, question: Question) -> Explanation:
    """The explanation of the figure that is meant.

    Raises:
        ReleaseError: no figure or several are meant (see ``find_figure``), or the release is too old to explain any.
    """
    lineage = read_lineage(release)
    with open_read_only(release.database) as connection:
        row = find_figure(connection, release, question)
        figure = _Lookup(connection, release, lineage).figure(row)
        metric = figure.table
        sources = {place.origin.source for place in figure.places()}
        suite = read_paper(release.folder, _RECEIPT)["suites"][metric]
        return Explanation(
            release=release.id,
            figure=figure,
            names=_names(connection, figure.row),
            metric=lineage.metrics[metric],
            chain=lineage.chain(dict.fromkeys(figure.tables()), sources),
            suite={name: suite[name] for name in ("rows", "evaluated", "passed", "suite_sha256")},
            guards=[
                Guard(one["expectation"], one["fault"], one["observed"], one["passed"]) for one in suite["results"]
            ],
            revisions=_revisions(connection, figure.row),
            events=_events(connection, figure.row),
        )


def explain_all(release: Release) -> Coverage:
    """Every figure of the release, looked up at once by the code that explains one.

    Raises:
        ReleaseError: the release is too old to explain any.
    """
    lineage = read_lineage(release)
    origins = _origins(release)
    with bounded_database(release.database) as connection:
        wrong = unexplained(connection, lineage.tables, lineage.metrics, (sha256 for _, _, sha256 in origins))
        counts = Inputs(connection, lineage.tables, lineage.metrics).places_counted()
        places = [(_origin(origins, *payload), count) for *payload, count in counts]
        counted = connection.execute(f"select metric_id, count(*) from {ALL_VINTAGES} group by all order by all")
        return Coverage(dict(counted.fetchall()), places, wrong)


def places_of(release: Release) -> Iterator[tuple[Origin, list[str]]]:
    """Every payload that figures of the release rest on, with the pointers of all their places; one payload at a time.

    Raises:
        ReleaseError: the release is too old to explain any.
    """
    lineage = read_lineage(release)
    origins = _origins(release)
    with bounded_database(release.database) as connection:
        places = Inputs(connection, lineage.tables, lineage.metrics).places()
        for payload, own in groupby(places, key=itemgetter(0, 1, 2)):
            yield _origin(origins, *payload), [pointer for *_, pointer in own]


class _Lookup:
    """Rows of one open release with everything that they rest on, one query a table and level."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, release: Release, lineage: ReleaseLineage) -> None:
        self._connection = connection
        self._lineages = lineage.tables
        self._inputs = Inputs(connection, lineage.tables, lineage.metrics)
        self._origins = _origins(release)

    def figure(self, row: int) -> Node:
        """The figure in a row of the table of all vintages."""
        found = self._connection.execute(f"select metric_id from {ALL_VINTAGES} where rowid = $row", {"row": row})
        ((metric,),) = found.fetchall()
        return self._nodes(metric, [row])[row]

    def _nodes(self, table: str, wanted: Sequence[int]) -> dict[int, Node]:
        """Nodes by row number of some rows of one table."""
        rows = self._rows(table, wanted)
        edges, recomputed = self._inputs.of(table, wanted)
        below: dict[str, dict[int, None]] = defaultdict(dict)
        for edge in edges:
            below[edge.input[0]][edge.input[1]] = None
        nodes = {(name, row): node for name, some in below.items() for row, node in self._nodes(name, [*some]).items()}
        lineage = self._lineages[table]
        found = {}
        for number, row in rows.items():
            # one row may enter a formula in several roles, each with another of its columns
            own = [
                replace(nodes[edge.input], role=edge.role, value=edge.value)
                for edge in edges
                if edge.figure[1] == number
            ]
            found[number] = Node(
                role=_FIGURE,
                table=table,
                row={name: value for name, value in row.items() if value is not None and name not in _LINEAGE[1:]},
                value=row.get(lineage.explains),
                formula=lineage.recompute,
                recomputed=recomputed.get(number) if own else None,
                inputs=tuple(own),
                place=self._place(row) if not lineage.inputs else None,
            )
        return found

    def _rows(self, table: str, wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
        numbers = ", ".join(str(int(row)) for row in wanted)
        found = self._connection.execute(f"select * from {self._inputs.rows(table)} where row_id in ({numbers})")
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {int(row.pop("row_id")): row for row in rows}

    def _place(self, row: Mapping[str, Any]) -> Place:
        source, resource, sha256, pointer = (row[name] for name in _LINEAGE)
        return Place(_origin(self._origins, source, resource, sha256), pointer)


def _origins(release: Release) -> dict[tuple[str, str, str], Origin]:
    """The origin cards of a release by source, resource and SHA-256."""
    cards = [origin_from(card, _ORIGINS) for card in read_json(release.folder / _ORIGINS)]
    return {(card.source, card.resource, card.sha256): card for card in cards}


def _origin(origins: Mapping[tuple[str, str, str], Origin], source: str, resource: str, sha256: str) -> Origin:
    """The card of a payload; of the same bytes for another resource where this one's rows are renamed on the way."""
    found = origins.get((source, resource, sha256))
    found = found or next((card for (_, _, other), card in origins.items() if other == sha256), None)
    if found is None:
        raise ReleaseError(
            f"{_ORIGINS} has no origin card of a payload behind the figure",
            payload=f"{source}/{resource} sha256:{sha256[:12]}",
            remedy="verify the release: bilateral releases verify",
        )
    return found


def _names(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> dict[str, str]:
    """The names of a figure's codes, by column; codes without a name are left out."""
    found = {}
    for column, (table, key, _) in NAMED_IN.items():
        rows = connection.execute(f"select name from {table} where {key} = $code", {"code": figure[column]}).fetchall()
        if rows and rows[0][0]:
            found[column] = str(rows[0][0])
    return found


def _revisions(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figure in every vintage of its source, oldest first, each with its change from the one before in percent."""
    columns = {row[0] for row in connection.execute(f"select column_name from (describe {ALL_VINTAGES})").fetchall()}
    keys = [
        key for key in KEY if key in columns and key != "vintage"
    ]  # an earlier release may lack a column of the key
    same = " and ".join(f"{key} is not distinct from ${key}" for key in keys)
    found = connection.execute(
        f"select vintage, value, obs_status, release_first_seen from {ALL_VINTAGES} where {same} order by vintage",
        {key: figure.get(key) for key in keys},
    ).fetchall()
    revisions: list[dict[str, Any]] = []
    before: float | None = None
    for vintage, value, status, first_seen in found:
        change = 100 * (value - before) / abs(before) if before and value is not None else None
        revisions.append(
            {
                "vintage": vintage,
                "value": value,
                "obs_status": status,
                "change_percent": change,
                "release_first_seen": first_seen,
            }
        )
        before = value if value is not None else before
    return revisions


def _events(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Policy events within a year of the figure's that touch one of its areas or the world, in the order of their dates."""
    found = connection.execute(
        "select * from dim_policy_event where abs(year(date) - $year) <= $near "
        "and list_has_any(string_split(areas, ';'), $areas) order by date, event_id",
        {
            "year": figure["year"],
            "near": YEARS_NEAR,
            "areas": sorted({figure["area"], figure["counterpart_area"], "W00"}),
        },
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
