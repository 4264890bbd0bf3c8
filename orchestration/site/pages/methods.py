"""The methods as a page: documents of the checkout about figures, with their links inside the page."""

import re
from pathlib import Path

import mistune
from markupsafe import Markup

from orchestration.core.settings import Settings
from orchestration.site.rendering import render
from orchestration.site.site import Site

PAGE = "methods.html"
DOCUMENTS = ("figures.md", "glossary.md", "methods/*.md", "corrections.md")
"""Documents below ``docs`` in reading order."""

_TERM = re.compile(r"^\| (?!term |---)([^|]+) \|", re.MULTILINE)
_BOX = '<div class="scroll" role="group" tabindex="0" aria-label="Table">'


class _DocumentRenderer(mistune.HTMLRenderer):
    """One document; a link to a document that is no section keeps its words alone."""

    def __init__(self, stem: str, stems: frozenset[str]) -> None:
        super().__init__(escape=True)
        self._stem, self._stems = stem, stems

    def heading(self, text: str, level: int, **attrs: object) -> str:
        anchor = self._stem if level == 1 else _anchor(self._stem, re.sub(r"<[^>]+>", "", text))
        return f'<h{level + 1} id="{anchor}">{text}</h{level + 1}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        path, _, place = url.partition("#")
        stem = Path(path).stem or self._stem
        if path.startswith("https://"):
            return f'<a href="{mistune.escape(url)}" rel="noreferrer">{text}</a>'
        return f'<a href="#{_anchor(stem, place) if place else stem}">{text}</a>' if stem in self._stems else text


def _anchor(stem: str, heading: str) -> str:
    return f"{stem}-{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-')}"


def place_of(term: str) -> str:
    """Return the anchor of a term of the glossary."""
    return _anchor("term", term)


def glossary_terms(root: Path) -> list[str]:
    """Return the terms of a checkout's glossary in its order."""
    text = (root / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [re.sub(r"[*`]", "", term) for term in _TERM.findall(text)]


def methods_of(root: Path) -> list[tuple[str, str, Markup]]:
    """Return anchor, title and HTML of every document."""
    paths = [path for pattern in DOCUMENTS for path in sorted((root / "docs").glob(pattern))]
    stems = frozenset(path.stem for path in paths)
    sections = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        written = mistune.create_markdown(renderer=_DocumentRenderer(path.stem, stems), plugins=["table"])(text)
        written = re.sub(r' style="[^"]*"', "", str(written)).replace("<pre>", '<pre tabindex="0">')
        if path.stem == "glossary":
            for term in glossary_terms(root):
                written = written.replace(
                    f"<tr>\n  <td>{mistune.escape(term)}</td>",
                    f'<tr id="{place_of(term)}">\n  <td>{mistune.escape(term)}</td>',
                )
        written = (
            written.replace("<th></th>", "<td></td>")
            .replace("<table>", f"{_BOX}<table>")
            .replace("</table>", "</table></div>")
        )
        sections.append((path.stem, text.partition("\n")[0].lstrip("# "), Markup(written)))  # noqa: S704 - mistune escapes HTML
    return sections


def write(site: Site) -> None:
    """Write the page of methods."""
    sections = methods_of(Settings.from_environment().root)
    site.write(PAGE, render("methods.html", root="..", context=site.context, sections=sections))
