"""One page of the WTO's API with made-up figures."""

from __future__ import annotations

from orchestration.contract import Origin
from orchestration.sources import wto
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_wto import DATA_URL, EXPORTS, PAGE, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body(row(), row(2017, None, ValueFlagCode="X"), row(2018, 9000))
    return [(make_origin(wto.CARD, EXPORTS.key, content, url=DATA_URL, parameters={**PAGE, "off": "0"}), content)]
