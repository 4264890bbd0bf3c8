"""A file of rates in PatentWorld's layout with made-up figures."""

from __future__ import annotations

import json

from orchestration.contracts.payload import Origin
from orchestration.sources import patentsview
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_patentsview import RATES, rates


def samples() -> list[tuple[Origin, bytes]]:
    content = json.dumps(rates()).encode()
    return [(make_origin(patentsview.CARD, RATES.key, content, file_name="rates.json"), content)]
