"""The list of areas that BEA's API gives, cut short."""

from __future__ import annotations

import json

from orchestration.contracts.payload import Origin
from orchestration.sources import bea
from tests.unit.sources.fakes import make_origin

ASKED = {
    "method": "GetParameterValues",
    "DatasetName": "IntlServTrade",
    "ParameterName": "AreaOrCountry",
    "ResultFormat": "JSON",
}


def samples() -> list[tuple[Origin, bytes]]:
    echo = [{"ParameterName": name.upper(), "ParameterValue": value} for name, value in ASKED.items()]
    values = [{"Key": key, "Desc": key} for key in ("China", "AllCountries")]
    envelope = {"Request": {"RequestParam": echo}, "Results": {"ParamValue": values}}
    content = json.dumps({"BEAAPI": envelope}).encode()
    return [(make_origin(bea.CARD, "area_keys", content, parameters=ASKED), content)]
