"""One answer of Data360 and one bulk file with made-up figures."""

from __future__ import annotations

from dataclasses import replace

from orchestration.contracts.payload import Origin
from orchestration.sources import unctad
from tests.unit.sources.bulk import UNCTAD_URL, UNCTAD_VALUE, unctad_file, unctad_rows
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_unctad import EXPORTS, PARAMETERS, URL, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body([row(), row(year="2022", value=None), row("CHN", value="7.5", UNIT_MULT="6")])
    packed = unctad_file(unctad_rows({}, {"Partner": "0000", UNCTAD_VALUE: ""}))
    origin = make_origin(unctad.CARD, "services_by_partner", packed, url=UNCTAD_URL)
    return [
        (make_origin(unctad.CARD, EXPORTS.key, content, url=URL, parameters=PARAMETERS), content),
        (replace(origin, stamp="2026-08-10 version 2231"), packed),
    ]
