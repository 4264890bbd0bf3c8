"""Small payloads that a source's parser accepts, one module a source: the seeds of the fuzzing beside the bundle. See docs/adding.md."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from orchestration.contracts.payload import Origin
from orchestration.contracts.source import Resource, Source
from tests.publisher_server import Publisher, Reply, publisher_server


def captured(source: Source, resource: Resource, publisher: Publisher) -> list[tuple[Origin, bytes]]:
    """What a source's fetch brings from a local publisher through the real client, as it would land."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, {"BILATERAL_CONTACT": "A Tester tester@example.org"}),
        publisher_server(publisher) as server,
    ):
        answers = [(answer.origin, answer.read()) for answer in source.fetch(resource, server.live_feed(Path(folder)))]
    return [(replace(origin, size=len(body)), body) for origin, body in answers]


def answers(bodies: Mapping[str, bytes]) -> Publisher:
    """A publisher that has one answer to each address."""
    return lambda asked: Reply(bodies[asked.url])
