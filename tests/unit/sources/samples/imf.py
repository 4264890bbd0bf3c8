"""One answer of the IMF with made-up figures."""

from __future__ import annotations

import json
from dataclasses import replace

from orchestration.contracts.payload import Origin
from orchestration.sources import imf
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_imf import CHARGES, DATA_URL, USA_AND_CHINA, answer


def samples() -> list[tuple[Origin, bytes]]:
    body = json.dumps(answer(*USA_AND_CHINA)).encode()
    origin = make_origin(imf.CARD, CHARGES.key, body, url=DATA_URL)
    return [(replace(origin, stamp="2026-10-01T12:00:00Z 21.0.0"), body)]
