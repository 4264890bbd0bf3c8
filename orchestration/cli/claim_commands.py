"""The ``bilateral claims`` commands: check sentences and claim files, draft a claim file, print its schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.releases.release_store import Release

WIDTH = 80


@click.group()
def claims() -> None:
    """Check published claims against the official figures."""


@claims.command()
@click.argument("claimed", nargs=-1, required=True, metavar="SENTENCE|FILE...")
@click.option("--said-on", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the statement was made.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a report of sentences to this file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every verdict with its numbers as JSON.")
def check(claimed: tuple[str, ...], said_on: datetime | None, html: Path | None, as_json: bool) -> None:
    """Check a sentence, or the claims in files or folders, against the current release, without changing it.

    A sentence is read by rules: its amounts, year, economies and measure. Words that are not understood are listed,
    and the sentence gets no verdict. Without --said-on no vintage counts as the one of that day.
    A claim file is YAML; see docs/claims.md, and bilateral dev schema for editors.
    Verdicts are those of the metric claim_audit: confirmed, superseded, misattributed, differs from today's
    figure, contradicted, not verifiable.
    The exit code is 0 for any verdict and 1 for an invalid file.

    \b
    bilateral claims check "The United States earned 144.5 billion dollars in royalties in 2024." --said-on 2025-05-07
    bilateral claims check my_article.yaml
    bilateral claims check data/claims --json
    """
    files = [Path(one) for one in claimed if _exists(one)]
    if files and len(files) == len(claimed):
        if html or said_on:
            raise click.UsageError("--html and --said-on are for sentences; a claim file states the day itself")
        _check_files(files, as_json)
        return
    absent = [one for one in claimed if " " not in one.strip() and not _exists(one)]
    if absent or files:
        named = absent[0] if absent else str(files[0])
        raise click.BadParameter(
            f"Path {named!r} does not exist; a sentence is written in quotes"
            if absent
            else "give sentences or files, not both",
            param_hint="SENTENCE|FILE",
        )
    _check_sentences(claimed, said_on.date() if said_on else None, html, as_json)


@claims.command()
@click.argument("article", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--said-on", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the article was published.")
@click.option("--said-by", help="Authors and medium.")
@click.option("--title", help="Title of the article.")
@click.option("--url", help="Address of the article.")
def draft(article: Path, said_on: datetime | None, said_by: str | None, title: str | None, url: str | None) -> None:
    """Print a draft of a claim file from an article in a text or HTML file. Correct it before use.

    Every claim that is understood becomes an entry below the quoted sentence; other amounts become comments that state
    what is missing. Day, title, author and address default to those of the web page.

    \b
    bilateral claims draft article.html > data/claims/article.yaml
    bilateral claims draft article.txt --said-on 2025-05-07 --said-by "A newspaper" --title "A title" --url https://example.org/
    """
    from orchestration.catalog.claim_text.article import read_article
    from orchestration.catalog.claim_text.draft import draft_text
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current
    from orchestration.releases.sentence_check import read_sentences

    read = read_article(article)
    day = said_on.date() if said_on else read.published
    given = {
        "--said-on": day,
        "--said-by": said_by or read.author,
        "--title": title or read.title,
        "--url": url or read.address,
    }
    absent = [name for name, value in given.items() if not value]
    if absent or day is None:
        raise click.UsageError(
            f"the article does not state {' and '.join(absent)}; give {'it' if len(absent) == 1 else 'them'} as options"
        )
    readings = read_sentences(require_current(Settings.from_environment()), read.sentences, day)
    click.echo(
        draft_text(
            readings,
            said_by=str(given["--said-by"]),
            said_on=day,
            title=str(given["--title"]),
            url=str(given["--url"]),
        ),
        nl=False,
    )


def _exists(path: str) -> bool:
    """Whether it is the path of a file or folder; a sentence may be longer than any path."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _check_files(files: Sequence[Path], as_json: bool) -> None:
    from orchestration.core.settings import Settings
    from orchestration.releases.claim_check import check_claims
    from orchestration.releases.release_store import require_current

    release = require_current(Settings.from_environment())
    verdicts = check_claims(release, files)
    if as_json:
        click.echo(json.dumps({"release": release.id, "claims": verdicts}, indent=1, ensure_ascii=False, default=str))
    else:
        click.echo(_verdicts_text(verdicts, release))


def _check_sentences(texts: Sequence[str], said_on: date | None, html: Path | None, as_json: bool) -> None:
    from orchestration.catalog.claim_text.article import sentences_in
    from orchestration.cli.claim_answers import answer, as_json_object, names_of
    from orchestration.cli.claim_report import page, text
    from orchestration.core.output_files import output_file
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current
    from orchestration.releases.sentence_check import check_sentences

    release = require_current(Settings.from_environment())
    names = names_of(release)
    judged = check_sentences(release, [one for given in texts for one in sentences_in(given)], said_on)
    answers = [answer(one, names) for one in judged]
    if html:
        with output_file(html) as part:
            part.write_text(page(answers, release, said_on), encoding="utf-8")
    if as_json:
        found = [as_json_object(one, given) for one, given in zip(judged, answers, strict=True)]
        click.echo(json.dumps({"release": release.id, "readings": found}, indent=1, ensure_ascii=False, default=str))
    else:
        click.echo(text(answers, release, WIDTH))


def _verdicts_text(verdicts: list[dict[str, Any]], release: Release) -> str:
    from collections import Counter

    from rich.console import Console

    from orchestration.cli.figure_text import print_verdict
    from orchestration.contracts.unit import units_of_release
    from orchestration.methods.verdicts import VERDICT_WORDS
    from orchestration.releases.release_store import open_read_only

    stream = StringIO()
    console = Console(file=stream, width=WIDTH, highlight=False)
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
    for row in verdicts:
        print_verdict(console, row, units)
    counts = Counter(VERDICT_WORDS[row["verdict"]] for row in verdicts)
    summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    console.print(f"\n{len(verdicts)} claims against release {release.id}: {summary}", markup=False)
    return stream.getvalue().strip("\n")
