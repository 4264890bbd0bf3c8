"""The command ``bilateral claims check``: sentences and claim files against the official figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from orchestration.catalog.claim_text.article import sentences_in
from orchestration.cli.claim_answers import answer, names_of
from orchestration.cli.output import as_json, print_json
from orchestration.contracts.unit import units_of_release
from orchestration.core.settings import Settings
from orchestration.core.text import shown
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.releases.claim_check import check_claims, check_sentences
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release, require_current

WIDTH = 80
FIGURES = {
    "claimed": "claimed_value",
    "official when claimed": "value_when_said",
    "latest official": "value_latest",
}
"""Columns of ``fct_claim_audit`` that are printed, by their words."""


@click.group()
def claims() -> None:
    """Check published claims against the official figures."""


@claims.command()
@click.argument("claimed", nargs=-1, required=True, metavar="SENTENCE|FILE...")
@click.option("--said-on", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the statement was made.")
@as_json
def check(claimed: tuple[str, ...], said_on: datetime | None, as_json: bool) -> None:
    """Check a sentence, or the claims in files or folders, against the current release, without changing it.

    A sentence is read by rules: its amounts, year, economies and measure. Words that are not understood are listed,
    and the sentence gets no verdict. Without --said-on no vintage counts as the one of that day.
    A claim file is YAML; see docs/claims.md.
    Verdicts are those of the metric claim_audit: confirmed, superseded, misattributed, differs from today's
    figure, contradicted, not verifiable.
    The exit code is 0 for any verdict and 1 for an invalid file.

    \b
    bilateral claims check "The United States earned 144.5 billion dollars in royalties in 2024." --said-on 2025-05-07
    bilateral claims check my_article.yaml
    bilateral claims check data/claims --json
    """
    files = [Path(text) for text in claimed if _exists(text)]
    missing = [text for text in claimed if " " not in text.strip() and not _exists(text)]
    if missing:
        raise click.BadParameter(
            f"path {missing[0]!r} does not exist; write a sentence in quotes", param_hint="SENTENCE|FILE"
        )
    if files and len(files) < len(claimed):
        raise click.BadParameter("pass sentences or files, not both", param_hint="SENTENCE|FILE")
    if files and said_on:
        raise click.UsageError("--said-on is for sentences; a claim file states the day itself")
    release = require_current(Settings.from_environment())
    if files:
        _check_files(release, files, as_json)
    else:
        _check_sentences(release, claimed, said_on.date() if said_on else None, as_json)


def _exists(path: str) -> bool:
    """Whether a file or folder has this path; a sentence may be longer than any path."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _check_files(release: Release, files: Sequence[Path], as_json: bool) -> None:
    verdicts = check_claims(release, files)
    if as_json:
        return print_json({"release": release.id, "claims": verdicts})
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
    for row in verdicts:
        click.echo(f"\n  {VERDICT_WORDS[row['verdict']]}  {shown(row['claim_id'])}")
        for words, column in FIGURES.items():
            figure = "no figure" if row[column] is None else f"{row[column]:,.12g} {units[row['unit']].phrase}"
            click.echo(f"    {words:<24}{figure}".rstrip())
        _print_paragraphs(row["explanation"])
    return _print_counts(verdicts, "claims", release)


def _check_sentences(release: Release, texts: Sequence[str], said_on: date | None, as_json: bool) -> None:
    names = names_of(release)
    judged = check_sentences(release, [sentence for text in texts for sentence in sentences_in(text)], said_on)
    answers = [answer(reading, names) for reading in judged]
    if as_json:
        return print_json({"release": release.id, "readings": answers})
    sentence = None
    for reading in answers:
        if reading["sentence"] != sentence:
            sentence = reading["sentence"]
            click.echo("\n" + "\n".join(wrap(f"“{shown(sentence)}”", WIDTH)))
        click.echo(f"\n  {reading['verdict_words']}  {shown(reading['amount'] or '')}".rstrip(" "))
        fields = (f"{name:<17}{words}" for name, words in reading["understood"])
        _print_paragraphs(
            *fields, reading["says"], reading["correction"], *reading["elsewhere_words"], reading["citation"]
        )
    return _print_counts(answers, "amounts", release)


def _print_paragraphs(*paragraphs: str | None) -> None:
    for words in filter(None, paragraphs):
        for line in wrap(shown(words), WIDTH, initial_indent="    ", subsequent_indent="    "):
            click.echo(line)


def _print_counts(checked: Sequence[Mapping[str, Any]], what: str, release: Release) -> None:
    verdicts = Counter(VERDICT_WORDS.get(entry["verdict"], "no verdict") for entry in checked)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    click.echo(f"\n{len(checked)} {what}: {summary}\nRelease {release.id}")
