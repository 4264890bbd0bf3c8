"""IMF: SDMX-JSON with codes by index, in single dollars or in units of SCALE."""

import json
from dataclasses import replace
from typing import Any

from orchestration.sources import imf
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

Series = tuple[str, str, str | None, dict[str, list[Any]]]
SCALED: tuple[Series, ...] = (
    ("USA", "CD_T", "6", {"2020": ["116800.5", None], "2021": [None, "NP"]}),
    ("USA", "DB_T", "6", {"2020": ["47000", "P"]}),
    ("CHN", "CD_T", None, {"2020": ["8554000000", None]}),
    ("CHN", "DB_T", None, {"2020": ["37781000000", "E"], "2021": [None, "C"]}),
)
SINGLE: tuple[Series, ...] = (
    ("USA", "CD_T", "6", {"2020": ["116800500000", None]}),
    ("USA", "DB_T", "6", {"2020": ["47000000000", None]}),
    ("PHL", "DB_T", "6", {"2020": ["2470744910.51831", None]}),
    ("JPN", "DB_T", "6", {"2020": ["0", None]}),
)


def answer(*series: Series) -> bytes:
    """SDMX-JSON 2.0: codes by index, observations as [value, status]."""

    def codes(part: int) -> list[str]:
        return sorted({str(item[part]) for item in series if item[part] is not None})

    countries, entries, scales = codes(0), codes(1), codes(2)
    years = sorted({year for item in series for year in item[3]})
    statuses = sorted({note[1] for item in series for note in item[3].values() if note[1]})
    figures = {
        f"{countries.index(country)}:{entries.index(entry)}:0:0:0": {
            "attributes": [None if scale is None else scales.index(scale)],
            "observations": {
                str(years.index(year)): [value, None if status is None else statuses.index(status)]
                for year, (value, status) in notes.items()
            },
        }
        for country, entry, scale, notes in series
    }
    named = {
        "COUNTRY": countries,
        "BOP_ACCOUNTING_ENTRY": entries,
        "INDICATOR": ["SH"],
        "UNIT": ["USD"],
        "FREQUENCY": ["A"],
    }
    structure = {
        "dimensions": {
            "series": [{"id": name, "values": [{"id": code} for code in values]} for name, values in named.items()],
            "observation": [{"id": "TIME_PERIOD", "values": [{"value": year} for year in years]}],
        },
        "attributes": {
            "series": [{"id": "SCALE", "values": [{"id": code} for code in scales]}],
            "observation": [{"id": "STATUS", "values": [{"id": code} for code in statuses]}],
        },
    }
    return json.dumps({"data": {"dataSets": [{"series": figures}], "structures": [structure]}}).encode()


def case(series: tuple[Series, ...], first: dict[str, Any], refused: tuple[Refusal, ...] = ()) -> Case:
    body = answer(*series)
    origin = replace(make_origin(imf.CARD, "ip_charges", body), stamp="2026-06-01T12:00:00Z 21.0.0")
    return Case(origin, body, {"indicators": sum(len(item[3]) for item in series)}, first, "2026-06-01", refused)


SERIES = "/data/dataSets/0/series/1:0:0:0:0"
FIRST = f"{SERIES}/observations/0"
UNREADABLE = "series and their codes cannot be read"
REFUSED: tuple[Refusal, ...] = (
    ('"SH"', '"SI"', "INDICATOR is 'SI', not 'SH', which was requested", FIRST),
    ('"USD"', '"XDC"', "UNIT is 'XDC', not 'USD', which was requested", FIRST),
    ('"DB_T"', '"NB_T"', "entries missing: ['DB_T']; credit and debit were requested", None),
    ('"id": "6"', '"id": "millions"', "SCALE is 'millions'; it must be a power of ten or empty", FIRST),
    ('"116800.5"', '"116800500"', "it must be about 1.1e+11 US", FIRST),
    ('"116800.5"', '"3000"', "it must be about 1.1e+11 US", FIRST),
    (
        '"47000"',
        '"47000000000"',
        "all figures of an answer in single dollars",
        "/data/dataSets/0/series/1:1:0:0:0/observations/0",
    ),
    ('"1:0:0:0:0"', '"99:0:0:0:0"', UNREADABLE, "/data/dataSets/0/series/99:0:0:0:0"),
    ('"series": {"1', '"rows": {"1', "cannot be read: KeyError: 'series'", "/data/dataSets/0/series"),
)
CASES = [
    case(SCALED, {"COUNTRY": "USA", "OBS_VALUE": 116800.5, "UNIT_MULT": 6, "payload_pointer": FIRST}, REFUSED),
    case(SCALED[2:] + SCALED[:2], {"COUNTRY": "CHN", "OBS_VALUE": 8554000000.0, "SCALE": None, "UNIT_MULT": 0}),
    case(SINGLE, {"COUNTRY": "USA", "OBS_VALUE": 116800500000.0, "SCALE": "6", "UNIT_MULT": 0}),
]
