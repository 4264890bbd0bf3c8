"""One answer of Data360 with made-up figures."""

from __future__ import annotations

from orchestration.contract import Origin
from orchestration.sources import unctad
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_unctad import EXPORTS, PARAMETERS, URL, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body([row(), row(year="2022", value=None), row("CHN", value="7.5", UNIT_MULT="6")])
    return [(make_origin(unctad.CARD, EXPORTS.key, content, url=URL, parameters=PARAMETERS), content)]
