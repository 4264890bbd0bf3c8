"""The OECD's bulk file and one selection of each kind, with made-up figures."""

from __future__ import annotations

from orchestration.contracts.payload import Origin
from orchestration.sources import oecd
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_oecd import BATIS_ROWS, BULK, OWN, PATENTS, RESOURCE, SERVICES, bulk, patent, service, text


def samples() -> list[tuple[Origin, bytes]]:
    name = "OECD-WTO_BATIS_BPM6_December2025_bulk.zip"
    return [
        (make_origin(oecd.CARD, BULK.key, bulk(*BATIS_ROWS), file_name=name), bulk(*BATIS_ROWS)),
        *(
            (make_origin(oecd.CARD, key, body, media_type="text/csv"), body)
            for key, body in (
                (OWN.key, text(SERVICES, service(), service("", TIME_PERIOD="2021", OBS_STATUS="Q"))),
                ("co_inventions", text(PATENTS, patent(), patent(value="NaN", PARTNER_AREA="DEU"))),
                (RESOURCE["foreign_ownership"].key, text(PATENTS, patent("FO"))),
            )
        ),
    ]
