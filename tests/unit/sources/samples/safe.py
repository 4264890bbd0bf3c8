"""A small workbook in SAFE's layout with made-up figures."""

from __future__ import annotations

from orchestration.contracts.payload import Origin
from orchestration.sources import safe
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_safe import RESOURCE, cells, workbook


def samples() -> list[tuple[Origin, bytes]]:
    content = workbook(cells())
    return [(make_origin(safe.CARD, RESOURCE.key, content, file_name="table.xlsx"), content)]
