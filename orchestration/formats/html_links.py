"""Links on a publisher's page, for files whose names the publisher chooses."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from orchestration.contracts.payload import Answer
from orchestration.core.errors import FeedError


def links(answer: Answer, *, host: str) -> list[str]:
    """The addresses that a page links to on ``host`` or below it, absolute, each once, in the order of the page.

    A link to another host is not followed: what a publisher's page names elsewhere is not the publisher's file.

    Raises:
        FeedError: the answer is no HTML page in UTF-8.
    """
    body = answer.read()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("iso-8859-1")
    if "<a" not in text.lower():
        raise FeedError(
            f"no links on the page: {text[:200]!r}",
            publisher=answer.origin.publisher,
            payload=f"{answer.origin.source}/{answer.origin.resource} {answer.origin.url}",
            remedy="open the page in a browser; if the publisher moved its files, change the source module",
        )
    reader = _Anchors()
    reader.feed(text)
    result = (_on_host(answer.origin.url, link, host) for link in reader.found)
    return list(dict.fromkeys(item for item in result if item))


def _on_host(page: str, link: str, host: str) -> str | None:
    """The absolute address of a link, or None where it leads elsewhere or is no address."""
    try:
        address = urldefrag(urljoin(page, link.strip())).url
        parts = urlsplit(address)
        name = parts.hostname or ""
    except ValueError:
        return None
    is_on_host = parts.scheme == "https" and (name == host or name.endswith(f".{host}"))
    return address if is_on_host else None


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]
