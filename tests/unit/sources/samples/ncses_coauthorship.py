"""NCSES: co-authored publications of two economies, on artificial intelligence, and with the United States."""

import csv
import io

from orchestration.sources import ncses_coauthorship
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

AREA = "Region, country, or economy"
WHOLE = "Articles are credited on a whole count basis."


def saved(title: str, unit: str, *rows: list[str], rule: str) -> bytes:
    """Return a saved table; ``rule`` is in its note."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [
            ["Table SPBS-35"],
            [title],
            [unit],
            *rows,
            ["na = not applicable."],
            [f"Note(s): Articles are classified by their year of publication. {rule}"],
            ["Source(s): Elsevier, Scopus abstract and citation database, accessed April 2023."],
        ]
    )
    return out.getvalue().encode()


PAIRS = saved(
    "Internationally coauthored S&E publications, by selected region, country, or economy pairs: 2003 and 2022",
    "(Number)",
    [AREA, "Year", "Total international", "China", "Japan"],
    ["China", "2003", "80", "na", "21"],
    ["Japan", "2003", "60", "21", "na"],
    ["World", "2003", "150", "80", "60"],
    ["China", "2022", "880", "na", "121"],
    ["Japan", "2022", "660", "121", "na"],
    ["World", "2022", "1950", "880", "660"],
    rule=WHOLE,
)
AI = saved(
    "Internationally coauthored AI articles, by selected region, country, or economy: 2003–22",
    "(Number)",
    [AREA, "China", "Japan"],
    ["China", "0", "33"],
    ["Japan", "33", "0"],
    rule="Articles were classified as AI in the All Science Journal Classification.",
)
SHARES = saved(
    "International articles from 15 largest producing regions, countries, or economies with U.S. coauthor: 2003–21",
    "(Percent)",
    [AREA, "2003", "2005", "2021"],
    ["China", "37.43", "37.97", "35.61"],
    rule=WHOLE,
)
CITATIONS = saved(
    "Relative citation index, by selected country or economy pair: 2020",
    "(Index)",
    ["Citing country or economy", "China", "Japan"],
    ["China", "2.43", "0.54"],
    ["Japan", "0.5", "4.1"],
    rule="Articles are credited on a fractional count basis.",
)
PUBLICATIONS = saved(
    "S&E articles in all fields combined, by coauthorship attribute and selected region, country, or economy: 2003–04",
    "(Number)",
    [AREA, "2003", "2004"],
    ["China"],
    ["Total articles", "100", "110"],
    ["With multiple institutions", "60", "65"],
    ["With domestic institutions only", "80", "85"],
    ["With international institutions", "20", "25"],
    rule=WHOLE,
)
REFUSED: dict[str, tuple[Refusal, ...]] = {
    "co_publications": (
        ("(Number)", "(Percent)", ", and (Number)", "line 1"),
        ("Region, country,", "Country,", "no header line that begins with", None),
        ("Total international", "Total", "it must begin with", None),
        ("year of publication", "year of submission", "no 'year of publication' in the table's notes", None),
        ("whole count basis", "fractional basis", "no 'whole[- ]count basis' in the table's notes", None),
        ("April 2023", "lately", "must state the month in which the database was accessed", None),
        ("Japan,2003,60,21,na", "Japan,2003,60,22,na", "'21' in a cell; the mirror cell has '22'", "line 5 column 5"),
        ("China,2003,80,na", "China,2003,80,5", "'5' in a cell; the diagonal has 'na'", "line 5 column 4"),
        ("China,2003,80", "China,2003,81", "'81' in a cell; the row of the world has '80'", "line 5 column 3"),
        ("Japan,2022", "China,2022", "rows and columns differ in [('Japan', '2022')]", None),
    ),
    "ai_publications": (
        ("classified as AI", "classified", "no 'classified as AI' in the table's notes", None),
        ("Japan,33", "Japan,34", "'33' in a cell; the mirror cell has '34'", "line 5 column 3"),
    ),
    "us_coauthors": (
        ("(Percent)", "(Number)", ", and (Percent)", "line 1"),
        ("2021", "2019", "they must be years from 2003 to 2021", None),
        ("2005", "Mean", "the columns are ['2003', 'Mean', '2021']; they must be years", None),
    ),
}
REFUSED_CITATIONS = (
    ("(Index)", "(Percent)", ", and (Index)", "line 1"),
    ("fractional count", "whole count", "no 'fractional count basis' in the table's notes", None),
    ("economy,China", "economy,Korea", "rows and columns differ", None),
)
REFUSED_PUBLICATIONS = (
    ("whole count basis", "fractional basis", "no 'whole[- ]count basis' in the table's notes", None),
    ('economy",2003,2004', 'economy",2003,2005', "they must be every year of the title", None),
    ("Total articles", "All articles", "each economy must be a line of its own above Total articles", None),
    ("\nChina\n", "\n", "each economy must be a line of its own", None),
)
CASES = [
    Case(
        make_origin(ncses_coauthorship.CARD, resource, body, file_name="table.csv"),
        body,
        {"co_publications": rows},
        {"database": "April 2023", "counted": resource, **first},
        "2023-04-30",
        REFUSED[resource],
    )
    for resource, body, rows, first in (
        (
            "co_publications",
            PAIRS,
            8,
            {"area": "World", "counterpart": "Total international", "year": 2003, "value": 150},
        ),
        ("ai_publications", AI, 1, {"area": "China", "counterpart": "Japan", "year": 2022, "value": 33}),
        ("us_coauthors", SHARES, 3, {"area": "China", "counterpart": "United States", "year": 2003, "value": 37.43}),
    )
]
CASES.append(
    Case(
        make_origin(ncses_coauthorship.CARD, "citation_index", CITATIONS, file_name="table.csv"),
        CITATIONS,
        {"citation_index": 4},
        {"database": "April 2023", "citing": "China", "cited": "China", "year": 2020, "value": 2.43},
        "2023-04-30",
        REFUSED_CITATIONS,
    )
)
CASES.append(
    Case(
        make_origin(ncses_coauthorship.CARD, "publications", PUBLICATIONS, file_name="table.csv"),
        PUBLICATIONS,
        {"publications": 8},
        {"database": "April 2023", "area": "China", "co_authorship": "Total articles", "year": 2003, "value": 100},
        "2023-04-30",
        REFUSED_PUBLICATIONS,
    )
)
