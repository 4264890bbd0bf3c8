"""Eurostat: trade in million euros, plain and as gzip, and the rate of the euro."""

import gzip

from orchestration.sources import eurostat
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, table

LEAD = {"LAST UPDATE": "21/07/24 11:00:00", "freq": "A"}
TRADE = {
    "DATAFLOW": "ESTAT:BOP_ITS6_DET(1.0)",
    **LEAD,
    "currency": "MIO_EUR",
    "bop_item": "SH",
    "stk_flow": "CRE",
    "partner": "US",
    "geo": "DE",
    "TIME_PERIOD": "2020",
    "OBS_VALUE": "154.7",
    "OBS_FLAG": "",
    "CONF_STATUS": "",
}
RATE = {
    "DATAFLOW": "ESTAT:ERT_BIL_EUR_A(1.0)",
    **LEAD,
    "statinfo": "AVG",
    "unit": "NAC",
    "currency": "USD",
    "TIME_PERIOD": "2020",
    "OBS_VALUE": "1.25",
    "OBS_FLAG": "",
}
EVERYTHING = [
    {**TRADE, "bop_item": item, "stk_flow": entry, "partner": partner}
    for item in eurostat.RESOURCES[0].ask["key"].split(".")[2].split("+")
    for entry in ("CRE", "DEB")
    for partner in ("US", "CN_X_HK")
]
SECRET = {**TRADE, "geo": "FR", "OBS_VALUE": ":", "OBS_FLAG": "c"}
BODY = table(TRADE, *EVERYTHING, SECRET, end="\r\n").encode()
RATES = table(RATE, RATE, {**RATE, "TIME_PERIOD": "2021", "OBS_FLAG": "p"}, end="\r\n").encode()
ROWS = len(EVERYTHING) + 1
LAST = f"row {ROWS}"
REFUSED: tuple[Refusal, ...] = (
    ("MIO_EUR", "MIO_NAC", "currency is 'MIO_NAC'; it must be one of ['MIO_EUR']", "row 1"),
    (",CN_X_HK,", ",US,", "codes of partner missing: ['CN_X_HK']", None),
    (",US,FR,", ",CN,FR,", "partner is 'CN'; it must be one of ['CN_X_HK', 'US']", LAST),
    ("FR,2020", "FR,2020-Q1", "TIME_PERIOD is '2020-Q1'; it must be a year", LAST),
    ("BOP_ITS6_DET(1.0)", "MIGR_RESFIRST(1.0)", "answered, not ESTAT:BOP_ITS6_DET", "row 1"),
    ("21/07/24 11:00:00", "2026-07-21", "it must be written dd/mm/yy hh:mm:ss", "row 1"),
)
CASES = [
    Case(
        make_origin(eurostat.CARD, "services_with_us_china", BODY, media_type="text/csv"),
        BODY,
        {"bilateral_services": ROWS},
        {"OBS_VALUE": "154.7", "geo": "DE", "statinfo": None},
        "2024-07-21",
        REFUSED,
        (gzip.compress(BODY, mtime=0),),
    ),
    Case(
        make_origin(eurostat.CARD, "euro_rates", RATES, media_type="text/csv"),
        RATES,
        {"bilateral_services": 2},
        {"OBS_VALUE": "1.25", "currency": "USD", "geo": None},
        "2024-07-21",
        (("ERT_BIL_EUR_A", "BOP_ITS6_DET", "answered, not ESTAT:ERT_BIL_EUR_A", "row 1"),),
    ),
]
