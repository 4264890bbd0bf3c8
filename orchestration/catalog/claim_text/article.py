"""Articles as sentences of plain text."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.core.errors import ClaimError

LARGEST = 5 * 1024 * 1024
"""Bytes of one article."""

_ABBREVIATIONS = r"(?<!\bU\.S)(?<!\bU\.K)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bNo)(?<!\bvs)(?<!\bi\.e)(?<!\be\.g)(?<!\bn\.i\.e)(?<!\b[A-Z])"
_END = re.compile(
    rf"(?:{_ABBREVIATIONS}\.|[!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9$€£¥])|\n\s*\n|(?<=\bU\.S)\.\s+(?=(?:In|The|But|It|And|That|This)\s)"
)


def read_article(path: Path) -> list[str]:
    """Return the sentences of a text file.

    Raises:
        ClaimError: the file is too large or not text in UTF-8.
    """
    with path.open("rb") as stream:
        body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ClaimError(
            f"larger than {LARGEST:,} bytes", payload=path.name, remedy="save the text of the article alone"
        )
    try:
        return sentences_in(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ClaimError(
            f"not text in UTF-8: {error}", payload=path.name, remedy="save the article as UTF-8"
        ) from error


def sentences_in(text: str) -> list[str]:
    """Return the sentences of a text, with the line breaks inside paragraphs joined."""
    ends = [match.end() for match in _END.finditer(text)]
    parts = (text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
    return [sentence for part in parts if (sentence := " ".join(part.split()))]
