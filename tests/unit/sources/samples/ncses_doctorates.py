"""NCSES: doctorates of temporary visa holders by field, by citizenship with intention, and five years later."""

from orchestration.sources import ncses_doctorates
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case

FIELDS = """Table 7-7
"Top 10 countries or economies of origin of temporary visa holders earning U.S. research doctorates, \
by country or economy of citizenship and field of doctorate: 2022–23"
(Number)
Country or economy and field,2022,2023
China,61,66
Science and engineering,52,
Source(s): Survey of Earned Doctorates.
"""
STAYING = """Table 2-8
"Intention to stay in the U.S. after doctorate receipt among research doctorate recipients with temporary visas, \
by region and country or economy of citizenship: 2022–23"
(Number and percent)
Region and country or economy of citizenship,2022–23 number,2022–23 staying (%),2022 number,2022 staying (%),2023 number,2023 staying (%)
Asia,127,73.2,61,74.1,66,
Other,17,55.2,8,54.3,9,56.1
Europe,12,66.0,6,63.7,6,68.9
Other,2,50.0,1,100.0,1,0.0
Note(s): Percentages are based on the number of doctorate recipients on temporary visas.
"""
FIVE_YEARS = """Table S3-23
"Five-year stay rates of foreign students on temporary visas receiving S&E doctorates, \
by region, country, or economy of citizenship at time of degree: 2003–17"
(Percent)
"Region, country, or economy of citizenship",2003,2017
India,90,83
Note(s): Stay rates for 2017 are based on an average from three cohorts.
"""
REFUSED = {
    "doctorates_by_field": (
        ("(Number)", "(Percent)", ", and (Number)", "line 1"),
        ("Survey of Earned", "Survey of", "in the table's notes", None),
        ("field,2022,2023", "field,2022,2024", "they must be 2, from 2022 to 2023", "line 4"),
        (
            "Science and engineering",
            "China",
            "repeated: ('China', 'doctorates', 'All fields', '2022')",
            "line 6 column 2",
        ),
    ),
    "intention_to_stay": (
        ("2022 staying (%)", "2022 staying", "they must be 2, from 2022 to 2023", "line 4"),
        ("Percentages are", "Figures are", "in the table's notes", None),
    ),
    "five_year_stay": (("average from three", "average from two", "in the table's notes", None),),
}
CASES = [
    Case(
        make_origin(ncses_doctorates.CARD, resource, body.encode(), file_name="table.csv"),
        body.encode(),
        {"doctorates": rows},
        first,
        "2026-07-01",
        REFUSED[resource],
    )
    for resource, body, rows, first in (
        ("doctorates_by_field", FIELDS, 4, {"area": "China", "field": "All fields", "year": 2022, "value": 61}),
        ("intention_to_stay", STAYING, 16, {"area": "Asia", "measure": "doctorates", "year": 2022, "value": 61}),
        ("five_year_stay", FIVE_YEARS, 2, {"area": "India", "measure": "staying five years", "value": 90}),
    )
]
