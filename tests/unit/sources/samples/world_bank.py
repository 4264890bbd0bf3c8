"""One page of the World Bank's API with made-up figures."""

from __future__ import annotations

from orchestration.contract import Origin
from orchestration.sources import world_bank
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_world_bank import PARAMETERS, URL, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body([row(), row(year="2023", value=None), row("CN", "CHN", value=7)])
    return [(make_origin(world_bank.CARD, "ip_receipts", content, url=URL, parameters=PARAMETERS), content)]
