"""JSON answers read into pydantic models; the first offence becomes an error with its JSON pointer."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NotRequired, TypeVar

import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import leading_date
from orchestration.core.errors import PayloadError
from orchestration.formats.isolated import Refuse
from orchestration.formats.strict_json import strict_json

T = TypeVar("T")

EXACT = ConfigDict(strict=True, extra="forbid")
"""For rows as ``TypedDict``, which stay dictionaries and are checked in compiled code."""


class Exact(BaseModel):
    """An object with exactly the declared keys, of exactly the declared types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Extensible(Exact):
    """An object with at least the declared keys."""

    model_config = ConfigDict(extra="ignore")


def _count(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18 else value


def _code(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _date(value: Any) -> date:
    result = leading_date(value) if isinstance(value, str) else None
    if result is None:
        raise ValueError("must begin with an ISO date")
    return result


Cell = Any
"""A value whose type the raw table's schema checks: a row that does not fit becomes a reject."""

Count = Annotated[int, BeforeValidator(_count), Field(gt=0)]
"""A positive whole number, written as a number or as digits in a text."""

Code = Annotated[str, BeforeValidator(_code)]
"""A code, written as a text or as a whole number."""

Year = Annotated[str, Field(pattern="^[0-9]{4}$")]
"""Four digits in a text."""

IsoDate = Annotated[date, BeforeValidator(_date)]
"""The date that a text begins with."""

Rows = Annotated[list[T], FailFast(), Field(min_length=1)]
"""At least one row; the first wrong one ends the check."""


def rows_of(
    schema: pa.Schema, rules: Mapping[str, Any], *, optional: Sequence[str] = (), without: Sequence[str] = ()
) -> TypeAdapter[Any]:
    """Return the model of rows with exactly the columns of a raw table.

    Args:
        schema: of the table; a column without a rule may have any value, and ``tabulate`` checks its type.
        rules: types, such as ``Literal["A", "B"]``, by column.
        optional: columns that a row may leave out.
        without: columns that do not come from the row.
    """
    kinds = {name: rules.get(name, Cell) for name in schema.names if name not in without}
    kinds |= {name: NotRequired[kinds[name]] for name in optional}
    row = TypedDict("row", kinds)  # type: ignore[misc]
    return TypeAdapter(Rows[with_config(EXACT)(row)])  # type: ignore[misc, arg-type]


def read_json(received: Payload | Answer, model: TypeAdapter[T], *, fallback: str | None = None) -> T:
    """Return the whole body of an answer, read into a model.

    Args:
        received: the answer, before or after it was stored.
        model: what the answer must be.
        fallback: another encoding, as in ``strict_json``.

    Raises:
        PayloadError: the body is not strict JSON, or breaks the model.
    """
    return validated(strict_json(received.read(), received.error, fallback=fallback), model, received.error)


def number_at(answer: Answer, *path: int | str) -> int:
    """Return the whole number at a place of a JSON answer; 0 where there is none, so that ``parse`` refuses the answer."""
    try:
        value = strict_json(answer.read(), answer.error)
        for step in path:
            value = value[step]
        return int(value)
    except (PayloadError, ValueError, TypeError, LookupError):
        return 0


def validated(content: Any, model: TypeAdapter[T], refuse: Refuse, *, at: str = "") -> T:
    """Return a parsed JSON value, read into a model.

    Args:
        content: the value.
        model: what it must be.
        refuse: makes the error.
        at: the JSON pointer of the value inside its answer.

    Raises:
        PayloadError: by ``refuse``; names the place of the first offence, what is there, and the rule.
    """
    try:
        return model.validate_python(content)
    except ValidationError as error:
        offences = error.errors(include_url=False, include_context=False)
        raise _refusal(offences, refuse, at) from error


_RULES = {
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
    "too_short": "must not be empty",
}
_KEYS = ("missing", "extra_forbidden")


def _refusal(offences: Sequence[Mapping[str, Any]], refuse: Refuse, at: str) -> PayloadError:
    first = offences[0]
    place = first["loc"]
    if first["type"] in _KEYS:
        beside = [item for item in offences if item["loc"][:-1] == place[:-1]]
        missing, unexpected = ([str(item["loc"][-1]) for item in beside if item["type"] == kind] for kind in _KEYS)
        result = {"missing": missing, "unexpected": unexpected}
        return refuse(
            "keys " + ", ".join(f"{kind}: {names}" for kind, names in result.items() if names),
            row=_pointer(at, place[:-1]),
        )
    rule = _RULES.get(first["type"]) or re.sub(r"^\w+ should", "must", first["msg"].removeprefix("Value error, "))
    pointer = _pointer(at, place)
    last = pointer.rpartition("/")[2] or "the answer"
    name = f"item {last}" if last.isdecimal() else last
    return refuse(f"{name} is {_SHORT.repr(first['input'])}; it {rule}", row=pointer)


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 200
_SHORT.maxdict = _SHORT.maxlist = 10


def _pointer(at: str, place: Sequence[int | str]) -> str:
    """The JSON pointer (RFC 6901) of a place below another one."""
    return at + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place) or "/"
