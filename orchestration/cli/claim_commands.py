"""The ``bilateral claims`` commands: check claims against the current release, print the schema of a claim file."""

from __future__ import annotations

import json
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
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print every verdict with all its numbers as JSON.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check the claims in files or folders against the current release, without writing anything.

    A claim file is YAML; see docs/claims.md, and bilateral claims schema for editors.
    Verdicts are those of the metric claim_audit: confirmed, superseded, misattributed, differs from today's
    figure, contradicted, not verifiable.
    The exit code is 0 for any verdict and 1 for an invalid file.

    \b
    bilateral claims check my_article.yaml
    bilateral claims check data/claims --json
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.claim_check import check_claims
    from orchestration.releases.release_store import require_current

    release = require_current(Settings.from_environment())
    verdicts = check_claims(release, files)
    if as_json:
        click.echo(json.dumps({"release": release.id, "claims": verdicts}, indent=1, ensure_ascii=False, default=str))
    else:
        click.echo(_verdicts_text(verdicts, release))


@claims.command()
def schema() -> None:
    """Print the JSON schema of a claim file, for editors that validate while you write.

    \b
    bilateral claims schema > claim.schema.json
    First line of the claim file:
    # yaml-language-server: $schema=claim.schema.json
    """
    from orchestration.catalog.claim_files import schema_text

    click.echo(schema_text(), nl=False)


def _verdicts_text(verdicts: list[dict[str, Any]], release: Release) -> str:
    from collections import Counter

    from rich.console import Console

    from orchestration.cli.figure_text import print_verdict
    from orchestration.contracts.unit import units_of_release
    from orchestration.methods.claim_audit import VERDICT_WORDS
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
