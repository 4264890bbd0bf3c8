"""What changed from the release before: a page, and the changelog of the release's folder, which keeps what earlier ones said."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.core.files import write_text
from orchestration.core.text import one_line
from orchestration.site.changes import Section, sections_of
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render

PAGE, CHANGELOG = "changes.html", "CHANGELOG.md"
TITLE = "What changed"
"""The words by which the search finds the page."""
KEPT = 50
"""Releases that a changelog describes, the newest first."""

_LONGEST = 20_000
"""Characters of one sentence."""

_TITLE = "# What changed from release to release\n"
_RELEASE = re.compile(r"^## ", re.MULTILINE)


def changelog(context: ReleaseContext, sections: list[Section], earlier: str) -> str:
    """The changelog as Markdown: this release, then what the changelog of the release before says of the ones before it."""
    lines = [f"{context.release}, {context.published_at[:10]}", ""]
    if context.diff is None:
        lines += [f"The first release: {len(context.described)} metrics in {len(context.tables)} tables.", ""]
    elif not sections:
        lines += [f"The same figures as in {context.diff['before']}.", ""]
    else:
        lines += [f"Compared with {context.diff['before']}.", ""]
    for section in sections:
        lines += [f"### {section.title}", "", *(f"- {escaped(sentence)}" for sentence in section.sentences), ""]
    said = [entry.rstrip("\n") + "\n" for entry in _RELEASE.split(earlier)[1:]]
    return "\n## ".join([_TITLE, "\n".join(lines).rstrip("\n") + "\n", *said][: KEPT + 1])


def escaped(sentence: str) -> str:
    """Return text on one line in which nothing is HTML, a link or an invisible mark."""
    html = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return re.sub(r"[\\<>\[\]|&]", lambda match: html.get(match[0], f"\\{match[0]}"), one_line(sentence, _LONGEST))


def _write(site: Site) -> str:
    context, folder = site.context, site.folder.parent
    before = folder.parent / str((context.diff or {}).get("before", ""))
    sections = sections_of(folder, before, context)
    site.write(PAGE, render("changes.html", root="..", context=context, sections=sections))
    write_text(folder / CHANGELOG, changelog(context, sections, _earlier(before) if context.diff else ""))
    return ""


def _earlier(before: Path) -> str:
    path = before / CHANGELOG
    return path.read_text(encoding="utf-8") if path.exists() else ""


PAGES = PageKind(_write)
