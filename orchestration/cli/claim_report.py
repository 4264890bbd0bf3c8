"""The report of a check as one self-contained page, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from orchestration.cli.claim_answers import Answer, counted
from orchestration.core.text import shown
from orchestration.releases.release_store import Release

TEMPLATE = Path(__file__).with_name("claim_report.html")


def page(answers: Sequence[Answer], release: Release, said_on: date | None) -> str:
    """The report as HTML, everything escaped, without script and without anything that is fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        answers=answers,
        release=release.id,
        published_at=release.published_at[:10],
        said_on=said_on,
        counts=counted(answers),
    )


def text(answers: Sequence[Answer], release: Release, width: int) -> str:
    """The report for a terminal."""
    stream = StringIO()
    console = Console(file=stream, width=width, highlight=False)
    sentence = None
    for one in answers:
        if one.sentence != sentence:
            console.print(f"\n“{escape(shown(one.sentence))}”")
            sentence = one.sentence
        printed = f"  {escape(shown(one.printed))}" if one.printed else ""
        console.print(f"\n  [bold]{one.verdict_words}[/bold]{printed}")
        for name, words in one.understood:
            _indented(console, f"{name:<17}{words}")
        for words in filter(None, (one.says, one.correction, *one.elsewhere, one.citation)):
            _indented(console, words)
    console.print(f"\n{len(answers)} amounts against release {release.id}: {counted(answers)}", markup=False)
    return stream.getvalue().strip("\n")


def _indented(console: Console, words: str) -> None:
    console.print(Padding(escape(shown(words)), (0, 0, 0, 4), expand=False))
