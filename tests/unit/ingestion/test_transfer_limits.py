"""No answer of a publisher costs more than its limits, and no redirect leads inside: every source, over real sockets."""

import gzip
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.errors import FeedError
from orchestration.core.public_hosts import addresses_of, is_public
from orchestration.ingestion.transfer_watch import TransferLimits
from tests.publisher_server import Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

SHORT = TransferLimits(first_byte=0.4, window=0.3, slowest=1000, usual=200_000, tick=0.05)
MOST = 1_000_000
"""Bytes; the limit of these tests, so that they are fast."""


def endless() -> Iterator[bytes]:
    while True:
        yield b"1234567890," * 6_000


def bomb() -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    while True:
        yield packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)


def gzip_without_content() -> Iterator[bytes]:
    """A gzip header whose file name never ends: nothing is ever unpacked."""
    yield b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
    yield from endless()


def drip() -> Iterator[bytes]:
    yield b"1" * 5_000
    while True:
        yield b"1"
        time.sleep(0.02)


BODIES: dict[str, tuple[Reply, str]] = {
    "endless": (Reply(endless=endless), "1,000,000"),  # bytes on the wire or of the body, whichever is seen first
    "endless refusal": (Reply(status=500, endless=endless), "HTTP 500"),
    "bomb": (Reply(headers={"Content-Encoding": "gzip"}, endless=bomb), "the limit is 1,000,000"),
    "hidden": (Reply(headers={"Content-Encoding": "gzip"}, endless=gzip_without_content), "more than 1,000,000 bytes"),
    "twice packed": (Reply(headers={"Content-Encoding": "gzip, gzip"}, endless=bomb), "encoding 'gzip, gzip'"),
    "drip": (Reply(endless=drip), r"/figures: \d\d? bytes in 0 s, where at least 1,000 bytes a second are required"),
    "late": (Reply(b"x", delay=1.2), "no complete headers within 0 s"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BODIES)
def test_every_hostile_body_ends(kind: str, tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: BODIES[kind][0]) as server,
        server.live_feed(tmp_path, limits=SHORT, largest=MOST) as feed,
        pytest.raises(FeedError) as caught,
    ):
        feed.get(CARD, RESOURCES[0], URL)
    assert re.search(BODIES[kind][1], caught.value.failure)
    assert sum(path.stat().st_size for path in (tmp_path / "landing").rglob("*") if path.is_file()) <= MOST


def test_a_transfer_never_uses_the_reserve_of_the_disk(tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: Reply(b"x")) as server,
        server.live_feed(tmp_path, limits=TransferLimits(reserve=1 << 60)) as feed,
        pytest.raises(
            FeedError, match=r": [\d,]{1,6}\.\d GB are free on the disk, where 1,152,921,504\.6 GB must stay free"
        ),
    ):
        feed.get(CARD, RESOURCES[0], URL)
    assert server.asked == []


def test_an_answer_as_gzip_is_unpacked(tmp_path: Path) -> None:
    body = gzip.compress(b"figures")
    with (
        publisher_server(lambda _: Reply(body, headers={"Content-Encoding": "gzip"})) as server,
        server.live_feed(tmp_path) as feed,
    ):
        assert feed.get(CARD, RESOURCES[0], URL).read() == b"figures"
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"


ADDRESSES = {
    "93.184.216.34": True,
    "2606:2800:220:1:248:1893:25c8:1946": True,
    "64:ff9b::5db8:d822": True,
    "127.0.0.1": False,
    "10.1.2.3": False,
    "172.16.0.1": False,
    "192.168.1.1": False,
    "169.254.169.254": False,
    "100.100.100.200": False,
    "0.0.0.0": False,  # noqa: S104
    "224.0.0.1": False,
    "::1": False,
    "fe80::1%eth0": False,
    "fd00:ec2::254": False,
    "::ffff:127.0.0.1": False,
    "::ffff:100.64.0.1": False,
    "::ffff:224.0.0.1": False,
    "::ffff:93.184.216.34": True,
    "64:ff9b::7f00:1": False,
    "2002:7f00:1::": False,
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_addresses(address: str) -> None:
    assert is_public(address) is ADDRESSES[address]


INSIDE = ("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "169.254.169.254")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        *((f"https://{host}/latest/meta-data/", r"(is not a public one|has no address)") for host in INSIDE),
        ("http://elsewhere.example/", "over http; redirects are followed over https only"),
    ],
)
def test_a_redirect_inside_or_over_http_is_refused(location: str, words: str, tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: Reply(status=302, headers={"Location": location})) as server,
        server.live_feed(tmp_path, resolve=addresses_of) as feed,
        pytest.raises(FeedError, match=f"a redirect to .*{words}"),
    ):
        feed.get(CARD, RESOURCES[0], URL)
    assert len(server.asked) == 1


@pytest.mark.slow
def test_a_steady_transfer_ends_after_the_longest_time(tmp_path: Path) -> None:
    limits = TransferLimits(first_byte=0.5, usual=1e9, tick=0.02)
    with (
        publisher_server(lambda _: Reply(endless=drip)) as server,
        server.live_feed(tmp_path, limits=limits, largest=MOST) as feed,
        pytest.raises(FeedError, match="the transfer took longer than 1 s, the most for 1,000,000 bytes"),
    ):
        feed.get(CARD, RESOURCES[0], URL)
