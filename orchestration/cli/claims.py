"""The command ``bilateral claims check``: sentences and claim files against the official figures."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from orchestration.catalog.claim_text.reading import sentences_in
from orchestration.cli.claim_answers import answer
from orchestration.cli.names import Names
from orchestration.cli.output import as_json, print_json
from orchestration.core.settings import Settings
from orchestration.core.text import shown
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.releases.claim_check import check_claims, check_sentences
from orchestration.releases.release_store import require_current

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
    files = [Path(text) for text in claimed if os.path.exists(text)]  # false for a text that cannot be a path
    if missing := [text for text in claimed if " " not in text.strip() and Path(text) not in files]:
        raise click.BadParameter(
            f"path {missing[0]!r} does not exist; write a sentence in quotes", param_hint="SENTENCE|FILE"
        )
    if files and (said_on or len(files) < len(claimed)):
        raise click.UsageError("Pass sentences or files, not both; --said-on is for sentences, a file states the day.")
    release = require_current(Settings.from_environment())
    names = Names(release)
    if files:
        what, verdicts = "claims", check_claims(release, files)
    else:
        sentences = [sentence for text in claimed for sentence in sentences_in(text)]
        judged = check_sentences(release, sentences, said_on.date() if said_on else None)
        what, verdicts = "readings", [answer(reading, names) for reading in judged]
    if as_json:
        return print_json({"release": release.id, what: verdicts})
    (_print_claims if files else _print_readings)(verdicts, names)
    counts = Counter(VERDICT_WORDS.get(entry["verdict"], "no verdict") for entry in verdicts)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    return click.echo(f"\n{what.capitalize()}: {summary}\nRelease {release.id}")


def _print_claims(verdicts: Sequence[Mapping[str, Any]], names: Names) -> None:
    for row in verdicts:
        click.echo(f"\n  {VERDICT_WORDS[row['verdict']]}  {shown(row['claim_id'])}")
        for words, column in FIGURES.items():
            figure = "no figure" if row[column] is None else f"{row[column]:,.12g} {names.units[row['unit']].phrase}"
            click.echo(f"    {words:<24}{figure}".rstrip())
        _print_paragraphs(row["explanation"])


def _print_readings(answers: Sequence[Mapping[str, Any]], names: Names) -> None:
    for sentence, readings in groupby(answers, itemgetter("sentence")):
        click.echo("\n" + "\n".join(wrap(f"“{shown(sentence)}”", WIDTH)))
        for reading in readings:
            click.echo(f"\n  {reading['verdict_words']}  {shown(reading['amount'] or '')}".rstrip(" "))
            _print_paragraphs(
                *(f"{name:<17}{words}" for name, words in reading["understood"]),
                *(reading["says"], reading["correction"], *reading["elsewhere_words"], reading["citation"]),
            )


def _print_paragraphs(*paragraphs: str | None) -> None:
    for words in filter(None, paragraphs):
        for line in wrap(shown(words), WIDTH, initial_indent="    ", subsequent_indent="    "):
            click.echo(line)
