"""One page of the World Bank's API and one of an archived version with made-up figures."""

from __future__ import annotations

from orchestration.contracts.payload import Origin
from orchestration.sources import world_bank
from tests.unit.sources.bulk import ARCHIVE_URL, archived_body, archived_row
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_world_bank import PARAMETERS, URL, body, row


def samples() -> list[tuple[Origin, bytes]]:
    content = body([row(), row(year="2023", value=None), row("CN", "CHN", value=7)])
    archived = archived_body([archived_row("202407"), archived_row("202407", "CHN", value=None)])
    asked = {"format": "json", "per_page": "20000", "page": "1"}
    return [
        (make_origin(world_bank.CARD, "ip_receipts", content, url=URL, parameters=PARAMETERS), content),
        (make_origin(world_bank.CARD, "ip_receipts_archive", archived, url=ARCHIVE_URL, parameters=asked), archived),
    ]
