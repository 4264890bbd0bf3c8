"""IMF balance of payments: credit and debit of every economy for intellectual property and for all services."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, iso_date, require_requested, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.delimited import number_or_text
from orchestration.formats.sdmx import described_flow, json_observations

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
_FLOW = "dataflow/IMF.STA/BOP"


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the one answer of a resource, stamped with the flow's version and last update."""
    described = _get(feed, resource, f"/structure/{_FLOW}/+", None, None)
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
    path = f"/data/{_FLOW}/{version}/*.{_ENTRIES}.{resource.ask['code']}.USD.A"
    answer = _get(feed, resource, path, params, f"{updated} {version}")
    next(json_observations(answer))
    yield answer


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield a row for each economy, entry and year; the vintage is the flow's last update.

    The service was seen to answer in single dollars although SCALE is 6. ``UNIT_MULT`` is the power of ten that
    applies: 0, or SCALE where the figures of the economies in ``_ANCHORS`` fit only with it.
    """
    vintage = iso_date(payload, payload.origin.stamp or "", row="stamp of the origin card")
    code = {resource.key: resource.ask["code"] for resource in RESOURCES}[payload.origin.resource]
    observations = ((pointer, _record(payload, pointer, codes)) for pointer, codes in json_observations(payload))
    expected = {"INDICATOR": code, "UNIT": "USD", "FREQUENCY": "A"}
    records = list(require_requested(payload, observations, expected))
    if lost := set(_ENTRIES.split("+")) - {str(record["BOP_ACCOUNTING_ENTRY"]) for _, record in records}:
        raise payload.error(f"entries missing: {sorted(lost)}; credit and debit were requested")
    is_scaled = _is_scaled(payload, code, records)
    scaled = (
        (pointer, {**record, "UNIT_MULT": int(record["SCALE"] or 0) if is_scaled else 0}) for pointer, record in records
    )
    yield tabulate(payload, "indicators", TABLES["indicators"], vintage, scaled)


TABLES = {
    "indicators": columns(
        "COUNTRY string, BOP_ACCOUNTING_ENTRY string, INDICATOR string, UNIT string, FREQUENCY string, "
        "TIME_PERIOD string, OBS_VALUE double?, OBS_STATUS string?, SCALE string?, UNIT_MULT int32"
    )
}
OBSERVATIONS = {
    "indicators": Observations(
        measure="BOP_ACCOUNTING_ENTRY || '.' || INDICATOR",
        area="COUNTRY",
        year="try_cast(TIME_PERIOD as integer)",
        value="OBS_VALUE * power(10, UNIT_MULT)",
        where="FREQUENCY = 'A'",
    )
}
_ANCHORS: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("SH", "CD_T"): {"USA": 1.1e11, "JPN": 3.1e10, "GBR": 2.9e10},
    ("SH", "DB_T"): {"USA": 3.8e10, "JPN": 2.3e10, "CHN": 1.6e10},
    ("S", "CD_T"): {"USA": 6.5e11, "JPN": 1.5e11, "GBR": 3.8e11},
    ("S", "DB_T"): {"USA": 5.0e11, "JPN": 1.7e11, "CHN": 2.2e11},
}
"""The size of an economy's yearly figure since 2005 in US dollars, by item and entry: the middle of what the World
Bank, which takes these series from the IMF, and the economies publish; the extremes are within a factor of four."""

_WITHIN = 1.5
"""Largest difference from an anchor in powers of ten; scales are thousands, so that only one fits."""


def _get(feed: Feed, resource: Resource, path: str, params: Mapping[str, str] | None, stamp: str | None) -> Answer:
    return feed.get(CARD, resource, _API + path, params=params, headers={"Accept": "application/json"}, stamp=stamp)


def _is_scaled(payload: Payload, item: str, records: list[Record]) -> bool:
    """Return whether SCALE is a factor in this payload; without an anchor figure it is not."""
    seen: set[bool] = set()
    for pointer, record in records:
        size = _ANCHORS.get((item, str(record["BOP_ACCOUNTING_ENTRY"])), {}).get(str(record["COUNTRY"]))
        value, scale = record["OBS_VALUE"], int(record["SCALE"] or 0)
        if size is None or not isinstance(value, float) or not math.isfinite(value) or value == 0:
            continue
        fits = [power for power in {0, scale} if abs(math.log10(abs(value) / size) + power) <= _WITHIN]
        seen |= {0 not in fits} if scale else set()
        if not fits or len(seen) > 1:
            raise payload.error(
                f"{record['BOP_ACCOUNTING_ENTRY']} of {record['COUNTRY']} in {record['TIME_PERIOD']} is {value:g} with "
                f"SCALE {record['SCALE']}; it must be about {size:g} US dollars, and all figures of an answer in "
                "single dollars or all times ten to the power of SCALE",
                row=pointer,
            )
    return seen == {True}


def _record(payload: Payload, pointer: str, codes: Mapping[str, str | None]) -> dict[str, Any]:
    scale = codes.get("SCALE")
    if scale is not None and not re.fullmatch("[0-9]|1[0-2]", scale):
        raise payload.error(f"SCALE is {scale!r}; it must be a power of ten or empty", row=pointer)
    record = {name: codes.get(name) for name in TABLES["indicators"].names if name != "UNIT_MULT"}
    status = codes.get("OBS_STATUS") or codes.get("STATUS") or None
    return {
        **record,
        "OBS_VALUE": number_or_text(codes["OBS_VALUE"] or "", float),
        "OBS_STATUS": status,
        "SCALE": scale,
    }
