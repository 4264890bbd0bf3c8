"""Explain a published figure from one release: its inputs down to payload pointers, guards, revisions and events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import ALL_VINTAGES, KEY, NAMED_IN
from orchestration.methods.codes import WORLD
from orchestration.reading.figure_lookup import Question, find_figure
from orchestration.reading.figure_notes import notes_of
from orchestration.reading.lineage import Inputs, ReleaseLineage
from orchestration.reading.read_only import dicts

if TYPE_CHECKING:
    import duckdb

_PLACE = ("resource", "payload_sha256", "payload_pointer")


def explain(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    content: Mapping[str, Any],
    lineage: ReleaseLineage,
    suites: Mapping[str, Any],
    origins: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the explanation of the figure that ``find_figure`` finds, as JSON described in docs/explain.md.

    Args:
        content: the ``release.json`` of the open release.
        suites: the results of its suites by metric, from its receipt.
        origins: the origin cards of its payloads.
    """
    metric, number = find_figure(connection, content, question)
    figure = _Explained(connection, lineage.tables, lineage.metrics).nodes(metric, [number], origins)[number]
    row = figure["row"]
    return {
        "release": content["id"],
        "figure": row,
        "names": _names(connection, row),
        "notes": notes_of(connection, row),
        "metric": lineage.metrics[metric],
        "formula": figure["formula"],
        "inputs": figure["inputs"],
        "guards": {name: suites[metric][name] for name in ("rows", "evaluated", "passed", "suite_sha256")},
        "revisions": _revisions(connection, row),
        "policy_events": _events(connection, row),
    }


def payloads_of(inputs: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the payload pointers that an explanation rests on, each with its origin card."""
    for node in inputs:
        if "payload" in node:
            yield node["payload"]
        yield from payloads_of(node.get("inputs", ()))


class _Explained(Inputs):
    """Rows with their inputs, queried once per table and level."""

    def nodes(
        self, table: str, numbers: Sequence[int], origins: Sequence[Mapping[str, Any]]
    ) -> dict[int, dict[str, Any]]:
        """Return rows of one table by row number, as the inputs of an explanation."""
        lineage, edges = self._lineages[table], self.of(table, numbers)
        below: dict[str, set[int]] = defaultdict(set)
        for _, _, name, input_row, _ in edges:
            below[name].add(input_row)
        inputs = {name: self.nodes(name, sorted(rows), origins) for name, rows in below.items()}
        own: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for number, role, name, input_row, value in edges:  # a row may enter in several roles, each with another column
            own[number].append({**inputs[name][input_row], "role": role, "value": value})
        listed, nodes = ", ".join(map(str, numbers)), {}
        for row in dicts(self._connection.execute(f"select * from {self.rows(table)} where row_id in ({listed})")):
            number = int(row.pop("row_id"))
            computed: dict[str, Any] = {"formula": lineage.recompute, "inputs": own[number]}
            nodes[number] = {
                "role": "figure",
                "value": row.get(lineage.explains),
                "table": table,
                "row": {name: value for name, value in row.items() if value is not None and name not in _PLACE},
                **(computed if lineage.inputs else {"payload": _place(row, origins)}),
            }
        return nodes


def _place(row: Mapping[str, Any], origins: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    resource, sha256, pointer = (row[name] for name in _PLACE)
    # a payload may have arrived for another resource too; these rows rename it
    cards = [card for card in origins if card["sha256"] == sha256]
    origin = min(cards, key=lambda card: (card["source"], card["resource"]) != (row["source"], resource))
    return {"origin": origin, "pointer": pointer}


def _names(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of a figure's codes, by column; omit codes without a name."""
    return {
        column: str(name)
        for column, (table, key, _) in NAMED_IN.items()
        for (name,) in connection.execute(f"select name from {table} where {key} = ?", [figure[column]]).fetchall()
        if name
    }


def _revisions(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figure in every vintage of its source, oldest first, each with its change in percent."""
    keys = [key for key in KEY if key != "vintage"]
    same = " and ".join(f"{key} is not distinct from ${key}" for key in keys)
    before = "nullif(lag(value ignore nulls) over (order by vintage), 0)"
    return dicts(
        connection.execute(
            f"select vintage, value, obs_status, 100 * (value - {before}) / abs({before}) as change_percent, "
            f"release_first_seen from {ALL_VINTAGES} where {same} order by vintage",
            {key: figure.get(key) for key in keys},
        )
    )


def _events(connection: duckdb.DuckDBPyConnection, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return policy events within a year of the figure that concern one of its areas or the world, by date."""
    cursor = connection.execute(
        "select * from dim_policy_event where abs(year(date) - $year) <= 1 "
        "and list_has_any(string_split(areas, ';'), $areas) order by date, event_id",
        {"year": figure["year"], "areas": [figure["area"], figure["counterpart_area"], WORLD]},
    )
    return dicts(cursor)
