"""SDMX as several statistical offices speak it: addresses, CSV answers as typed batches, JSON answers as series. No publisher's codes here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from pysdmx.api.qb import ApiVersion, DataContext, DataQuery, StructureQuery, StructureType

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.formats.archives import plain_or_gzip
from orchestration.formats.delimited import delimited
from orchestration.formats.strict_json import strict_json

LONGEST_TEXT = 2 * 1024**3
"""Bytes; no narrow selection of a cube comes near it, also when it arrives compressed."""

HEAD = 2_000
"""Bytes of an answer that are enough to tell a table from a message."""

SDMX_2_1 = ApiVersion.V1_5_0
SDMX_3_0 = ApiVersion.V2_0_0


def data_path(agency: str, flow: str, version: str, key: str, api: ApiVersion) -> str:
    """The path behind a service's base address that asks for the data of a flow by its series key."""
    return DataQuery(DataContext.DATAFLOW, agency, flow, version, key).get_url(api, omit_defaults=True)


def dataflow_path(agency: str, flow: str, version: str, api: ApiVersion) -> str:
    """The path behind a service's base address that asks for a flow's own description."""
    return StructureQuery(StructureType.DATAFLOW, agency, flow, version).get_url(api, omit_defaults=True)


def refusing(answer: Answer) -> Callable[[str], PayloadError]:
    """Errors about an answer that has not landed yet."""
    return lambda rule: PayloadError(
        rule[:600],
        publisher=answer.origin.publisher,
        payload=f"{answer.origin.source}/{answer.origin.resource} {answer.origin.url} {dict(answer.origin.parameters)}",
        remedy="run the refresh again later; if the publisher changed its answers, change the source module",
    )


def require_table(answer: Answer, first_columns: Collection[str]) -> Answer:
    """The answer itself when it is delimited text whose first column is one of the named; else its message as an error.

    Services wrap refusals into successful answers: a JSON object, an XML fault, a page for browsers.

    Raises:
        PayloadError: the answer is a message or something else, in its own words.
    """
    with answer.opener() as stream, plain_or_gzip(stream, refusing(answer), LONGEST_TEXT) as text:
        head = text.read(HEAD).decode("utf-8-sig", "replace")
    first = head.split(",", 1)[0].strip().strip('"')
    if first not in first_columns:
        raise refusing(answer)(
            f"an answer is delimited text that begins with {' or '.join(first_columns)}; seen {message_in(head)!r}"
        )
    return answer


def message_in(head: str) -> str:
    """What a message says: the text of an XML fault, the label of a JSON warning or error, else the text as it is."""
    fault = re.search(r"<(?:\w+:)?(?:faultstring|Text|ErrorMessage|Reason)[^>]*>([^<]+)<", head)
    if fault:
        return fault[1].strip()
    label = re.search(r'"(?:label|message)"\s*:\s*"((?:[^"\\]|\\.)*)"', head)
    return label[1] if label else head.strip()[:300]


@dataclass(frozen=True)
class Shape:
    """What the rows of one CSV answer must be.

    Attributes:
        optional: columns of the schema that the publisher may leave out; they are then empty.
        only: column and the values it may have, where it has one; another value was not asked for.
        complete: columns of ``only`` of which every value must occur: a service is silent about a code it does not know.
        marks: what may stand in the place of a figure in ``OBS_VALUE``.
    """

    optional: Collection[str] = ()
    only: Mapping[str, Collection[str]] | None = None
    complete: Collection[str] = ()
    marks: Collection[str] = ()


def sdmx_csv(payload: Payload, table: str, schema: pa.Schema, vintage: date, shape: Shape) -> Parsed:
    """One raw table out of SDMX-CSV 1.0 or 2.0, whose columns go by name and not by place; plain or gzip.

    ``OBS_VALUE`` stays text and is a number, one of the shape's marks or empty; ``TIME_PERIOD`` is a year.

    Raises (when batches are read):
        PayloadError: as ``delimited``, and for values that break the shape.
    """
    opened = partial(_opened, payload)
    header = csv_header(payload, opened)
    unknown = [name for name in header if name not in schema.names]
    missing = [name for name in schema.names if name not in header and name not in shape.optional]
    if unknown or missing or len(set(header)) < len(header):
        raise payload.error(f"columns are as declared; missing {missing}, unexpected {unknown}"[:500], row="header")
    present = pa.schema([column for column in schema if column.name in header])
    parsed = delimited(payload, table, present, vintage, opened, header=header, check=partial(_check, payload, shape))
    return replace(parsed, batches=_completed(payload, schema, shape, parsed))


def csv_header(payload: Payload, opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> list[str]:
    """The names in the first line of delimited text."""
    return next(iter(_first_rows(payload, opened)), [])


def first_value(payload: Payload, column: str) -> str:
    """What the first row of a CSV answer says in one column.

    Raises:
        PayloadError: no such column, or no row.
    """
    rows = _first_rows(payload, partial(_opened, payload))
    if len(rows) < 2 or column not in rows[0] or len(rows[1]) != len(rows[0]):
        raise payload.error(f"a table has rows and the column {column}; seen {rows}"[:500], row="row 1")
    return rows[1][rows[0].index(column)]


def _opened(payload: Payload) -> AbstractContextManager[IO[bytes]]:
    return plain_or_gzip(payload.open(), payload.error, LONGEST_TEXT)


def _first_rows(payload: Payload, opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> list[list[str]]:
    with opened() as stream:
        lines = [stream.readline(100_000) for _ in range(2)]
    try:
        text = b"".join(lines).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"delimited text can be read; {error}"[:500], row="header") from error


def _check(payload: Payload, shape: Shape, batch: pa.RecordBatch, before: int) -> None:
    for name, allowed in (shape.only or {}).items():
        if name in batch.schema.names:
            values = batch.column(name)
            _refuse(
                payload,
                batch,
                pc.fill_null(pc.invert(pc.is_in(values, pa.array(sorted(allowed), pa.string()))), False)
                if name in shape.optional
                else pc.invert(pc.is_in(values, pa.array(sorted(allowed), pa.string()))),
                name,
                f"is one of {sorted(allowed)[:20]}",
            )
    marks = "|".join(re.escape(mark) for mark in shape.marks)
    number = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
    figure = pc.match_substring_regex(batch.column("OBS_VALUE"), f"^({number}{'|' if marks else ''}{marks})$")
    _refuse(payload, batch, pc.fill_null(pc.invert(figure), False), "OBS_VALUE", "is a number or a known mark")
    year = pc.match_substring_regex(batch.column("TIME_PERIOD"), r"^\d{4}$")
    _refuse(payload, batch, pc.fill_null(pc.invert(year), True), "TIME_PERIOD", "is a year")


def _refuse(payload: Payload, batch: pa.RecordBatch, wrong: pa.Array, name: str, rule: str) -> None:
    row = pc.index(wrong, True).as_py()
    if row >= 0:
        seen = batch.column(name)[row].as_py()
        raise payload.error(f"{name} {rule}; seen {seen!r}"[:500], row=batch.column("payload_pointer")[row].as_py())


def _completed(payload: Payload, schema: pa.Schema, shape: Shape, parsed: Parsed) -> Iterator[pa.RecordBatch]:
    """The batches with the optional columns that the publisher left out; at the end, every asked code was seen."""
    full = schema.append(pa.field("payload_pointer", pa.string(), nullable=False))
    seen: dict[str, set[str]] = {name: set() for name in shape.complete}
    for batch in parsed.batches:
        for name, values in seen.items():
            values.update(pc.unique(batch.column(name)).to_pylist())
        columns = [
            batch.column(column.name) if column.name in batch.schema.names else pa.nulls(batch.num_rows, column.type)
            for column in full
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=full)
    for name, values in seen.items():
        if lost := sorted(set((shape.only or {})[name]) - values):
            raise payload.error(f"every code of {name} that was asked for is in the answer; missing {lost}"[:500])


def parsed_json(body: bytes, refuse: Callable[[str], PayloadError]) -> Mapping[str, Any]:
    """The ``data`` of an SDMX-JSON answer.

    Raises:
        PayloadError: no JSON, a message, or no data.
    """
    if body.lstrip()[:1] not in (b"{", b"\xef"):
        raise refuse(f"an answer is JSON; seen {message_in(body[:HEAD].decode('utf-8', 'replace'))!r}")
    content = strict_json(body, refuse)
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, dict):
        raise refuse(f"an answer holds data; seen {str(content)[:300]!r}")
    return data


def described_flow(data: Mapping[str, Any], refuse: Callable[[str], PayloadError]) -> tuple[str, dict[str, str]]:
    """The version of the one flow that a structure answer describes, and its annotations by type or id.

    Raises:
        PayloadError: the answer does not describe one flow.
    """
    flows = data.get("dataflows")
    if not isinstance(flows, list) or len(flows) != 1 or not isinstance(flows[0], dict):
        raise refuse(f"a structure answer describes one dataflow; seen {str(data)[:300]!r}")
    found = {}
    for note in flows[0].get("annotations") or ():
        texts = [note.get(part) for part in ("text", "value", "title")]
        text = next((item for item in texts if isinstance(item, str) and item), "")
        found.update({str(note[part]): text for part in ("id", "type") if note.get(part)})
    return str(flows[0].get("version", "")), found


@dataclass(frozen=True)
class Observation:
    """One observation of an SDMX-JSON 2.0 answer: the codes of its dimensions and attributes, its value as text, its place."""

    codes: Mapping[str, str | None]
    value: str | None
    pointer: str


def json_observations(data: Mapping[str, Any], refuse: Callable[[str], PayloadError]) -> Iterator[Observation]:
    """Every observation of the one data set, with indices resolved to codes.

    Raises:
        PayloadError: no data set, no series (an unknown code is answered so), or an index without a code.
    """
    try:
        (structure,), (data_set,) = data["structures"], data["dataSets"]
        keys = structure["dimensions"]["series"]
        (times,) = structure["dimensions"]["observation"]
        attributes = structure.get("attributes") or {}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise refuse(f"an answer holds one structure and one data set; seen {str(data)[:300]!r}") from error
    all_series = data_set.get("series") if isinstance(data_set, dict) else None
    if not isinstance(all_series, dict) or not all_series:
        raise refuse("a data set holds series: none is how a code that the publisher does not know is answered")
    for key, series in all_series.items():
        place = f"/data/dataSets/0/series/{key}"
        try:
            codes = _resolved(keys, [int(index) for index in key.split(":")])
            codes |= _resolved(attributes.get("series") or [], series.get("attributes") or [])
            for index, (value, *notes) in series["observations"].items():
                found = _resolved(attributes.get("observation") or [], notes)
                found[times["id"]] = _code(times["values"][int(index)])
                text = None if value is None else str(value)
                yield Observation({**codes, **found}, text, f"{place}/observations/{index}")
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise refuse(f"a series names its codes by index; {type(error).__name__}: {error} at {place}") from error


def _resolved(components: Sequence[Mapping[str, Any]], indices: Sequence[Any]) -> dict[str, str | None]:
    """Codes by component; an index points into the component's values, anything else stands for itself."""
    found: dict[str, str | None] = {}
    for component, index in zip(components, indices, strict=False):
        if isinstance(index, int) and component.get("values"):
            found[component["id"]] = _code(component["values"][index])
        else:
            found[component["id"]] = None if index is None else str(index)
    return found


def _code(value: Any) -> str:
    return str(value["id"] if "id" in value else value["value"])
