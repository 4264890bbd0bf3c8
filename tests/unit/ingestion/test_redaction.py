"""A key reaches no payload, card, header, message or log; an answer that repeats it disguised is refused."""

import base64
import gzip
import html
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from orchestration.core.errors import FeedError
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.redaction import REDACTED, RepeatedSecretError, Secrets
from tests.publisher_server import PublisherServer, Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

KEY = "0f9e-Secret&Key/77+"
SECRET: dict[str, Any] = {"secret_headers": {"X-Key": "SYNTHETIC_KEY"}}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_KEY", KEY)


def live(server: PublisherServer, folder: Path) -> LiveFeed:
    return server.live_feed(folder, landing=PayloadStore(folder / "landing"), pace=folder / "pace")


def get(feed: LiveFeed, url: str = URL, **options: Any) -> bytes:
    return feed.get(CARD, RESOURCES[0], url, **options).read()


def each(spell: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(spell, text))


PLAIN = {"plain": KEY, "capitals": KEY.upper()}
ESCAPED: dict[str, Callable[[str], str]] = {
    "address": lambda text: quote(text, safe=""),
    "a parameter": lambda text: f"key={quote(text)}",
    "percent": each(lambda letter: f"%{ord(letter):02X}"),
    "JSON": each(lambda letter: f"\\u{ord(letter):04x}"),
    "JSON twice": each(lambda letter: f"\\\\u{ord(letter):04X}"),
    "HTML": html.escape,
    "HTML numbers": each(lambda letter: f"&#{ord(letter)};"),
    "HTML hexadecimal": each(lambda letter: f"&#x{ord(letter):X};"),
    "HTML twice": each(lambda letter: f"&amp;#{ord(letter)};"),
    "quoted-printable": each(lambda letter: f"={ord(letter):02X}"),
    "quoted-printable in lines": each(lambda letter: f"={ord(letter):02X}=\r\n"),
    "backslashes": each(lambda letter: letter if letter.isalnum() else f"\\{letter}"),
    "mixture": lambda text: f"%30{text[1:5]}\\u{ord(text[5]):04x}&#{ord(text[6])};{text[7:]}",
}


def encoded(encoding: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(encoding)


HIDDEN: dict[str, Callable[[str], bytes]] = {
    **{name: lambda text, spell=spell: spell(text).encode() for name, spell in ESCAPED.items()},  # type: ignore[misc]
    **{f"Base64 at {at}": lambda text, at=at: base64.b64encode(b"u" * at + text.encode() + b":") for at in range(3)},  # type: ignore[misc]
    "Base64 for addresses": lambda text: base64.urlsafe_b64encode(f"me:{text}?".encode()),
    "Base64 in lines": lambda text: base64.encodebytes(f"{'u' * 50}:{text}".encode()),
    **{name: encoded(name) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")},
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper().encode(),
}


def cleaned(body: bytes, size: int) -> bytes:
    chunks = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(Secrets([KEY]).stream(chunks, lambda: None))


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("spelling", PLAIN)
def test_a_plain_key_is_removed_across_chunks(spelling: str, size: int) -> None:
    written = PLAIN[spelling]
    assert cleaned(f"head {written} tail".encode(), size) == f"head {REDACTED} tail".encode()
    assert Secrets([KEY]).clean(f"bad key {written}!") == f"bad key {REDACTED}!"


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("spelling", HIDDEN)
def test_a_body_that_repeats_the_key_in_another_spelling_is_refused(spelling: str, size: int) -> None:
    written = HIDDEN[spelling](KEY)
    with pytest.raises(RepeatedSecretError):
        cleaned(b'{"echo": "' + written + b'", "rows": []}', size)
    assert Secrets([KEY]).clean(f"bad key {written.decode('latin-1')}!") == REDACTED


def test_a_body_without_a_key_keeps_its_bytes() -> None:
    body = bytes(range(256)) * 300 + KEY[:-1].encode() + b"\0" * 300
    assert cleaned(body, 999) == body


def test_a_stream_that_breaks_within_a_key_leaves_no_part_of_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"head " + KEY[:10].encode()
        raise ConnectionError

    written: list[bytes] = []
    with pytest.raises(ConnectionError):
        written.extend(Secrets([KEY]).stream(broken(), lambda: None))
    assert KEY[:3].encode() not in b"".join(written)


BODIES = {"Base64": HIDDEN["Base64 at 1"](KEY), "gzip": gzip.compress(b"bad key " + KEY.encode())}


@pytest.mark.parametrize("kind", BODIES)
def test_an_answer_that_could_repeat_the_key_packed_is_refused(kind: str, tmp_path: Path) -> None:
    with publisher_server(lambda _: Reply(BODIES[kind])) as running, live(running, tmp_path) as feed:
        with pytest.raises(FeedError, match=r"repeats? the key"):
            get(feed, **SECRET)
        assert all(path.stat().st_size == 0 for path in (tmp_path / "landing").rglob("*.part"))
        assert kind == "Base64" or get(feed) == BODIES[kind], "without a key it is an answer"


def test_an_echoed_key_reaches_no_file_or_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    echo = f'{{"UserID": "{KEY.upper()}", "rows": []}}'.encode()
    answers = [
        Reply(echo, headers={"ETag": f'"{KEY}"', "Content-Type": f"text/plain; key={quote(KEY)}", "X-Echo": KEY}),
        Reply(b"bad key " + KEY.encode(), 403),
        Reply(status=302, headers={"Location": "https://signed.example/?Signature=not-for-logs"}),
        Reply(b"x"),
    ]
    secret: dict[str, Any] = {**SECRET, "secret_params": {"UserID": "SYNTHETIC_KEY"}}
    for name in ("", "httpx", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    with publisher_server(lambda _: answers.pop(0)) as running, live(running, tmp_path) as feed:
        answer = feed.get(CARD, RESOURCES[0], URL, **secret)
        assert answer.read() == echo.replace(KEY.upper().encode(), REDACTED.encode())
        with pytest.raises(FeedError, match="403: bad key <redacted>") as error:
            get(feed, url=f"{URL}/2", **secret)
        get(feed, url=f"{URL}/3", **secret)
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    reported = f"{caplog.text} {error.value!r} {error.value.__cause__!r} {error.value.__context__!r} {answer.origin!r}"
    for spelling in (KEY, quote(KEY)):
        assert spelling.lower() not in reported.lower()
        assert spelling.lower().encode() not in stored.lower()
    assert "not-for-logs" not in reported


@pytest.mark.parametrize("value", ["two\nlines", "schlüssel-mit-umlaut"])
def test_an_invalid_key_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SYNTHETIC_KEY", value)
    with (
        LiveFeed(tmp_path, PayloadStore(tmp_path), tmp_path) as feed,
        pytest.raises(FeedError, match="is not a key") as error,
    ):
        get(feed, **SECRET)
    assert value not in repr(error.value)
