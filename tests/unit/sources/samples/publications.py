"""A file of figures that a person read on a page, with and without a licensor's revenue."""

from orchestration.sources import publications
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

HEADER = (
    "publication,title,url,published_on,publisher,figure_id,measure,area,counterpart_area,item,year,year_basis,value,unit,"
    "precision,qualifier,note"
)
PAGE = '"A title, with a comma",https://example.org/page,2019-06-03,Office'
BODY = (
    f"{HEADER}\n"
    f"page,{PAGE},paid,ip_payments,CHN,USA,SH,2018,stated,8.64,USD billion,0.005,exact,\n"
    f"page,{PAGE},received,ip_receipts,USA,CHN,SH,2018,stated,8.5,USD billion,0.05,exact,\n"
    f"page,{PAGE},world,ip_receipts,W00,W00,SH,2018,inferred,397,USD billion,0.5,about,of the year before\n"
).encode()
LINE = (
    "page,Title,https://example.org/page,2025-11-30,Company,licensing,licensing_line,W00,W00,_T,2025,stated,5582,"
    "USD million,0.5,exact,,Licensing 5582,Synthetic,2025-09-28\n"
)
LICENSOR = f"{HEADER},phrase,company,period_end\n{LINE}".encode()
REFUSED: tuple[Refusal, ...] = (
    (",8.64,", ',"8,64",', r"value is '8,64'; it must match -?[0-9]+(\.[0-9]+)?", "line 2"),
    (",stated,", ",guessed,", "year_basis is 'guessed'; it must match stated|inferred", "line 2"),
    ("8.64,USD billion", "8.64,USD bn", "unit is 'USD bn'; it must match applications|percent", "line 2"),
    (",CHN,", ",China,", "area is 'China'; it must match", "line 2"),
    (",CHN,USA,", ",W00,CHN,", "area is W00 and counterpart_area is 'CHN', perhaps exchanged", "line 2"),
    ("2019-06-03", "2019-06-31", "does not begin with an ISO date", "line 2"),
    (",0.005,", ",0.0005,", "precision is 0.0005; it must be at least 0.005", "line 2"),
    (",8.64,USD billion,0.005,", ",0.4,USD billion,0.4,", "precision 0.4 is not below the value, 0.4", "line 2"),
    (",0.5,about", ",397,about", "precision 397 is not below the value, 397", "line 4"),
    ("of the year before", "", "note is empty although year_basis is inferred", "line 4"),
    (",exact,", ",exact", "16 cells in a line; it must have 17", "line 2"),
    (",world,", ",paid,", "figure_id repeated: ('paid',)", "line 4"),
    (
        'page,"A title, with a comma",https://example.org/page,2019-06-03,Office,world',
        "other,Title,https://example.org/2,2019-06-03,Office,world",
        "one file is one publication",
        "line 4",
    ),
    ("year before\n", "year before", "the last line has no line end; the file may be cut", None),
)
LICENSOR_REFUSED: tuple[Refusal, ...] = (
    (",Synthetic,", ",,", "company is empty; licensing_line is the revenue of a company", "line 2"),
    ("2025-09-28", "2024-09-28", "period_end is 2024-09-28; it must lie in the year, 2025", "line 2"),
    ("2025-09-28", "", "'' does not begin with an ISO date", "line 2"),
    *(
        (LINE, LINE.replace("licensing_line", "ip_receipts").replace(lost, ""), "company or period_end given", "line 2")
        for lost in ("Synthetic", "2025-09-28")
    ),
    (",licensing_line,", ",ip_receipts,", "company or period_end given for 'ip_receipts'", "line 2"),
)
CASES = [
    Case(
        make_origin(publications.CARD, "figures", BODY, file_name="page.csv"),
        BODY,
        {"figures": 3, "bilateral_services": 2},
        {"value": "8.64", "unit": "USD billion", "title": "A title, with a comma", "year": 2018, "note": None},
        "2019-06-03",
        REFUSED,
    ),
    Case(
        make_origin(publications.CARD, "figures", LICENSOR, file_name="page.csv"),
        LICENSOR,
        {"licensor_revenues": 1, "figures": 1},
        {"company": "Synthetic", "period_end": "2025-09-28", "phrase": "Licensing 5582"},
        "2025-11-30",
        LICENSOR_REFUSED,
    ),
]
