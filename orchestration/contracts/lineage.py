"""How the rows of a published table are made of rows of others, as its model declares it and a release states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

STATUS, LATEST, ANY_LATEST = "weakest", "all_latest", "any_latest"
"""Default rules: the least certain status of the inputs, and whether all of them, or any, are the latest."""


@dataclass(frozen=True)
class Input:
    """The rows of one published table that feed a figure in one role.

    Args:
        role: name of the input in the formula; of several declarations, the first that matches counts.
        table: a mart, or a metric in all its vintages; ``from`` in declarations.
        same: columns that are equal in figure and input.
        where: SQL condition on figure.<column> and input.<column>.
        when: SQL condition on figure.<column>: which figures have it.
        newest_known: of the vintages of each source of the figure, take the newest that is not later than the figure's.
        value: column of the input that enters the formula.
        many: column that distinguishes several inputs of this role.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    role: str
    table: str
    same: tuple[str, ...] = ()
    where: str | None = None
    when: str | None = None
    newest_known: bool = False
    value: str = "value"
    many: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of the declaration, without defaults."""
        defaults = {field.name: field.default for field in fields(self)}
        stated = {name: value for name, value in vars(self).items() if value != defaults[name]}
        return {"from" if name == "table" else name: value for name, value in stated.items()}


@dataclass(frozen=True)
class Lineage:
    """Inputs of the rows of one table, and the SQL expression over their roles that gives a column.

    ``explains`` is that column. ``status`` and ``latest`` are SQL expressions over the inputs' that give ``obs_status``
    and ``is_latest``; None in a release that was published before they were declared. ``without_inputs`` is an SQL
    condition on figure.<column> for rows that state no figure and rest on none. Without inputs a table's rows name
    their place in a payload. ``across_vintages`` is the reason why a row may be made of several vintages of one source,
    which nothing but a comparison of vintages may.
    """

    table: str
    inputs: tuple[Input, ...] = ()
    recompute: str | None = None
    explains: str = "value"
    without_inputs: str | None = None
    across_vintages: str | None = None
    status: str | None = None
    latest: str | None = None

    @property
    def roles(self) -> dict[str, Input]:
        """The first declaration of every role."""
        roles: dict[str, Input] = {}
        for item in self.inputs:
            roles.setdefault(item.role, item)
        return roles

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object that ``from_json`` reads."""
        content = {**vars(self), "inputs": [item.as_json() for item in self.inputs]}
        return {name: value for name, value in content.items() if name != "table"}

    @classmethod
    def from_json(cls, table: str, content: Mapping[str, Any]) -> Lineage:
        """Return the lineage that a release states."""
        stated = {name: value for name, value in content.items() if value is not None}
        inputs = [with_table(item) for item in stated.pop("inputs", ())]
        return cls(table, tuple(Input(**{**item, "same": tuple(item.get("same", ()))}) for item in inputs), **stated)


def with_table(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the declaration of an input with the name of a field in the place of ``from``."""
    return {"table" if name == "from" else name: value for name, value in item.items()}
