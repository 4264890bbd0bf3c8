"""US Bureau of Economic Analysis, dataset IntlServTrade: US trade in services by type and partner. Marks are read in staging."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Reject, iso_date, require_columns
from orchestration.contracts.raw_table import tabulate as tabulated
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import PayloadError
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="bea",
    publisher="US Bureau of Economic Analysis",
    homepage="https://apps.bea.gov/api/signup/",
    licence="United States government work, public domain; BEA asks to be named as the source",
    citation="U.S. Bureau of Economic Analysis, International Services (IntlServTrade)",
    cadence="July and October",
    timezone="America/New_York",
    change_signal="Results.TsLastUpdated",
    limits="30 errors a minute are answered with the same ban",
    key_env="BEA_API_KEY",
    pace=Pace(requests_per_minute=100, megabytes_per_minute=100, ban_seconds=3600),
    release_months=(7, 10),
)

_AREAS = """
    Africa AllCountries Argentina AsiaAndPac Australia Austria Bahrain Belgium Bermuda Brazil Brunei Bulgaria
    CaftaDrCountries Canada Chile China Colombia CostaRica Croatia Cyprus CzechRep Denmark DominicanRep ElSalvador
    Estonia EU EuroArea Europe Finland France Germany Greece Guatemala Honduras HongKong Hungary India Indonesia
    IntOrgAndUnalloc Ireland Israel Italy Japan Jordan LatAmAndOthWestHem Latvia Lithuania Luxembourg Malaysia Malta
    Mexico MiddleEast Morocco Netherlands NewZealand Nicaragua Nigeria Norway Oman OthAfricaIst OthAsiaAndPacIst
    OthEuropeIst OthMiddleEastIst OthSouthAndCenAmIst OthWestHem OthWestHemOthIst Panama Peru Philippines Poland
    Portugal Romania Russia SaudiArabia Singapore Slovakia Slovenia SouthAfrica SouthAndCenAm SouthKorea Spain Sweden
    Switzerland Taiwan Thailand Turkey UkIslandsCarib UnitedKingdom Venezuela Vietnam
"""
RESOURCES = (
    # first of all, and cheap: a key that BEA renamed is found before ninety answers are asked for
    Resource("area_keys", "the keys of AreaOrCountry", {"ParameterName": "AreaOrCountry"}),
    Resource("service_keys", "the keys of TypeOfService", {"ParameterName": "TypeOfService"}),
    *(
        Resource(
            re.sub(r"(?<=[a-z])(?=[A-Z])", "_", area).lower(),
            f"US trade in services by type with {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', area)}",
            {"AreaOrCountry": area},
        )
        for area in _AREAS.split()
    ),
)

TABLES: Mapping[str, pa.Schema] = {
    "bilateral_services": pa.schema(
        [
            *(
                pa.field(name, pa.string(), nullable=False)
                for name in (
                    "TypeOfService",
                    "TradeDirection",
                    "Affiliation",
                    "AreaOrCountry",
                    "Year",
                    "TimeSeriesId",
                    "TimeSeriesDescription",
                    "TimePeriod",
                    "CL_UNIT",
                    "UNIT_MULT",
                    "DataValue",
                )
            ),
            pa.field("NoteRef", pa.string()),
        ]
    ),
    "parameter_values": pa.schema(
        [
            pa.field("ParameterName", pa.string(), nullable=False),
            pa.field("Key", pa.string(), nullable=False),
            pa.field("Desc", pa.string(), nullable=False),
        ]
    ),
}
_API = "https://apps.bea.gov/api/data/"
_ASK = {
    "method": "GetData",
    "DatasetName": "IntlServTrade",
    "TypeOfService": "ALL",
    "TradeDirection": "ALL",
    "Affiliation": "ALL",
    "Year": "ALL",
    "ResultFormat": "JSON",
}
_ASK_KEYS = {"method": "GetParameterValues", "DatasetName": "IntlServTrade", "ResultFormat": "JSON"}
_ALL = "ALL"  # the parameter's own word for every key, where the list holds it
_REDACTED = "<redacted>"
_ECHOED_KEY = re.compile(rb'(?i)("ParameterName"\s*:\s*"USERID"\s*,\s*"ParameterValue"\s*:\s*)"[^"]*"')
_GUID = re.compile(rb"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")
_CODES = {
    "TradeDirection": {"Exports", "Imports", "Balance", "SupplementalIns"},
    "Affiliation": {"AllAffiliations", "Unaffiliated", "Affiliated", "UsParents", "UsAffiliates"},
    "CL_UNIT": {"USD"},
    "UNIT_MULT": {"6"},
}
_KEY = ("TypeOfService", "TradeDirection", "Affiliation", "AreaOrCountry", "Year")
_MARKS = ("(D)", "(*)", "n.a.", ".....")
_NUMBER = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15})(\.[0-9]+)?")


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """One answer with all services, directions, affiliations and years of one area, or with the keys of one parameter; the
    caller's key that BEA echoes is taken out before landing.

    Raises:
        PayloadError: BEA's areas are not those that are asked for: without a word an unknown one would be missed.
    """
    fixed = _ASK_KEYS if "ParameterName" in resource.ask else _ASK
    params = {**fixed, **resource.ask}
    answer = _without_key(feed.get(CARD, resource, _API, params=params, secret_params={"UserID": "BEA_API_KEY"}))
    if resource.ask.get("ParameterName") == "AreaOrCountry":
        _check_areas(answer)
    yield answer


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one area as ``bilateral_services``: every value as BEA's own text, in millions of dollars, marks included; or
    the keys of one parameter as ``parameter_values``, as of the day of the fetch.

    Raises:
        PayloadError: an error answer, an answer about another area or dataset, an echoed key, changed columns, an
            unknown code or unit, or rows that repeat.
    """
    envelope = _envelope(payload)
    _check_echo(payload, envelope)
    if "ParameterName" in payload.origin.parameters:
        yield _keys_table(payload, envelope)
    else:
        yield _figures_table(payload, envelope)


def _keys_table(payload: Payload, envelope: Mapping[str, Any]) -> Parsed:
    results = _results(payload, envelope)
    values = results.get("ParamValue")
    if not isinstance(values, list) or not values:
        raise payload.error(
            f"ParamValue is a list of keys; seen {str(values)[:200]!r}", row="/BEAAPI/Results/ParamValue"
        )
    parameter = payload.origin.parameters["ParameterName"]
    records: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for number, value in enumerate(values):
        pointer = f"/BEAAPI/Results/ParamValue/{number}"
        if not isinstance(value, dict):
            raise payload.error(f"a key is an object; seen {str(value)[:200]!r}", row=pointer)
        require_columns(payload, value, ("Key", "Desc"), row=pointer)
        if str(value["Key"]) in records:
            raise payload.error(f"a key stands once; seen twice: {value['Key']!r}", row=pointer)
        records[str(value["Key"])] = (pointer, {"ParameterName": parameter, **value})
    table = "parameter_values"
    return tabulated(table, TABLES[table], payload.origin.fetched_at.date(), list(records.values()))


def _figures_table(payload: Payload, envelope: Mapping[str, Any]) -> Parsed:
    results = _results(payload, envelope)
    vintage = iso_date(payload, str(results.get("TsLastUpdated")), row="/BEAAPI/Results/TsLastUpdated")
    kept: list[tuple[str, Mapping[str, Any]]] = []
    rejects: list[Reject] = []
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(_rows(payload, results)):
        pointer = f"/BEAAPI/Results/Data/{number}"
        _check_row(payload, row, seen, pointer)
        reason = _unreadable(row)
        if reason:
            rejects.append(Reject(pointer, repr(row)[:2000], reason))
        else:
            kept.append((pointer, row))
    parsed = tabulated("bilateral_services", TABLES["bilateral_services"], vintage, kept)
    return replace(parsed, rejects=(*parsed.rejects, *rejects))


def _check_areas(answer: Answer) -> None:
    """Compare BEA's list of areas with ours; an answer that is no list lands, and ``parse`` says what is wrong with it."""
    try:
        listed = strict_json(answer.read(), PayloadError, fallback="iso-8859-1")["BEAAPI"]["Results"]["ParamValue"]
        seen = {str(value["Key"]) for value in listed} - {_ALL}
    except (PayloadError, TypeError, LookupError):
        return
    known = set(_AREAS.split())
    if seen != known:
        raise PayloadError(
            f"BEA's areas are those that are asked for; new {sorted(seen - known)}, gone {sorted(known - seen)}",
            publisher=CARD.publisher,
            payload=f"{CARD.id}/{answer.origin.resource} {answer.origin.url}",
            remedy="change the list of areas in the source module, and area_codes__bea and area_groups__bea with it",
        )


def _without_key(answer: Answer) -> Answer:
    """The same answer, the caller's key replaced wherever BEA repeats it: in the echo of the request and in error texts."""
    body = answer.read()
    clean = _GUID.sub(_REDACTED.encode(), _ECHOED_KEY.sub(rb'\1"' + _REDACTED.encode() + b'"', body))
    return answer if clean == body else Answer(answer.origin, partial(io.BytesIO, clean))


def _envelope(payload: Payload) -> dict[str, Any]:
    """The object under BEAAPI, after refusing what BEA sends in its stead."""
    body = payload.read().strip()
    if not body:
        raise payload.error("an answer has a body; seen none, which is BEA's time-out", remedy="run the refresh again")
    content = strict_json(body, payload.error, fallback="iso-8859-1")
    envelope = content.get("BEAAPI") if isinstance(content, dict) else None
    if not isinstance(envelope, dict):
        raise payload.error(f"an answer is an object BEAAPI; seen {str(content)[:200]!r}")
    _refuse_error(payload, envelope, "/BEAAPI")
    return envelope


def _results(payload: Payload, envelope: Mapping[str, Any]) -> dict[str, Any]:
    results = envelope.get("Results")
    if isinstance(results, list) and len(results) == 1:
        results = results[0]
    if not isinstance(results, dict):
        raise payload.error(f"Results is one object; seen {str(results)[:300]!r}", row="/BEAAPI/Results")
    _refuse_error(payload, results, "/BEAAPI/Results")
    return results


def _refuse_error(payload: Payload, content: Mapping[str, Any], pointer: str) -> None:
    """Refuse an error that came with HTTP 200, as one object or as a list, under any spelling of its key."""
    for name, value in content.items():
        if name.casefold() != "error":
            continue
        first = value[0] if isinstance(value, list) and value else value
        inner = first.get("error", first) if isinstance(first, dict) else first
        detail = inner if isinstance(inner, dict) else {"APIErrorDescription": inner}
        raise payload.error(
            f"an answer holds figures; seen error {detail.get('APIErrorCode', 'without a code')}: "
            f"{detail.get('APIErrorDescription', str(detail))}",
            row=f"{pointer}/{name}",
            remedy="correct the request; BEA bans a caller for an hour after 30 errors in a minute",
        )


def _check_echo(payload: Payload, envelope: Mapping[str, Any]) -> None:
    """Refuse an answer to another request, or one that still carries a key."""
    pointer = "/BEAAPI/Request/RequestParam"
    request = envelope.get("Request")
    params = request.get("RequestParam") if isinstance(request, dict) else None
    if not isinstance(params, list) or not all(isinstance(item, dict) for item in params):
        raise payload.error("an answer echoes its request as a list of parameters", row=pointer)
    echo = {str(item.get("ParameterName")).casefold(): str(item.get("ParameterValue")) for item in params}
    if echo.get("userid", _REDACTED) != _REDACTED:
        raise payload.error(
            f"a payload never holds a key; USERID is {_REDACTED!r}",
            row=pointer,
            remedy="delete this payload from the landing folder and change the key at BEA",
        )
    about = "ParameterName" if "ParameterName" in payload.origin.parameters else "AreaOrCountry"
    for name in ("DatasetName", about):
        asked, seen = payload.origin.parameters[name], echo.get(name.casefold(), "")
        if asked.casefold() != seen.casefold():
            raise payload.error(f"an answer is about the {name} that was asked, {asked!r}; seen {seen!r}", row=pointer)


def _rows(payload: Payload, results: Mapping[str, Any]) -> list[Any]:
    data = results.get("Data")
    rows = [data] if isinstance(data, dict) else data
    if not isinstance(rows, list) or not rows:
        raise payload.error(f"Data is a list of rows; seen {str(data)[:200]!r}", row="/BEAAPI/Results/Data")
    return rows


def _check_row(payload: Payload, row: Any, seen: set[tuple[str, ...]], pointer: str) -> None:
    if not isinstance(row, dict):
        raise payload.error(f"a row is an object; seen {str(row)[:200]!r}", row=pointer)
    # A row without a note may come without the key.
    require_columns(payload, {"NoteRef": "", **row}, TABLES["bilateral_services"].names, row=pointer)
    for name, codes in _CODES.items():
        if not isinstance(row[name], str) or row[name] not in codes:
            raise payload.error(f"{name} is one of {sorted(codes)}; seen {row[name]!r}", row=pointer)
    asked = payload.origin.parameters["AreaOrCountry"]
    if row["AreaOrCountry"] != asked:
        raise payload.error(f"every row is about {asked!r}; seen {row['AreaOrCountry']!r}", row=pointer)
    if row["TimePeriod"] != row["Year"] or not re.fullmatch(r"(19|20)[0-9]{2}", str(row["Year"])):
        raise payload.error(
            f"Year and TimePeriod are the same year; seen {row['Year']!r} and {row['TimePeriod']!r}", row=pointer
        )
    key = tuple(str(row[name]) for name in _KEY)
    if key in seen:
        raise payload.error(f"{', '.join(_KEY)} name one row; repeated: {key}", row=pointer)
    seen.add(key)


def _unreadable(row: Mapping[str, Any]) -> str | None:
    """Why value and note of a row together make no sense, or None when they do."""
    value, note = row["DataValue"], row.get("NoteRef") or ""
    if not isinstance(value, str) or not isinstance(note, str):
        return None  # the schema refuses it and says so
    value = value.strip()
    marked = any(mark in note for mark in _MARKS)
    if value in ("", *_MARKS) or (value == "0" and marked):
        return None
    if not _NUMBER.fullmatch(value):
        return f"DataValue is neither a number nor a known mark: {value!r}"[:300]
    return f"DataValue {value!r} is a figure although NoteRef {note!r} says there is none"[:300] if marked else None
