"""Suite files: what each may hold, and the Great Expectations expectations that they expand to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.contracts.metric import COLUMNS, KEY
from orchestration.core.errors import GuardError
from orchestration.guards.guard_columns import GUARD_COLUMNS

Number: TypeAlias = int | float
Text: TypeAlias = Annotated[str, Field(min_length=1)]
Codes: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]
Kind = TypeVar("Kind", bound=BaseModel)


_SIZES = ("_to_be_between", "_to_contain_set")
"""How the types of expectations end that confine sizes, counts and years, or demand that rows are there."""

_RATIOS = ("change_ratio", "vintage_ratio")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Purpose(_Strict):
    """Which faults of the catalogue an entry is for, and the vintage from which on it can hold."""

    faults: tuple[str, ...] = ()
    since: date | None = None
    every_vintage: bool = False
    """Whether it holds of vintages that nobody has reviewed as well, although it confines sizes or demands rows."""

    def expectation(self, kind: str, fault: str, where: str | None, **kwargs: Any) -> dict[str, Any]:
        """An expectation about the rows of a condition."""
        chosen = {"row_condition": where} if where else {}
        meta = Meta(fault=fault, faults=self.faults, since=self.since, every_vintage=self.every_vintage)
        return _expectation(kind, {**kwargs, **chosen}, meta)


class Meta(_Purpose):
    """Why an expectation is there: the fault in words, and the faults of the catalogue that it must see."""

    fault: Text


class Expectation(_Strict):
    """One expectation as Great Expectations writes it; rows are chosen by ``row_condition``, in the syntax of ``DataFrame.query``."""

    type: Annotated[str, Field(pattern="^expect_[a-z_]+$")]
    kwargs: dict[str, Any]
    meta: Meta

    def expanded(self) -> Iterator[dict[str, Any]]:
        yield _expectation(self.type, self.kwargs, self.meta)


class Shared(Expectation):
    """An expectation of every metric. Values that begin with ``$`` come from the metric contract or the metric's own file."""

    optional: bool = False
    """Whether it is left out where a metric's file lacks the value."""


class Rows(_Purpose):
    """A least, and perhaps a largest, number of rows."""

    where: Text | None = None
    between: tuple[int, int | None]
    fault: Text | None = None

    def expanded(self) -> Iterator[dict[str, Any]]:
        missing = "rows are missing: an economy dropped, part of a page lost, the history cut, a source read in part"
        fault = missing if self.between[1] is None else f"{missing}; or a join multiplied rows"
        yield self.expectation(
            "expect_table_row_count_to_be_between",
            self.fault or fault,
            self.where,
            min_value=self.between[0],
            max_value=self.between[1],
        )


class History(_Purpose):
    """The years between which a series must begin, and between which it must end."""

    where: Text
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None

    def expanded(self) -> Iterator[dict[str, Any]]:
        for kind, bounds, fault in (
            ("min", self.first, "the beginning of the history is missing, or every year is one too late"),
            ("max", self.last, "the newest year is missing: a stale vintage, or every year is one too early"),
        ):
            if bounds:
                yield self.expectation(
                    f"expect_column_{kind}_to_be_between",
                    fault,
                    self.where,
                    column="year",
                    min_value=bounds[0],
                    max_value=bounds[1],
                )

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if not (self.first or self.last):
            raise ValueError("first and last are both missing")
        return self


class Anchor(_Purpose):
    """Figures confined by independent evidence, or for a fault in words: the rows exist, and each lies within the bounds."""

    where: Text
    between: tuple[Number, Number]
    evidence: Text | None = None
    fault: Text | None = None

    def expanded(self) -> Iterator[dict[str, Any]]:
        for kind in ("min", "max"):
            yield self.expectation(
                f"expect_column_{kind}_to_be_between",
                self.fault
                or "a unit slip, a sign flip, a swapped direction, the wrong economy or year, or no such row; "
                f"evidence: {self.evidence}",
                self.where,
                column="value",
                min_value=self.between[0],
                max_value=self.between[1],
            )

    @model_validator(mode="after")
    def _has_one_ground(self) -> Self:
        if (self.evidence is None) == (self.fault is None):
            raise ValueError("exactly one of evidence and fault is needed")
        return self


class ContractFile(_Strict):
    """What all metrics share: codes that a metric's file may replace, and expectations."""

    codes: dict[str, Codes] = {}
    expectations: tuple[Shared, ...]


class SuiteFile(_Strict):
    """What is particular to one metric."""

    name: str
    codes: dict[str, Codes] = {}
    """The codes that each column may hold."""
    years: tuple[int, int | None] | None = None
    """The earliest and perhaps the latest year that a figure may have."""
    rows: tuple[Rows, ...] = ()
    history: tuple[History, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    without: dict[str, Annotated[str, Field(min_length=20)]] = {}
    """Shared expectations that do not apply to the metric, by their labels, each with the reason."""
    exceptions: dict[str, dict[str, Text]] = {}
    """Faults that may pass unseen: by the fault's id, for each part of the metric, the reason."""


def read_suite_file(path: Path, model: type[Kind]) -> Kind:
    """A suite file, read strictly.

    Raises:
        GuardError: the file is not JSON, a key is given twice, or an entry is not as declared; names file and entry.
    """
    try:
        return model.model_validate_json(json.dumps(json.loads(path.read_bytes(), object_pairs_hook=_unrepeated)))
    except ValidationError as error:
        offences = [f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()]
        raise _broken(path, "; ".join(offences)) from error
    except ValueError as error:
        raise _broken(path, f"not JSON: {error}") from error


def expanded(path: Path, suite: SuiteFile, contract: ContractFile) -> list[dict[str, Any]]:
    """The expectations that a metric's file and the shared file expand to, the shared ones first.

    Each holds in its meta the ``entry`` of the file that it comes from.

    Raises:
        GuardError: the metric's file lacks a value that a shared expectation needs, or excepts one that there is not.
    """
    values = _values(suite, contract)
    unused = {name for name in values if name.startswith("$codes.")} | set(suite.without)
    found: list[dict[str, Any]] = []
    for place, shared in enumerate(contract.expectations):
        needed = [value for value in shared.kwargs.values() if isinstance(value, str) and value.startswith("$")]
        (item,) = shared.expanded()
        unused -= {*needed, label(item)}
        lacking = [name for name in needed if name not in values]
        if label(item) in suite.without or (lacking and shared.optional):
            continue
        if lacking:
            raise _broken(
                path, f"{lacking[0].removeprefix('$')} is missing; the shared expectation {label(item)} needs it"
            )
        item["meta"]["every_vintage"] = True
        item["kwargs"] = {name: values[value] if value in needed else value for name, value in item["kwargs"].items()}
        found.append(_from_entry(item, f"shared expectations[{place}]"))
    if unused:
        raise _broken(path, f"no shared expectation uses {', '.join(sorted(unused))}")
    for name in ("rows", "history", "anchors", "expectations"):
        for place, entry in enumerate(getattr(suite, name)):
            found += [_from_entry(item, f"{name}[{place}]") for item in entry.expanded()]
    return found


def is_bound(expectation: Mapping[str, Any]) -> bool:
    """Whether an expectation judges the vintages and areas alone that a person reviewed.

    So does what confines sizes, counts, years or ratios and what demands that rows are there, unless it says
    ``every_vintage``: passing time and a wider feed move these. Codes, units, keys and empty cells are judged in every row.
    """
    sizes = expectation["type"].endswith(_SIZES) or expectation["kwargs"].get("column") in _RATIOS
    return sizes and not expectation["meta"].get("every_vintage", False)


def is_of_presence(expectation: Mapping[str, Any]) -> bool:
    """Whether an expectation fails where the rows that it chooses are missing; others judge each row by itself."""
    return not expectation["type"].startswith(("expect_column_values_", "expect_column_pair_values_"))


def label(expectation: Mapping[str, Any]) -> str:
    """An expectation in one line: its type without the common words, its columns and its condition."""
    kwargs = expectation["kwargs"]
    kind = str(expectation["type"]).removeprefix("expect_").removeprefix("column_").removeprefix("values_")
    columns = kwargs.get("column_list", [])
    given = kwargs.get("column") or (columns if isinstance(columns, str) else "+".join(columns))
    pair = f"{kwargs['column_A']} > {kwargs['column_B']}" if "column_A" in kwargs else None
    return f"{kind}({' | '.join(str(item) for item in (given or pair, kwargs.get('row_condition')) if item)})"


def _values(suite: SuiteFile, contract: ContractFile) -> dict[str, Any]:
    """The values of the names in shared expectations."""
    values: dict[str, Any] = {
        "$metric": [suite.name],
        "$columns": [*COLUMNS, *GUARD_COLUMNS],
        "$key": list(KEY),
        "$key_of_newest": [name for name in KEY if name != "vintage"],
    }
    values |= {f"$codes.{column}": list(codes) for column, codes in (contract.codes | suite.codes).items()}
    if suite.years:
        values |= {"$years.first": suite.years[0], "$years.last": suite.years[1]}
    return values


def _expectation(kind: str, kwargs: Mapping[str, Any], meta: Meta) -> dict[str, Any]:
    parser = {"condition_parser": "pandas"} if "row_condition" in kwargs else {}
    return {"type": kind, "kwargs": {**kwargs, **parser}, "meta": meta.model_dump(mode="json", exclude_defaults=True)}


def _from_entry(expectation: dict[str, Any], entry: str) -> dict[str, Any]:
    return {**expectation, "meta": {**expectation["meta"], "entry": entry}}


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name!r} is given twice")
        found[name] = value
    return found


def _place(location: tuple[int | str, ...]) -> str:
    """``anchors[3].between`` for a place in the file."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "the file"


def _broken(path: Path, failure: str) -> GuardError:
    return GuardError(f"{path.name}: {failure}", payload=str(path), remedy=f"correct {path.name}; see docs/guards.md")
