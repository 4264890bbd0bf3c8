"""The verified bytes behind an origin card of a release, from the payload store or the bundle."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.contracts.payload import Origin, Payload
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.feeds import bundle_editions
from orchestration.ingestion.payload_store import PayloadStore


@contextmanager
def payload_of(settings: Settings, origin: Origin) -> Iterator[Payload]:
    """Yield the payload of an origin card; its bytes have the hash of the card.

    Raises:
        FeedError: neither the payload store nor the bundle has these bytes.
    """
    stored = PayloadStore(settings.landing).payload(origin)
    if stored is not None:
        yield stored
        return
    answers = (edition.holding(origin.sha256) for edition in bundle_editions(settings.bundle, origin.source))
    answer = next((answer for answer in answers if answer is not None), None)
    if answer is None:
        raise FeedError(
            "neither the payload store nor the bundle has the bytes of the payload",
            publisher=origin.publisher,
            payload=f"{origin.source}/{origin.resource}/{origin.file_name} sha256:{origin.sha256}",
            remedy=f"restore its folder in the payload store, or download it again: {origin.url}",
        )
    with tempfile.TemporaryDirectory(prefix="bilateral-") as folder:
        path = Path(folder) / "payload"
        with answer.opener() as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield Payload(origin, path)
