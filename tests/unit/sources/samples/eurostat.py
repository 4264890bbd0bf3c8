"""Eurostat's trade and its rate of the euro, plain and as gzip, with made-up figures."""

from __future__ import annotations

import gzip

from orchestration.contracts.payload import Origin
from orchestration.sources import eurostat
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.test_eurostat import RATES, TRADE, everything, rate, text, trade


def samples() -> list[tuple[Origin, bytes]]:
    flows = text([*everything(), trade(":", OBS_FLAG="c", geo="FR")])
    rates = text([rate(), rate("1.1", "2021", OBS_FLAG="p")])
    return [
        (make_origin(eurostat.CARD, resource.key, body, media_type="text/csv"), body)
        for resource, body in ((TRADE, flows), (TRADE, gzip.compress(flows, mtime=0)), (RATES, rates))
    ]
