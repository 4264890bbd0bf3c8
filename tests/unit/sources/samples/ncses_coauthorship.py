"""NCSES: co-authored publications of two economies and the world in two years, as a saved table."""

from __future__ import annotations

import csv
import io

from orchestration.sources import ncses_coauthorship
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

TITLE = "Internationally coauthored S&E publications, by selected region, country, or economy pairs: 2003 and 2022"
ROWS = [
    ["Table SPBS-35"],
    [TITLE],
    ["(Number)"],
    ["Region, country, or economy", "Year", "Total international", "China", "Japan"],
    ["China", "2003", "80", "na", "21"],
    ["Japan", "2003", "60", "21", "na"],
    ["World", "2003", "150", "80", "60"],
    ["China", "2022", "880", "na", "121"],
    ["Japan", "2022", "660", "121", "na"],
    ["World", "2022", "1950", "880", "660"],
    ["na = not applicable."],
    ["Note(s): Articles are classified by their year of publication. Articles are credited on a whole count basis."],
    [
        "Source(s): Elsevier, Scopus abstract and citation database, accessed April 2023. Science and Engineering Indicators"
    ],
]
OUT = io.StringIO()
csv.writer(OUT, lineterminator="\n").writerows(ROWS)
BODY = OUT.getvalue().encode()
REFUSED: tuple[Refusal, ...] = (
    ("(Number)", "(Percent)", "and (Number)", "line 1"),
    (": 2003 and 2022", "", "with two years", "line 1"),
    ("Region, country,", "Country,", "no header line that begins with", None),
    ("year of publication", "year of submission", "no 'year of publication' in the table's notes", None),
    ("whole count basis", "fractional basis", "no 'whole[- ]count basis' in the table's notes", None),
    ("April 2023", "May 2025", "states 'May 2025' as access to Scopus", None),
    ("Japan,2003,60,21,na", "Japan,2003,60,22,na", "'21' in a cell; the mirror cell has '22'", "line 5 column 5"),
    ("China,2003,80,na", "China,2003,80,5", "'5' in a cell; the diagonal has 'na'", "line 5 column 4"),
    ("China,2003,80", "China,2003,81", "'81' in a cell; the row of the world has '80'", "line 5 column 3"),
    ("Japan,2022", "China,2022", "rows and columns differ in [('Japan', '2022')]", None),
    ("880,na,121", "880,na", "4 cells in a row; it must have 5", "line 8"),
    ("121", "D", "value is not int64: 'D'", "line 8 column 5"),
)
CASES = [
    Case(
        make_origin(ncses_coauthorship.CARD, "co_publications", BODY, file_name="table.csv"),
        BODY,
        {"co_publications": 8},
        {"database": "April 2023", "area": "World", "counterpart": "Total international", "year": 2003, "value": 150},
        "2023-12-11",
        REFUSED,
    )
]
