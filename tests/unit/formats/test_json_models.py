"""Models of JSON answers: what is accepted, and the place, keys and rule that a refusal names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pyarrow as pa
import pytest
from pydantic import Strict, TypeAdapter

from orchestration.core.errors import PayloadError
from orchestration.formats.json_models import Code, Count, Exact, Extensible, IsoDate, Rows, Year, rows_of, validated

SCHEMA = pa.schema([("area", pa.string()), ("year", pa.string()), ("value", pa.float64()), ("note", pa.string())])
ROWS = rows_of(SCHEMA, {"area": Literal["USA", "CHN"], "year": Year}, optional=["note"])


class Head(Exact):
    total: Count
    source: Code
    updated: IsoDate


class Open(Extensible):
    head: Head


ANSWER = TypeAdapter(Annotated[tuple[Head, Rows[Any]], Strict(False)])
OPEN = TypeAdapter(Open)


def row(**changes: Any) -> dict[str, Any]:
    return {"area": "USA", "year": "2024", "value": 1.5, **changes}


def head(**changes: Any) -> dict[str, Any]:
    return {"total": 1, "source": "2", "updated": "2026-07-01T09:00:00", **changes}


def refusal(content: Any, model: TypeAdapter[Any], at: str = "") -> PayloadError:
    def refuse(failure: str, *, row: str | None = None) -> PayloadError:
        return PayloadError(failure, row=row)

    with pytest.raises(PayloadError) as refused:
        validated(content, model, refuse, at=at)
    return refused.value


def accepted(content: Any, model: TypeAdapter[Any]) -> Any:
    return validated(content, model, PayloadError)


def test_rows_stay_dictionaries_and_their_cells_are_unmodified() -> None:
    rows = [row(), row(area="CHN", value="n/a", note=None)]
    assert accepted(rows, ROWS) == rows


@pytest.mark.parametrize(("total", "source"), [(7, 2), ("7", "2")])
def test_counts_and_codes_are_numbers_or_texts(total: int | str, source: int | str) -> None:
    found, _ = accepted([head(total=total, source=source), [1]], ANSWER)
    assert (found.total, found.source, found.updated.isoformat()) == (7, "2", "2026-07-01")


def test_an_extensible_object_may_have_more_keys_and_an_exact_one_may_not() -> None:
    assert accepted({"head": head(), "more": 1}, OPEN).head.total == 1
    assert refusal({"head": head(more=1)}, OPEN).failure == "keys unexpected: ['more']"


@pytest.mark.parametrize(
    ("rows", "failure", "place"),
    [
        ([], "value is []; it must not be empty", "/value"),
        ({}, "value is {}; it must be a list", "/value"),
        ([row(), "USA"], "item 1 is 'USA'; it must be an object", "/value/1"),
        ([row(), row(area="FRA")], "area is 'FRA'; it must be 'USA' or 'CHN'", "/value/1/area"),
        ([row(year=2024)], "year is 2024; it must be a text", "/value/0/year"),
        ([row(year="2024\n")], r"year is '2024\n'; it must match pattern '^[0-9]{4}$'", "/value/0/year"),
        ([{"area": "USA", "year": "2024", "unit/x": 1}], "keys missing: ['value'], unexpected: ['unit/x']", "/value/0"),
    ],
)
def test_the_first_wrong_row_is_named(rows: Any, failure: str, place: str) -> None:
    refused = refusal(rows, ROWS, at="/value")
    assert (refused.failure, refused.row) == (failure, place)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"total": 0}, "total is 0; it must be greater than 0"),
        ({"total": True}, "total is True; it must be a valid integer"),
        ({"total": 1.0}, "total is 1.0; it must be a valid integer"),
        ({"total": "9" * 5_000}, "it must be a valid integer"),
        ({"source": None}, "source is None; it must be a text"),
        ({"updated": "2026-13-01"}, "updated is '2026-13-01'; it must begin with an ISO date"),
        ({"updated": None}, "updated is None; it must begin with an ISO date"),
    ],
)
def test_a_wrong_envelope_is_refused_by_its_field(changes: dict[str, Any], failure: str) -> None:
    refused = refusal([head(**changes), [1]], ANSWER)
    assert failure in refused.failure
    assert refused.row == f"/0/{next(iter(changes))}"
    assert len(refused.failure) < 500
