"""Pace, bans, redaction, redirects and interrupted downloads, over real sockets against a local publisher."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.errors import FeedError
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.payload_store import PayloadStore
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

KEY = "0f9e-Secret-Key-77"
BODY = b"".join(number.to_bytes(4, "big") for number in range(3 << 18))
"""Three MiB in which no two places look alike."""
HALF = len(BODY) // 2


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SYNTHETIC_KEY", KEY)
    return KEY


def get(feed: LiveFeed, url: str = URL, **options: object) -> bytes:
    return feed.get(CARD, RESOURCES[0], url, **options).read()  # type: ignore[arg-type]


class FileServer:
    """A static file with ETag and ranges; ``cuts`` breaks the first answers after so many bytes."""

    def __init__(self, body: bytes) -> None:
        self.body, self.etag, self.ranges = body, '"1"', True
        self.cuts: list[int] = []
        self.rest: dict[str, str] = {}
        """Headers of an answer with the rest, where they are to be wrong."""

    def __call__(self, request: Asked) -> Reply:
        cut = self.cuts.pop(0) if self.cuts else None
        headers = {"ETag": self.etag, "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
        if request.headers.get("if-none-match") == self.etag:
            return Reply(status=304, headers=headers)
        span = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if span and self.ranges and request.headers.get("if-range") == self.etag:
            start, end = int(span[1]), len(self.body)
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
            return Reply(self.body[start:], 206, headers | self.rest, cut)
        return Reply(self.body, 200, headers, cut)


@pytest.fixture
def server() -> Iterator[tuple[FileServer, PublisherServer]]:
    files = FileServer(BODY)
    with publisher_server(files) as running:
        yield files, running


def live(server: PublisherServer, folder: Path) -> LiveFeed:
    return server.live_feed(folder, landing=PayloadStore(folder / "landing"), pace=folder / "pace")


# Downloads


def test_a_download_that_breaks_is_resumed(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF, 0, len(BODY) // 4]
    with live(running, tmp_path) as feed:
        assert get(feed) == BODY
    requests = running.asked
    assert "range" not in requests[0].headers
    assert [request.headers.get("if-range") for request in requests[1:]] == ['"1"'] * 3
    starts = [int(request.headers["range"].removeprefix("bytes=").removesuffix("-")) for request in requests[1:]]
    assert 0 < starts[0] == starts[1] < starts[2]


@pytest.mark.parametrize(
    "rest",
    [
        {"Content-Range": f"bytes {HALF}-{len(BODY) - 1}/{len(BODY) + 1}"},
        {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"},
        {"Content-Range": "bytes */*"},
        {"ETag": '"2"'},
    ],
)
def test_ranges_that_do_not_continue_the_download_are_discarded(
    tmp_path: Path, server: tuple[FileServer, PublisherServer], rest: dict[str, str]
) -> None:
    files, running = server
    files.cuts, files.rest = [HALF], rest
    with live(running, tmp_path) as feed:
        assert get(feed) == BODY
    assert ["range" in request.headers for request in running.asked] == [False, True, False]


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({"Last-Modified": "Wed, 01 Jul 2026 00:00:00 GMT"}, "Wed, 01 Jul 2026 00:00:00 GMT"),
        ({"Last-Modified": "Wed, 01 Jul 2026 00:00:00 GMT", "ETag": 'W/"1"'}, "Wed, 01 Jul 2026 00:00:00 GMT"),
        ({"ETag": 'W/"1"'}, None),
        ({}, None),
    ],
)
def test_without_a_strong_etag_the_time_of_change_is_the_condition(
    tmp_path: Path, headers: dict[str, str], condition: str | None
) -> None:
    def publisher(request: Asked) -> Reply:
        if len(running.asked) == 1:
            return Reply(BODY, 200, {**headers, "Accept-Ranges": "Bytes"}, cut_after=HALF)
        if request.headers.get("if-range") != condition or condition is None:
            return Reply(BODY)
        start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
        place = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
        return Reply(BODY[start:], 206, {"Content-Range": place, "ETag": '"other"'})

    with publisher_server(publisher) as running, live(running, tmp_path) as feed:
        assert get(feed) == BODY
    assert running.asked[1].headers.get("if-range") == condition


def test_a_body_of_the_largest_size_is_read_and_one_more_byte_is_refused(tmp_path: Path) -> None:
    with publisher_server(lambda _: Reply(b"12345")) as running, live(running, tmp_path) as feed:
        assert get(feed, largest=5) == b"12345"
        with pytest.raises(FeedError, match=r"5 bytes or more; the limit is 4"):
            get(feed, largest=4)


@pytest.mark.parametrize("change", ["another file", "no ranges"])
def test_a_file_that_changed_or_a_server_without_ranges_begins_again(
    tmp_path: Path, server: tuple[FileServer, PublisherServer], change: str
) -> None:
    files, _ = server
    files.cuts = [HALF]
    answer = files.__call__

    def changing(request: Asked) -> Reply:
        reply = answer(request)
        if change == "another file":
            files.body, files.etag = BODY[::-1], '"2"'
        files.ranges = change != "no ranges"
        return reply

    with publisher_server(changing) as running, live(running, tmp_path) as feed:
        assert get(feed) == files.body
    assert "range" in running.asked[1].headers
    assert list(PayloadStore(tmp_path / "landing").incoming(CARD.id).iterdir()) == [], "gone with its feed"


def test_a_short_body_is_tried_again_and_never_an_answer(tmp_path: Path) -> None:
    answers = [Reply(b"whole body", cut_after=4)] * 3
    with publisher_server(lambda _: answers.pop(0)) as running, live(running, tmp_path) as feed:
        with pytest.raises(FeedError, match=r"after 3 attempt.*no complete answer \(RemoteProtocolError\)"):
            get(feed)
        assert len(running.asked) == 3


def test_a_page_of_html_is_no_data_unless_html_was_requested(tmp_path: Path) -> None:
    page = Reply(b"<html><title>We are down</title></html>", headers={"Content-Type": "text/html; charset=utf-8"})
    with publisher_server(lambda _: page) as running, live(running, tmp_path) as feed:
        with pytest.raises(FeedError, match=r"a page of text/html instead of data: <html><title>We are down"):
            get(feed)
        assert len(running.asked) == 1
        assert get(feed, headers={"Accept": "text/html"}) == page.body


# Unchanged answers


def stored(feed: LiveFeed, landing: PayloadStore, **options: object) -> bytes:
    answer = feed.get(CARD, RESOURCES[0], URL, **options)  # type: ignore[arg-type]
    payload = landing.store(answer)
    landing.remember(answer, payload)
    return payload.read()


def test_unchanged_files_are_not_downloaded_again(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    landing = PayloadStore(tmp_path / "landing")
    for _ in range(2):
        with live(running, tmp_path) as feed:
            assert stored(feed, landing) == BODY
    assert feed.unchanged == 1
    assert running.asked[1].headers["if-none-match"] == '"1"'
    files.body, files.etag = b"new", '"2"'
    with live(running, tmp_path) as feed:
        assert stored(feed, landing) == b"new"
    assert feed.unchanged == 0
    assert list(landing.incoming(CARD.id).iterdir()) == []


# Redirects and keys


def test_the_key_goes_to_the_first_address_only(tmp_path: Path, key: str) -> None:
    signed = "https://signed.example/file?Signature=abc%2Fdef"
    hops = {URL: f"{URL}/moved", f"{URL}/moved": signed, "https://signed.example/file": f"{URL}/back"}

    def publisher(request: Asked) -> Reply:
        return Reply(status=301, headers={"Location": hops[request.url]}) if request.url in hops else Reply(b"x")

    with publisher_server(publisher) as running, live(running, tmp_path) as feed:
        secrets = {"secret_params": {"UserID": "SYNTHETIC_KEY"}, "secret_headers": {"X-API-KEY": "SYNTHETIC_KEY"}}
        origin = feed.get(CARD, RESOURCES[0], URL, **secrets).origin  # type: ignore[arg-type]
    first, *others = running.asked
    assert (first.headers["x-api-key"], first.params["UserID"]) == (key, key)
    assert [request.params for request in others] == [{}, {"Signature": "abc/def"}, {}]
    assert not any(key.lower() in repr(request.headers).lower() for request in others)
    assert (origin.url, "Signature" in repr(origin)) == (URL, False)


@pytest.mark.parametrize(
    ("location", "refusal"),
    [
        (f"https://elsewhere.example/{KEY}/file", "address carries the key"),
        (f"{URL}?UserID={KEY}", "address carries the key"),
        ("ftp://elsewhere.example/", "a redirect without a usable address"),
        ("/" + "x" * 65_530, r"no complete answer \(InvalidURL\)"),
        ("https://elsewhere.example:port/", r"after 3 attempt.*no complete answer"),
        (URL, "more than 5 redirects"),
    ],
)
def test_a_redirect_that_cannot_be_followed_is_refused(tmp_path: Path, key: str, location: str, refusal: str) -> None:
    with (
        publisher_server(lambda _: Reply(status=302, headers={"Location": location})) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match=refusal) as error,
    ):
        get(feed, secret_headers={"X-API-KEY": "SYNTHETIC_KEY"})
    assert key not in str(error.value)
