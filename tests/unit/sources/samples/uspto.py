"""The first places of the bundle's own table of places: the whole table is too large a seed."""

from __future__ import annotations

import io
import zipfile

from orchestration.contracts.payload import Origin
from orchestration.sources import uspto
from tests.unit.sources.fakes import editions_of

PLACES = next(resource for resource in uspto.RESOURCES if "location" in resource.key)
LINES = 8


def samples() -> list[tuple[Origin, bytes]]:
    answer = next(answer for edition in editions_of("uspto") for answer in uspto.fetch(PLACES, edition))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(answer.read())) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as cut:
        (name,) = whole.namelist()
        with whole.open(name) as lines:
            cut.writestr(name, b"".join(lines.readline() for _ in range(LINES)))
    return [(answer.origin, target.getvalue())]
