"""NCSES: PCT applications, patents, families and trademarks, as saved tables."""

import csv
import io

from orchestration.sources import ncses
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

AREA = "Region, country, or economy"
SOURCE = "Source(s): Science-Metrix, accessed June 2023. Science and Engineering Indicators"
NO_SECTOR = "unassigned under the Nice Classification"


def saved(title: str, header: list[str], *rows: list[str], note: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [["Table"], [title], ["(Number)"], [AREA, *header], *rows, [note], [SOURCE]]
    )
    return out.getvalue().encode()


def counts(title: str, years: range, note: str, *group: str) -> bytes:
    """A table of 100 a year in the world and 40 in China, with or without the column of income groups."""
    labels, *kinds = (["Income group"], ["na"], ["Upper middle"]) if group else ([], [], [])
    figures = [["World", *kinds[0], *["100"] * len(years)], ["China", *kinds[1], *["40"] * len(years)]]
    return saved(title, [*labels, *map(str, years)], *figures, note=f"Note(s): {note}")


def families(field: str, *group: str) -> bytes:
    note = "Counted by the year of the first granted patent. Families are fractionally allocated by inventors."
    title = f"International patent families {field}, by region, country, or economy: 1998–2020"
    return counts(title, range(1998, 2021), note, *group)


def trademarks(sector: str) -> bytes:
    note = "Allocated according to holder information. Trademarks are fractionally allocated by residence."
    title = f"Registered USPTO trademarks{sector}, by region, country, or economy: 1998–2022"
    return counts(title, range(1998, 2023), note)


def grants(title: str, years: str, first: int) -> bytes:
    note = "Fractional counts of patents were assigned to each technological field."
    title = f"USPTO utility patents granted {title}, by selected region, country, or economy: {years}"
    return counts(title, range(first, 2023), note)


PCT_NOTE = "Note(s): Figures are based on publication year. Countries are allocated using the receiving office."
PCT = saved(
    "Patent Cooperation Treaty applications, by region, country, or economy: 2000–22",
    ["Total", *map(str, range(2000, 2023))],
    ["World", "2300", *["100"] * 23],
    ["China", "230", *["10"] * 23],
    note=PCT_NOTE,
)
PCT_FIELD = saved(
    "Patent Cooperation Treaty applications in chemistry, by region, country, or economy: 2000–22",
    [*map(str, range(2000, 2023))],
    ["World", *["100"] * 23],
    ["China", *["10"] * 23],
    note=PCT_NOTE,
)
REFUSED: tuple[Refusal, ...] = (
    ("(Number)", "(Percent)", "and (Number)", "line 1"),
    ("accessed June 2023", "of June 2023", "must state the month in which the database was accessed", None),
    ("publication year", "filing year", "no 'publication year' in the table's notes", None),
    ("receiving office", "inventor", "no 'receiving office' in the table's notes", None),
    ("China,230,", "China,243,", "total of China is 243; its years add up to 230", "line 6"),
    ("China,230,", "China,n.a.,", "total is 'n.a.'; it must be a whole number", "line 6 column 2"),
    ("World", "China", "area, year repeated: ('China', '2000')", "line 6 column 3"),
    (AREA, "Area", "no header line that begins with 'Region", None),
    (",Total,2000,", ",2000,Total,", "'Total'", "line 4"),
    (",2007,2008,", ",2008,2007,", "'2007', '2008'", "line 4"),
)
FAMILIES_REFUSED: tuple[Refusal, ...] = (
    ("patent families", "patent applications", "it must be the title International patent families", "line 1"),
    ("first granted patent", "filing", "no 'year of the first granted patent'", None),
    ("fractionally allocated", "allocated", "no 'fractionally allocated'", None),
)
GRANTS_REFUSED: tuple[Refusal, ...] = (
    ("in chemistry", "in alchemy", "it must be the title USPTO utility patents", "line 1"),
    ("(Number)", "(Percent)", "and (Number)", "line 1"),
    ("Fractional counts", "Counts", "no 'Fractional counts of patents'", None),
)
TRADEMARKS_REFUSED: tuple[Refusal, ...] = (
    ("of clothing", "of shoes", "it must be the title Registered USPTO trademarks", "line 1"),
    ("(Number)", "(Percent)", "and (Number)", "line 1"),
    ("holder information", "applications", "no 'holder information'", None),
    ("fractionally allocated", "allocated", "no 'fractionally allocated'", None),
)
CASES = [
    Case(
        make_origin(ncses.CARD, "pct_applications", PCT, file_name="table.csv"),
        PCT,
        {"patent_counts": 46},
        {"field": "all fields", "area": "World", "year": 2000, "value": 100, "payload_pointer": "line 5 column 3"},
        "2023-06-30",
        REFUSED,
        (PCT.replace(b"China,230,", b"China,242,"),),  # 23 rounded numbers and their rounded sum
    ),
    *(
        Case(
            make_origin(ncses.CARD, resource, body, file_name="table.csv"),
            body,
            {table: rows},
            {column: part, "area": "World", "value": 100},
            "2023-06-30",
            refused,
        )
        for resource, table, column, rows, body, part, refused in (
            ("pct_applications", "patent_counts", "field", 46, PCT_FIELD, "chemistry", ()),
            *(
                ("us_patent_grants", "us_grants__patent_counts", "field", rows, body, field, refused)
                for rows, body, field, refused in (
                    (46, grants("to inventors", "2000–22", 2000), "all fields", ()),
                    (46, grants("in chemistry", "2000–22", 2000), "chemistry", GRANTS_REFUSED),
                    (50, grants("in semiconductors", "1998–2022", 1998), "semiconductors", ()),
                )
            ),
            *(
                ("patent_families", "patent_families", "field", 46, body, field, refused)
                for body, field, refused in (
                    (families("granted in engines, pumps, turbines"), "engines, pumps, turbines", FAMILIES_REFUSED),
                    (families("granted", "income"), "all fields", ()),
                    (families("unassigned under the WIPO classification"), "unassigned", ()),
                )
            ),
            *(
                ("trademark_registrations", "trademark_registrations", "sector", 50, trademarks(title), sector, refused)
                for title, sector, refused in (
                    (" in the business sector of clothing", "clothing", TRADEMARKS_REFUSED),
                    ("", "all sectors", ()),
                    (f" {NO_SECTOR}", NO_SECTOR, ()),
                )
            ),
        )
    ),
]
