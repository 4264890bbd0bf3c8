"""The terms of the glossary as a page, read from the tables of docs/glossary.md."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.site.rendering import render
from orchestration.site.site import Site

PAGE = "terms.html"

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
        return place_of(self.term)


def place_of(term: str) -> str:
    """Return the anchor of a term on its page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def write(site: Site) -> str:
    """Write the page of terms."""
    terms = glossary_terms(Settings.from_environment().root)
    sections = [(name, list(group)) for name, group in groupby(terms, key=lambda term: term.section)]
    site.write(PAGE, render("terms.html", root="..", context=site.context, sections=sections))
    return ""


def glossary_terms(root: Path) -> list[Term]:
    """Return the terms of a checkout's glossary in its order."""
    terms, section = [], ""
    for line in (root / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif (row := _ROW.fullmatch(line)) and row["term"] != "term":
            terms.append(Term(section, _plain(row["term"]), _plain(row["meaning"])))
    return terms


def _plain(text: str) -> str:
    """Text without Markdown; a pointer to another document is left out, since a release has none of them."""
    return re.sub(r"[*`]", "", _LINK.sub(r"\1", _SEE.sub("", text))).strip()
