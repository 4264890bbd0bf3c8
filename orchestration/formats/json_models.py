"""Parts of JSON answers read into pydantic models; the first offence becomes an error with its JSON pointer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypeVar

import pyarrow as pa
from pydantic import FailFast, Field, Strict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Record
from orchestration.core.errors import PayloadError
from orchestration.core.text import excerpt
from orchestration.formats.strict_json import NoSuchPlaceError, Refuse, strict_json, value_at

T = TypeVar("T")

Count = Annotated[int, Field(gt=0)]
"""A positive whole number, written as a number or as digits in a text."""

Rows = Annotated[list[T], FailFast(), Field(min_length=1)]
"""At least one row; the first wrong one ends the check."""

TEXT = TypeAdapter(Annotated[str, Strict()])
OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(Annotated[dict[str, Any], Strict()])
OBJECTS: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(Annotated[list[dict[str, Any]], Strict()])
COUNT = TypeAdapter(Count)


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
    kinds = {name: rules.get(name, Any) for name in schema.names if name not in without}
    kinds |= {name: NotRequired[kinds[name]] for name in optional}
    row = TypedDict("row", kinds)  # type: ignore[misc]
    exact = with_config(strict=True, extra="forbid")(row)  # rows stay dictionaries and are checked in compiled code
    return TypeAdapter(Rows[exact])  # type: ignore[valid-type]


def read_part(received: Payload | Answer, pointer: str, model: TypeAdapter[T]) -> T:
    """Return one part of an answer in JSON, before or after it was stored; see ``strict_json`` and ``part_at``."""
    return part_at(strict_json(received.read(), received.error), pointer, model, received.error)


def number_at(answer: Answer, pointer: str, model: TypeAdapter[int]) -> int:
    """Return the number at a JSON pointer of an answer, or 0 without one of the model, which ``parse`` refuses."""
    try:
        return read_part(answer, pointer, model)
    except PayloadError:
        return 0


def part_at(content: Any, pointer: str, model: TypeAdapter[T], refuse: Refuse) -> T:
    """Return the part of a JSON value at a JSON pointer, read into a model.

    Raises:
        PayloadError: made by ``refuse``; it names the pointer of the first offence, the value and the rule.
    """
    try:
        return model.validate_python(value_at(content, pointer))
    except NoSuchPlaceError as error:
        raise refuse(f"keys missing: [{error.key!r}]", row=error.parent) from error
    except ValidationError as error:
        raise _refusal(error.errors(), refuse, pointer) from error


def numbered_rows(rows: Iterable[Mapping[str, Any]], pointer: str) -> Iterator[Record]:
    """Yield the rows of the list at a JSON pointer, each with its own pointer."""
    return ((f"{pointer}/{number}", row) for number, row in enumerate(rows))


_KEYS = ("missing", "extra_forbidden")


def _refusal(offences: Sequence[Mapping[str, Any]], refuse: Refuse, at: str) -> PayloadError:
    first = offences[0]
    place = first["loc"]
    if first["type"] in _KEYS:
        alike = [item for item in offences if item["loc"][:-1] == place[:-1]]
        missing, unexpected = ([str(item["loc"][-1]) for item in alike if item["type"] == kind] for kind in _KEYS)
        result = {"missing": missing, "unexpected": unexpected}
        return refuse(
            "keys " + ", ".join(f"{kind}: {names}" for kind, names in result.items() if names),
            row=_pointer(at, place[:-1]),
        )
    rule = re.sub(r"^\w+ should", "must", first["msg"])
    pointer = _pointer(at, place)
    last = pointer.rpartition("/")[2] or "the answer"
    name = f"item {last}" if last.isdecimal() else last
    return refuse(f"{name} is {excerpt(first['input'])}; it {rule}", row=pointer)


def _pointer(at: str, place: Sequence[int | str]) -> str:
    """Return the JSON pointer (RFC 6901) of an element below another one."""
    return at + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place) or "/"
