"""IMF balance of payments: credit and debit for the use of intellectual property, and for all services, of every economy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.sdmx import (
    SDMX_3_0,
    Observation,
    data_path,
    dataflow_path,
    described_flow,
    json_observations,
)

CARD = Card(
    id="imf",
    publisher="International Monetary Fund",
    homepage="https://data.imf.org/en/datasets/IMF.STA:BOP",
    licence="IMF terms of use: free use with attribution; ask before redistributing in bulk",
    citation="International Monetary Fund, Balance of Payments (BOP), BPM6",
    cadence="monthly additions, the large update once a year",
    timezone="America/New_York",
    change_signal="version and lastUpdatedAt of the flow",
    limits="none published",
    pace=Pace(seconds_between=1.5),
)

_ENTRIES = "CD_T+DB_T"
RESOURCES = tuple(
    Resource(key, f"{title}, credit and debit of every economy, annual, US dollars", {"code": code})
    for key, code, title in (
        ("ip_charges", "SH", "charges for the use of intellectual property"),
        ("services", "S", "services"),
    )
)
_API = "https://api.imf.org/external/sdmx/3.0"
_AGENCY, _FLOW = "IMF.STA", "BOP"


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The one answer of a resource, stamped with the flow's version and the time of its last update.

    Raises:
        PayloadError: no content, which is how an unknown flow is answered; a message, or no series.
    """
    described = _asked(feed, resource, dataflow_path(_AGENCY, _FLOW, "+", SDMX_3_0), None, None)
    version, notes = described_flow(described)
    updated = notes.get("lastUpdatedAt", "")
    if not version or not updated:
        raise described.error(f"the flow lacks its version or lastUpdatedAt: version {version!r}, annotations {notes}")
    params = {
        "dimensionAtObservation": "TIME_PERIOD",
        "attributes": "dsd",
        "measures": "all",
        "c[TIME_PERIOD]": "ge:2005-01-01",  # a bare year is ignored, and the whole history answers
    }
    path = data_path(_AGENCY, _FLOW, version, f"*.{_ENTRIES}.{resource.ask['code']}.USD.A", SDMX_3_0)
    answer = _asked(feed, resource, path, params, f"{updated} {version}")
    next(json_observations(answer))
    yield answer


def parse(payload: Payload) -> Iterator[Parsed]:
    """One row for each economy, entry and year, a year without a figure included; the vintage is the flow's last update.

    Raises:
        PayloadError: a message, no series, another unit, frequency or item than was asked for, or an entry that is missing.
    """
    vintage = iso_date(payload, payload.origin.stamp or "", row="stamp of the origin card")
    code = {resource.key: resource.ask["code"] for resource in RESOURCES}[payload.origin.resource]
    records = list(_records(payload, {"INDICATOR": code, "UNIT": "USD", "FREQUENCY": "A"}))
    if lost := set(_ENTRIES.split("+")) - {str(record["BOP_ACCOUNTING_ENTRY"]) for _, record in records}:
        raise payload.error(f"entries missing: {sorted(lost)}; credit and debit were asked for")
    yield tabulate("indicators", TABLES["indicators"], vintage, records)


TABLES: Mapping[str, pa.Schema] = {
    "indicators": pa.schema(
        [
            *(
                pa.field(name, pa.string(), nullable=False)
                for name in ("COUNTRY", "BOP_ACCOUNTING_ENTRY", "INDICATOR", "UNIT", "FREQUENCY", "TIME_PERIOD")
            ),
            pa.field("OBS_VALUE", pa.float64()),
            pa.field("OBS_STATUS", pa.string()),
            pa.field("SCALE", pa.string()),
        ]
    )
}
_STATUS_NAMES = ("OBS_STATUS", "STATUS")
_LARGEST_SCALE = 12


def _asked(feed: Feed, resource: Resource, path: str, params: Mapping[str, str] | None, stamp: str | None) -> Answer:
    answer = feed.get(
        CARD,
        resource,
        _API + path,
        params=params,
        headers={"Accept": "application/json"},
        stamp=stamp,
        accept=(200, 204),
    )
    if answer.status == 204:
        raise answer.error(
            "the answer has no content, which is how a flow that the publisher does not know is answered"
        )
    return answer


def _records(payload: Payload, fixed: Mapping[str, str]) -> Iterator[Record]:
    for observation in json_observations(payload):
        for name, value in fixed.items():
            if (seen := observation.codes.get(name)) != value:
                raise payload.error(f"{name} is {seen!r}, not {value!r}, which was asked for", row=observation.pointer)
        yield observation.pointer, _record(payload, observation)


def _record(payload: Payload, observation: Observation) -> dict[str, Any]:
    codes = observation.codes
    scale = codes.get("SCALE")
    if scale is not None and not (
        scale.isascii() and scale.isdigit() and len(scale) <= 2 and int(scale) <= _LARGEST_SCALE
    ):
        raise payload.error(f"SCALE is {scale!r}; it must be a power of ten or empty", row=observation.pointer)
    record = {name: codes.get(name) for name in TABLES["indicators"].names}
    status = next((codes[name] for name in _STATUS_NAMES if codes.get(name)), None)
    return {**record, "OBS_VALUE": _number(observation.value), "OBS_STATUS": status, "SCALE": scale}


def _number(text: str | None) -> float | str | None:
    """The number in a text; text that is none stays, so that its row is put aside with it."""
    if text is None or text == "":
        return None
    try:
        return float(text)
    except ValueError:
        return text
