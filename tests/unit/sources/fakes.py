"""A feed of recorded answers for the tests of source modules, keyed by url and parameters."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Unpack

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.source import Card, RequestOptions, Resource
from orchestration.core.errors import FeedError
from orchestration.ingestion.feeds import BundleEdition, bundle_editions

BUNDLE = Path(__file__).resolve().parents[3] / "data" / "bundle"

Request = tuple[str, frozenset[tuple[str, str]]]


def asked(url: str, **params: str) -> Request:
    """The key of one request in ``FakeFeed.answers``."""
    return url, frozenset(params.items())


def make_origin(
    card: Card,
    resource: str,
    body: bytes = b"",
    *,
    url: str = "",
    parameters: Mapping[str, str] | None = None,
    file_name: str = "answer",
    fetched_at: datetime = datetime(2026, 7, 1, 12, tzinfo=UTC),
    publisher_last_updated: date | None = None,
    media_type: str = "application/json",
) -> Origin:
    """The origin card of an answer made up by a test."""
    return Origin(
        source=card.id,
        resource=resource,
        publisher=card.publisher,
        url=url or card.homepage,
        parameters=dict(parameters or {}),
        fetched_at=fetched_at,
        media_type=media_type,
        licence=card.licence,
        citation=card.citation,
        file_name=file_name,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        publisher_last_updated=publisher_last_updated,
    )


@dataclass
class FakeFeed:
    """Answers requests from ``answers``; remembers every request.

    Raises:
        FeedError: nobody prepared an answer to this request.
    """

    answers: Mapping[Request, bytes] = field(default_factory=dict)
    statuses: Mapping[Request, int] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def get(self, card: Card, resource: Resource, url: str, **options: Unpack[RequestOptions]) -> Answer:
        asked_params = dict(options.get("params") or {})
        self.requests.append((url, asked_params))
        body = self.answers.get((url, frozenset(asked_params.items())))
        if body is None:
            raise FeedError(f"the fake feed has an answer; asked {url} {asked_params}", publisher=card.publisher)
        status = self.statuses.get((url, frozenset(asked_params.items())), 200)
        accept = options.get("accept", (200,))
        if status not in accept:
            raise FeedError(f"a publisher answers with {tuple(accept)}; seen {status}", publisher=card.publisher)
        origin = replace(
            make_origin(card, resource.key, body, url=url, parameters=asked_params), stamp=options.get("stamp")
        )
        return Answer(origin, partial(io.BytesIO, body), status)

    def files(self, card: Card, resource: Resource) -> Iterator[Answer]:
        return iter(())


def land(folder: Path, answers: Iterable[Answer]) -> list[Payload]:
    """Payloads as landing would hand them to ``parse``: the bytes in a file, hash and size on the card."""
    payloads = []
    for number, answer in enumerate(answers):
        with answer.opener() as stream:
            body = stream.read()
        path = folder / f"{answer.origin.resource}_{number}"
        # a file that is emptied and written again goes to the disk at once, and 30,000 take long
        path.unlink(missing_ok=True)
        path.write_bytes(body)
        origin = replace(answer.origin, sha256=hashlib.sha256(body).hexdigest(), size=len(body))
        payloads.append(Payload(origin, path))
    return payloads


def make_payload(folder: Path, origin: Origin, body: bytes) -> Payload:
    """One payload out of an origin and bytes, for tests of ``parse`` alone."""
    return land(folder, [Answer(origin, partial(io.BytesIO, body))])[0]


def editions_of(source_id: str) -> list[BundleEdition]:
    """The editions of a source in the repository's own bundle, oldest first."""
    return bundle_editions(BUNDLE, source_id)
