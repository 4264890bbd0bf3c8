"""Articles as sentences of plain text."""

import re

_ABBREVIATIONS = r"(?<!\bU\.S)(?<!\bU\.K)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bNo)(?<!\bvs)(?<!\bi\.e)(?<!\be\.g)(?<!\bn\.i\.e)(?<!\b[A-Z])"
_END = re.compile(
    rf"(?:{_ABBREVIATIONS}\.|[!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9$€£¥])|\n\s*\n|(?<=\bU\.S)\.\s+(?=(?:In|The|But|It|And|That|This)\s)"
)


def sentences_in(text: str) -> list[str]:
    """Return the sentences of a text, with the line breaks inside paragraphs joined."""
    ends = [match.end() for match in _END.finditer(text)]
    parts = (text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
    return [sentence for part in parts if (sentence := " ".join(part.split()))]
