"""Terms of the glossary, read from the tables of docs/glossary.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_ROW = re.compile(r"\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \|")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SEE = re.compile(r"; see (the )?\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True)
class Term:
    """A term, its meaning as plain text, and the section that it is in."""

    section: str
    term: str
    meaning: str

    @property
    def place(self) -> str:
        """The anchor of the term on its page."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")


def glossary_terms(root: Path) -> list[Term]:
    """The terms of a checkout's glossary in its order."""
    found, section = [], ""
    for line in (root / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif (row := _ROW.fullmatch(line)) and row["term"] != "term":
            found.append(Term(section, _plain(row["term"]), _plain(row["meaning"])))
    return found


def _plain(text: str) -> str:
    """Text without Markdown; a pointer to another document is left out, since a release has none of them."""
    return re.sub(r"[*`]", "", _LINK.sub(r"\1", _SEE.sub("", text))).strip()
