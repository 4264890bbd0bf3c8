"""WIPO: exports of PCT applications by origin, of filings by origin, and of families by office."""

from dataclasses import replace
from datetime import date
from typing import Any

from orchestration.sources import wipo
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

PCT = """Intellectual property right :PCT

Indicator :PCT applications by filing date

Source: WIPO statistics database. Last updated: March 2025

Origin,Origin (Code),Office,Type,2023,2024
"China","CN","Total","Total","10","20",
"Namibia","NA","Total","Total","3","",
"World","","Total","Total","40","50",
"""
BY_ORIGIN = """Intellectual property right :Patent

Indicator :1 - Total patent applications (direct and PCT national phase entries)

Source: WIPO statistics database. Last updated: May 2026

Origin,Origin (Code),Office,Type,2023,2024
"China","CN","Total","Total","30","",
"China","CN","Total","Resident","20","22",
"China","CN","Total","Abroad","10","11",
"China","CN","Total","Total (equivalent count)","35","40",
"""
BY_OFFICE = """Intellectual property right :Patent

Indicator :8 - Foreign-oriented patent family by origin and destination office

Source: WIPO statistics database. Last updated: May 2026

Office,Office (Code),Origin,2025,2026
"China","CN","Japan","7","8",
"Japan","JP","China","3","",
"""
RISE = "they must rise, to 2025 at the latest"
PCT_REFUSED: tuple[Refusal, ...] = (
    ("right :PCT", "right :Patent", "right and indicator are ['Patent', 'PCT app", None),
    ("Indicator :", "Index :", "right and indicator are ['PCT', '']", None),
    ("March 2025", "Marz 2025", "last update is 'Last updated: Marz 2025'; it must be an English month", None),
    ("Last updated", "Updated", "last update is None; it must be an English month", None),
    ("Origin,Origin (Code)", "Applicant,Code", "no header line that begins with Origin", None),
    ("(Code),Office,Type", "(Code),Office,Office", "columns repeated or in another order", "line 7"),
    (",2023,2024", ",2024,2023", RISE, "line 7"),
    (",2023,2024", ",2023,2026", RISE, "line 7"),
    ('"CN"', '"CHN"', "Origin (Code) of 'China' is 'CHN'; it must have two letters", "line 8"),
    ('"CN","Total"', '"CN","Japan"', "Office is 'Japan'; it must be Total", "line 8"),
    ('"CN","Total","Total"', '"CN","Total","Abroad"', "Type is 'Abroad'; it must be Total", "line 8"),
    ('"China","CN"', '"Namibia","CN"', "origin, year repeated: ('Namibia', '2023')", "line 9 column 5"),
)
ORIGIN_REFUSED: tuple[Refusal, ...] = (
    ('"Abroad"', '"Elsewhere"', "Type is 'Elsewhere'; it must be Total or Resident or Abroad", "line 10"),
    (
        '"Abroad"',
        '"Resident"',
        "office, origin, type, year repeated: ('Total', 'China', 'Resident', '2023')",
        "line 10 column 5",
    ),
)
OFFICE_REFUSED: tuple[Refusal, ...] = (
    ('"JP"', '""', "Office (Code) of 'Japan' is ''; it must have two letters", "line 9"),
    ('"China","CN","Japan","7","8",\n"Japan","JP","China","3","",\n', "", "no origin in the export", "line 7"),
    (
        '"Japan","JP","China"',
        '"China","CN","Japan"',
        "office, origin, type, year repeated: ('China', 'Japan', 'Total', '2025')",
        "line 9 column 4",
    ),
)


def case(
    resource: str,
    text: str,
    updated: date | None,
    counts: tuple[str, int],
    first: dict[str, Any],
    refused: tuple[Refusal, ...],
) -> Case:
    body = text.encode()
    origin = make_origin(wipo.CARD, resource, body, file_name="export.csv")
    stated = replace(origin, publisher_last_updated=updated)
    vintage = updated or date(2025, 3, 1)
    return Case(
        stated,
        body,
        dict([counts]),
        first,
        vintage.isoformat(),
        refused,
        (b"\xef\xbb\xbf" + body, body.replace(b",\n", b"\n")),
    )


MAY = date(2026, 5, 1)
FIRST = {"origin_code": "CN", "year": 2023, "value": 10, "payload_pointer": "line 8 column 5"}
CASES = [
    case("pct_applications", PCT, date(2025, 3, 17), ("patent_counts", 6), FIRST, PCT_REFUSED),
    case("pct_applications", PCT, None, ("patent_counts", 6), FIRST, ()),
    case(
        "patent_applications",
        BY_ORIGIN,
        MAY,
        ("patent_filings", 8),
        {"office": "Total", "type": "Total"},
        ORIGIN_REFUSED,
    ),
    case(
        "foreign_oriented_families",
        BY_OFFICE,
        MAY,
        ("patent_filings", 4),
        {"office_code": "CN", "origin": "Japan"},
        OFFICE_REFUSED,
    ),
]
