"""NCSES: PCT applications by receiving office, patent families of one field and trademarks of one sector, as saved tables."""

from __future__ import annotations

import csv
import io

from orchestration.sources import ncses
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

AREA = "Region, country, or economy"


def saved(title: str, header: list[str], *rows: list[str], note: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["Table"], [title], ["(Number)"], [AREA, *header], *rows, [note]])
    return out.getvalue().encode()


def families(field: str, *group: str) -> bytes:
    """A table of families: 100 a year in the world, 40 in China, with or without the column of income groups."""
    income = [["World Bank income group"], ["na"], ["Upper middle"]] if group else [[], [], []]
    return saved(
        f"International patent families {field}, by region, country, or economy: 1998–2020",
        [*income[0], *map(str, range(1998, 2021))],
        ["World", *income[1], *["100"] * 23],
        ["China", *income[2], *["40"] * 23],
        note="Note(s): Counted by the year of the first granted patent. Families are fractionally allocated by inventors.",
    )


def trademarks(sector: str) -> bytes:
    """A table of trademarks: 100 a year in the world, 40 of owners in China."""
    return saved(
        f"Registered USPTO trademarks{sector}, by region, country, or economy: 1998–2022",
        [*map(str, range(1998, 2023))],
        ["World", *["100"] * 25],
        ["China", *["40"] * 25],
        note="Note(s): Allocated according to holder information. Trademarks are fractionally allocated by residence.",
    )


PCT = saved(
    "Patent Cooperation Treaty applications, by region, country, or economy: 2000–22",
    ["Total", *map(str, range(2000, 2023))],
    ["World", "2300", *["100"] * 23],
    ["China", "230", *["10"] * 23],
    note="Note(s): Figures are based on publication year. Countries are allocated using the receiving office.",
)
WHOLE = '"Region, country, or economy",Total,2000,'
REFUSED: tuple[Refusal, ...] = (
    ("(Number)", "(Percent)", "the unit must be (Number)", "line 1"),
    ("2000–22", "2002–24", "the title must be 'Patent", "line 1"),
    ("publication year", "filing year", "no 'publication year' in the table's notes", None),
    ("receiving office", "inventor", "no 'receiving office' in the table's notes", None),
    ("China,230,", "China,243,", "total of China is 243; its years add up to 230", "line 6"),
    ("China,230,", "China,n.a.,", "total is 'n.a.'; it must be a whole number", "line 6 column 2"),
    ("China,230,10,", "China,230,D,", "value is not int64: 'D'", "line 6 column 3"),
    ("China,230,10,", "China,230,", "24 cells in a row; it must have 25", "line 6"),
    ("World", "China", "2 rows for 1 areas", None),
    ("China,230", " ,230", "no area in the row", "line 6"),
    (AREA, "Area", "no header line that begins with 'Region", None),
    (",2007,", ",", "columns missing: ['2007']", "line 4"),
    (",Total,2000,", ",2000,Total,", "columns repeated or in another order", "line 4"),
)
FAMILIES_REFUSED: tuple[Refusal, ...] = (
    ("1998–2020", "2000–2020", "the title must be 'International", "line 1"),
    ("patent families", "patent applications", "the title must be 'International patent families', 1998", "line 1"),
    ("first granted patent", "filing", "no 'year of the first granted patent'", None),
    ("fractionally allocated", "allocated", "no 'fractionally allocated'", None),
    ("China,40,", "China,D,", "value is not int64: 'D'", "line 6 column 2"),
)
TRADEMARKS_REFUSED: tuple[Refusal, ...] = (
    ("1998–2022", "1998–2024", "the title must be 'Registered USPTO trademarks', 1998 to 2022", "line 1"),
    ("of clothing", "of shoes", "the title must be 'Registered USPTO trademarks', 1998 to 2022", "line 1"),
    ("(Number)", "(Percent)", "the unit must be (Number)", "line 1"),
    ("holder information", "applications", "no 'holder information'", None),
    ("fractionally allocated", "allocated", "no 'fractionally allocated'", None),
    ("China,40,", "China,D,", "value is not int64: 'D'", "line 6 column 2"),
)
CASES = [
    Case(
        make_origin(ncses.CARD, "pct_applications", PCT, file_name="table.csv"),
        PCT,
        {"patent_counts": 46},
        {"area": "World", "year": 2000, "value": 100, "payload_pointer": "line 5 column 3"},
        "2024-02-01",
        REFUSED,
    ),
    *(
        Case(
            make_origin(ncses.CARD, "patent_families", body, file_name="table.csv"),
            body,
            {"patent_families": 46},
            {"field": field, "area": "World", "year": 1998, "value": 100},
            "2022-03-08",
            refused,
        )
        for body, field, refused in (
            (families("granted in engines, pumps, turbines"), "engines, pumps, turbines", FAMILIES_REFUSED),
            (families("granted", "income"), "all fields", ()),
            (families("unassigned under the WIPO classification"), "unassigned", ()),
        )
    ),
    *(
        Case(
            make_origin(ncses.CARD, "trademark_registrations", body, file_name="table.csv"),
            body,
            {"trademark_registrations": 50},
            {"sector": sector, "area": "World", "year": 1998, "value": 100},
            "2024-02-01",
            refused,
        )
        for body, sector, refused in (
            (trademarks(" in the business sector of clothing"), "clothing", TRADEMARKS_REFUSED),
            (trademarks(""), "all sectors", ()),
            (trademarks(" unassigned under the Nice Classification"), "unassigned under the Nice Classification", ()),
        )
    ),
]
