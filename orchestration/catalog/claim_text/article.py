"""Articles as sentences: plain text, or the visible text of a web page with its title, day and address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from orchestration.core.errors import ClaimError

LARGEST = 5 * 1024 * 1024
"""Bytes of one article."""

_INVISIBLE = {"script", "style", "noscript", "template", "svg", "nav", "footer", "form"}
_BLOCKS = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "tr",
    "br",
    "section",
    "article",
    "blockquote",
    "figcaption",
}
_ABBREVIATIONS = r"(?<!\bU\.S)(?<!\bU\.K)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bNo)(?<!\bvs)(?<!\bi\.e)(?<!\be\.g)(?<!\bn\.i\.e)(?<!\b[A-Z])"
_END = re.compile(
    rf"(?:{_ABBREVIATIONS}\.|[!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9$€£¥])|\n\s*\n|(?<=\bU\.S)\.\s+(?=(?:In|The|But|It|And|That|This)\s)"
)


@dataclass(frozen=True)
class Article:
    """The sentences of a text, and what it says of itself."""

    sentences: tuple[str, ...]
    title: str | None = None
    published: date | None = None
    address: str | None = None
    author: str | None = None


def read_article(path: Path) -> Article:
    """An article from a file: ``.html`` and ``.htm`` are web pages, everything else is plain text.

    Raises:
        ClaimError: it is too large, or no text in UTF-8.
    """
    with path.open("rb") as stream:
        body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ClaimError(
            f"larger than {LARGEST:,} bytes", payload=path.name, remedy="save the text of the article alone"
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClaimError(
            f"not text in UTF-8: {error}", payload=path.name, remedy="save the article as UTF-8"
        ) from error
    if path.suffix.lower() not in (".html", ".htm"):
        return Article(tuple(sentences_in(text)))
    page = _Page()
    page.feed(text)
    page.close()
    return Article(
        tuple(sentences_in("".join(page.text))),
        page.meta.get("og:title") or " ".join("".join(page.title).split()) or None,
        _day(page.meta.get("article:published_time") or page.meta.get("date") or page.meta.get("pubdate")),
        page.meta.get("canonical") or page.meta.get("og:url"),
        page.meta.get("author"),
    )


def sentences_in(text: str) -> list[str]:
    """The sentences of a text, its line breaks inside paragraphs joined."""
    found = (" ".join(part.split()) for part in _split(text))
    return [one for one in found if one]


def _split(text: str) -> list[str]:
    parts, start = [], 0
    for match in _END.finditer(text):
        parts.append(text[start : match.end()])
        start = match.end()
    return [*parts, text[start:]]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


@dataclass
class _Page(HTMLParser):
    """The visible text of a page, with an empty line after every block, and its metadata."""

    text: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    hidden: int = 0
    in_title: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.meta.setdefault(name.lower(), given.get("content", "").strip())
        elif tag == "link" and given.get("rel") == "canonical":
            self.meta["canonical"] = given.get("href", "").strip()
        elif tag in _INVISIBLE:
            self.hidden += 1
        elif tag == "title":
            self.in_title = True
        if tag in _BLOCKS:
            self.text.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _INVISIBLE:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "title":
            self.in_title = False
        if tag in _BLOCKS:
            self.text.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title.append(data)
        elif not self.hidden:
            self.text.append(data)
