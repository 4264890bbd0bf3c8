"""One page of the WTO's API and its two bulk files with made-up figures."""

from __future__ import annotations

from orchestration.contracts.payload import Origin
from orchestration.sources import wto
from tests.unit.sources.bulk import ANNUAL_URL, delivered_rows, wto_file, wto_rows
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_wto import DATA_URL, EXPORTS, PAGE, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body(row(), row(2017, None, ValueFlagCode="X"), row(2018, 9000))
    annual = wto_file(wto_rows({}, {"IndicatorCode": "ITS_CS_AM6", "ValueFlagCode": "E"}, {"Value": ""}))
    delivered = delivered_rows({}, {"FLOW": "M", "VALUE": ""}).encode()
    return [
        (make_origin(wto.CARD, EXPORTS.key, content, url=DATA_URL, parameters={**PAGE, "off": "0"}), content),
        (make_origin(wto.CARD, "services_annual", annual, url=ANNUAL_URL), annual),
        (make_origin(wto.CARD, "digitally_delivered", delivered, file_name="DDS_bulk_download.csv"), delivered),
    ]
