"""The nodes of the dbt project: models, seeds, source tables, data tests and unit tests, with their constraints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from orchestration.core.sql_quoting import name as quoted

Stated: TypeAlias = Mapping[str, Any]
"""What dbt's manifest states of a node, column or constraint."""


@dataclass(frozen=True)
class Constraint:
    """A constraint of a model: its name in messages, its clause, and the condition on rows that break it."""

    name: str
    clause: str
    broken_where: str


@dataclass(frozen=True)
class Node:
    """A node of the project; ``file`` and ``path`` are relative to the project and to the folder of its kind.

    Args:
        parents: keys of the nodes that it reads.
        attached: key of the table that a data test judges.
        test: name and arguments of a generic data test; empty for others.
        stated: the whole entry of the manifest.
    """

    key: str
    kind: str
    name: str
    path: str
    file: str
    schema: str
    description: str
    columns: Mapping[str, Stated]
    config: Stated
    parents: tuple[str, ...]
    attached: str
    test: Stated
    stated: Stated

    @property
    def layer(self) -> str:
        """The folder of a model, such as ``marts``."""
        return self.path.partition("/")[0]

    @property
    def is_metric(self) -> bool:
        """Whether it is a published metric."""
        return self.kind == "model" and self.layer == "metrics"

    @property
    def meta(self) -> Stated:
        """Its ``config.meta``."""
        return self.config.get("meta") or {}

    @property
    def has_contract(self) -> bool:
        """Whether dbt enforces a contract on it."""
        return bool(self.config.get("contract", {}).get("enforced"))

    @property
    def never_null(self) -> set[str]:
        """The columns whose contract requires a value."""
        return {name for stated, columns in self._constraints() if stated["type"] == "not_null" for name in columns}

    def constraints(self) -> Iterator[Constraint]:
        """Yield the constraints of a model: those of its columns, then its own."""
        return (_constraint(stated, columns) for stated, columns in self._constraints())

    def primary_key(self) -> list[str]:
        """Return the columns of its primary key, if it has one."""
        keys = (columns for stated, columns in self._constraints() if stated["type"] == "primary_key")
        return list(next(keys, ()))

    def create_table_columns(self) -> str:
        """Return a contract's columns and constraints in the parentheses of CREATE TABLE."""
        columns = [
            f"{quoted(name)} {column['data_type']}{' not null' if name in self.never_null else ''}"
            for name, column in self.columns.items()
        ]
        return f"({', '.join([*columns, *(constraint.clause for constraint in self.constraints())])})"

    def _constraints(self) -> Iterator[tuple[Stated, Sequence[str]]]:
        for column in self.columns.values():
            yield from ((stated, [column["name"]]) for stated in column.get("constraints") or ())
        yield from ((stated, stated["columns"]) for stated in self.stated.get("constraints") or ())


def node_of(key: str, stated: Stated, kind: str) -> Node:
    """Return the node of an entry of the manifest; ``kind`` is that of an entry without one."""
    return Node(
        key=key,
        kind=stated.get("resource_type", kind),
        name=stated.get("name", key),
        path=stated.get("path", ""),
        file=stated.get("original_file_path", ""),
        schema=stated.get("schema", ""),
        description=stated.get("description") or "",
        columns=stated.get("columns") or {},
        config=stated.get("config") or {},
        parents=tuple(stated.get("depends_on", {}).get("nodes", ())),
        attached=stated.get("attached_node") or "",
        test=stated.get("test_metadata") or {},
        stated=stated,
    )


def _constraint(stated: Stated, columns: Sequence[str]) -> Constraint:
    kind, expression, names = str(stated["type"]), stated.get("expression"), ", ".join(map(quoted, columns))
    if kind == "check":
        return Constraint(stated.get("name") or f"check ({expression})", f"check ({expression})", f"not ({expression})")
    if kind == "not_null":
        return Constraint(f"not_null {', '.join(columns)}", f"check ({names} is not null)", f"{names} is null")
    repeated = f"({names}) in (select ({names}) from model group by {names} having count(*) > 1)"
    if kind == "primary_key":
        is_null = " or ".join(f"{quoted(column)} is null" for column in columns)
        return Constraint(f"primary_key {'+'.join(columns)}", f"primary key ({names})", f"{is_null} or {repeated}")
    return Constraint(f"unique {', '.join(columns)}", f"unique ({names})", repeated)
