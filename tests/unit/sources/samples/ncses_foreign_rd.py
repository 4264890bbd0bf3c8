"""NCSES: research and development performed abroad by location, by host country, and by industry and host country."""

from orchestration.sources import ncses_foreign_rd
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case

LOCATIONS = """Table 25
"Foreign R&D paid for by the company and others and performed by the company, by type of R&D, selected industry, and location: 2022"
(Millions of U.S. dollars)
Industry and location,NAICS code,Total foreign R&D performance,,Research (basic and applied),,Development,
All locations,,,,,,,
All industries,"21–23, 31–33, 42–81","1,584",,331,i,"1,253",
Africa,,,,,,,
All industries,"21–23, 31–33, 42–81",D,,*,i,0 - 19,i
"Note(s): companies that performed or funded $50,000 or more of R&D.",,,,,,,
"""
HOSTS = """Table 1
"Foreign R&D performed and employment reported by U.S.-located businesses, by selected host country: 2018–19"
(Millions of U.S. dollars and thousands of employees)
Country,2018 foreign R&D,2018 foreign employment,2019 foreign R&D
Total,"1,376",700,"1,464"
China,867,81,895
"""
INDUSTRIES = """Table 3
"Foreign R&D reported by U.S.-located businesses, by selected industry and host country: 2019"
(Millions of U.S. dollars)
Industry,NAICS code,Total outside the United States,,China,
Chemicals,325,568,,43,i
"""
COLUMNS = "missing: ["
REFUSED = {
    "by_location": (
        ("(Millions", "(Thousands", ", and (Millions of U.S. dollars)", "line 1"),
        ("paid for by the company and others", "paid for", "it must be the title", "line 1"),
        ("Industry and location", "Industry", "no header line that begins with", None),
        ("$50,000", "any amount", "in the table's notes", None),
        ("Development", "Design", COLUMNS, "line 4"),
        ("D,,*,i", "S,,*,i", "'S' with the mark ''", "line 8 column 3"),
        ('"1,584",', '"1,584",r', "'1,584' with the mark 'r'", "line 6 column 3"),
        ("331,i", ",", "'' with the mark ''", "line 6 column 5"),
        ("Africa", "All locations", "repeated", "line 8 column 3"),
    ),
    "by_host": (("2019 foreign R&D", "2019 R&D", "no column '2019 foreign R&D'", "line 4"),),
    "by_industry_and_host": (("NAICS", "SIC", COLUMNS, "line 4"),),
}
TOTAL = {"naics": "21–23, 31–33, 42–81", "type": "Total foreign R&D performance", "mark": None}
CASES = [
    Case(
        make_origin(ncses_foreign_rd.CARD, resource, body.encode(), file_name="table.csv"),
        body.encode(),
        {"foreign_rd": rows},
        first,
        "2026-07-01",
        REFUSED[resource],
    )
    for resource, body, rows, first in (
        ("by_location", LOCATIONS, 6, {**TOTAL, "location": "All locations", "year": 2022, "value": 1584}),
        ("by_host", HOSTS, 4, {**TOTAL, "location": "Total", "year": 2018, "value": 1376}),
        ("by_industry_and_host", INDUSTRIES, 2, {"naics": "325", "year": 2019, "value": 568}),
    )
]
