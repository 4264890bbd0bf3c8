"""SDMX of several statistical offices: addresses, CSV answers as typed batches, JSON answers as observations."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.core.text import excerpt
from orchestration.formats.archives import plain_or_gzip
from orchestration.formats.delimited import first_lines, named_columns, refuse_where, require_codes
from orchestration.formats.messages import HEAD, json_or_message, message_in


def require_table(answer: Answer, first_columns: Collection[str]) -> Answer:
    """Return the answer if it is delimited text that begins with one of the columns, else raise with its message.

    Services wrap refusals into successful answers: a JSON object, an XML fault, a page for browsers.

    Raises:
        PayloadError: the answer is a message or something else; quotes it.
    """
    with plain_or_gzip(answer.opener, answer.error) as text:
        head = text.read(HEAD).decode("utf-8-sig", "replace")
    first = head.partition(",")[0].strip().strip('"')
    if first not in first_columns:
        rule = f"it must be delimited text that begins with {' or '.join(first_columns)}"
        raise answer.error(f"the answer is {excerpt(message_in(head))}; {rule}")
    return answer


def requested_codes(key: str, dimensions: str) -> dict[str, list[str]]:
    """Return the codes of a data request's key by dimension; unrestricted dimensions are omitted."""
    codes = zip(dimensions.split(), key.split("."), strict=True)
    return {name: part.split("+") for name, part in codes if part}


def sdmx_csv(
    payload: Payload,
    table: str,
    schema: pa.Schema,
    vintage: date,
    *,
    only: Mapping[str, Collection[str]],
    optional: Collection[str] = (),
    complete: Collection[str] = (),
    marks: Collection[str] = (),
) -> Parsed:
    """Return one raw table out of SDMX-CSV 1.0 or 2.0, plain or gzip; columns are found by name.

    ``OBS_VALUE`` stays text and is a number, one of the marks or empty; ``TIME_PERIOD`` is a year.

    Args:
        payload, table, schema, vintage: as in ``named_columns``.
        only: the values that were requested, by column.
        optional: columns of the schema that the publisher may leave out or leave empty.
        complete: columns of ``only`` whose every value must occur: services omit unknown codes.
        marks: texts in place of a figure in ``OBS_VALUE``.

    Raises:
        PayloadError: as ``named_columns``, and for other values than the requested ones.
    """
    opened = partial(_opened, payload)
    header = first_lines(payload, opened, 1)[0]
    labels = [name for name in header if _LABEL.fullmatch(name)]
    codes = {name: (*known, None) if name in optional else known for name, known in only.items() if name in header}
    figure = f"^({'|'.join([_NUMBER, *map(re.escape, marks)])})$"
    check = partial(_check, payload, codes, figure)
    parsed = named_columns(payload, table, schema, vintage, opened, known=labels, optional=optional, check=check)
    return replace(parsed, batches=_require_complete(payload, {name: only[name] for name in complete}, parsed))


_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
_LABEL = re.compile("[A-Z].*[a-z].*")
"""The name of a column of labels, such as ``Reference area``: ids of components are in one case."""


def first_value(payload: Payload, column: str) -> str:
    """Return the first row's value in one column of a CSV answer; raise PayloadError if row or column is missing."""
    rows = first_lines(payload, partial(_opened, payload), 2)
    if len(rows) < 2 or column not in rows[0] or len(rows[1]) != len(rows[0]):
        raise payload.error(f"no first row with the column {column}; seen {excerpt(rows)}", row="row 1")
    return rows[1][rows[0].index(column)]


def _opened(payload: Payload) -> AbstractContextManager[IO[bytes]]:
    return plain_or_gzip(payload.open, payload.error)


def _check(payload: Payload, codes: Mapping[str, Collection[str | None]], figure: str, batch: pa.RecordBatch) -> None:
    require_codes(payload, batch, codes)
    wrong = pc.invert(pc.match_substring_regex(batch.column("OBS_VALUE"), figure))
    refuse_where(payload, batch, wrong, "OBS_VALUE", "must be a number or a known mark")
    wrong = pc.invert(pc.match_substring_regex(batch.column("TIME_PERIOD"), r"^\d{4}$"))
    refuse_where(payload, batch, wrong, "TIME_PERIOD", "must be a year")


def _require_complete(
    payload: Payload, complete: Mapping[str, Collection[str]], parsed: Parsed
) -> Iterator[pa.RecordBatch]:
    """Yield the batches; at the end, require that every requested code was in them."""
    seen: dict[str, set[str]] = {name: set() for name in complete}
    for batch in parsed.batches:
        for name, values in seen.items():
            values.update(pc.unique(batch.column(name)).to_pylist())
        yield batch
    for name, values in seen.items():
        if lost := sorted(set(complete[name]) - values):
            raise payload.error(
                f"codes of {name} missing: {excerpt(lost)}; every code that was requested must be in the answer"
            )


def described_flow(answer: Answer) -> tuple[str, dict[str, str]]:
    """Return the version and the annotations, by type or id, of the one flow that a structure answer describes.

    Raises:
        PayloadError: the answer is a message, or does not describe one flow.
    """
    content = json_or_message(answer)
    notes: dict[str, str] = {}
    try:
        (flow,) = content["data"]["dataflows"]
        for note in flow.get("annotations") or ():
            texts = (note.get(name) for name in ("text", "value", "title"))
            text = next((item for item in texts if isinstance(item, str) and item), "")
            notes |= {note[name]: text for name in ("id", "type") if note.get(name)}
        return str(flow.get("version", "")), notes
    except _UNREADABLE as error:
        raise answer.error(f"the answer does not describe one flow: {type(error).__name__}: {error}") from error


def json_observations(received: Answer | Payload) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield the observations of the one data set of an SDMX-JSON 2.0 answer: pointer, codes and ``OBS_VALUE``.

    Raises:
        PayloadError: a message, no data set, no series (an unknown code is answered so), or an index without a code.
    """
    content, place = json_or_message(received), "/data"
    try:
        (structure,), (data_set,) = content["data"]["structures"], content["data"]["dataSets"]
        (times,) = structure["dimensions"]["observation"]
        dimensions, attributes = structure["dimensions"]["series"], structure.get("attributes") or {}
        place = "/data/dataSets/0/series"
        if not data_set["series"]:
            raise KeyError("a series")
        for key, series in data_set["series"].items():
            place = f"/data/dataSets/0/series/{key}"
            codes = _codes(dimensions, [int(index) for index in key.split(":")])
            codes |= _codes(attributes.get("series"), series.get("attributes"))
            for index, (value, *notes) in series["observations"].items():
                result = _codes(attributes.get("observation"), notes)
                result[times["id"]] = _code((times.get("values") or [])[int(index)])
                result["OBS_VALUE"] = None if value is None else str(value)
                yield f"{place}/observations/{index}", {**codes, **result}
    except _UNREADABLE as error:
        raise received.error(
            f"series and their codes cannot be read: {type(error).__name__}: {error}", row=place
        ) from error


_UNREADABLE = (KeyError, IndexError, ValueError, TypeError, AttributeError)
"""Exceptions of answers with other keys, types or lengths than SDMX-JSON."""


def _codes(components: Sequence[Mapping[str, Any]] | None, indices: Sequence[Any] | None) -> dict[str, str | None]:
    """Return codes by component: an index points into the component's values, anything else is the code itself."""
    result: dict[str, str | None] = {}
    for component, index in zip(components or (), indices or (), strict=False):
        if isinstance(index, int) and component.get("values"):
            result[component["id"]] = _code(component["values"][index])
        else:
            result[component["id"]] = None if index is None else str(index)
    return result


def _code(value: Mapping[str, Any]) -> str:
    return str(value["id"] if "id" in value else value["value"])
