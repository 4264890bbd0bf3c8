"""One month's file of the SEC with made-up figures."""

from __future__ import annotations

from orchestration.contracts.payload import Origin
from orchestration.sources import sec
from tests.archives import zipped
from tests.unit.sources.bulk import REST, SEC_URL, sec_members
from tests.unit.sources.fakes import make_origin


def samples() -> list[tuple[Origin, bytes]]:
    content = zipped(sec_members([{}, {"dimh": REST, "value": "2.5"}, {"dimh": "0x00000000", "value": ""}]))
    name = SEC_URL.rpartition("/")[2]
    return [(make_origin(sec.CARD, "financial_statements", content, url=SEC_URL, file_name=name), content)]
