"""The ``bilateral claims`` commands: anybody's claims against the current release, and the schema of a claim file. Nothing is judged here."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import click

WIDTH = 80


@click.group()
def claims() -> None:
    """Check figures that people published against the official ones."""


@claims.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Every verdict with all its numbers as JSON.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Judge the claims of files, or of folders of them, against the current release. Nothing is written.

    A claim file is YAML; docs/claims.md describes one, and editors check it with: bilateral claims schema.
    The verdicts are those of the metric claim_audit: confirmed, superseded, misattributed, contradicted, not_verifiable.
    A verdict of any kind ends with exit code 0, a wrong file with 1.

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
        click.echo(_told(verdicts, release.id))


@claims.command()
def schema() -> None:
    """Print the JSON schema of a claim file, for editors that check while one writes.

    \b
    bilateral claims schema > claim.schema.json
    and as the first line of the claim file:
    # yaml-language-server: $schema=claim.schema.json
    """
    from orchestration.catalog.claim_files import schema_text

    click.echo(schema_text(), nl=False)


def _told(verdicts: list[dict[str, Any]], release_id: str) -> str:
    from collections import Counter

    from rich.console import Console

    from orchestration.cli.figure_text import print_verdict

    stream = StringIO()
    console = Console(file=stream, width=WIDTH, highlight=False)
    for row in verdicts:
        print_verdict(console, row)
    counts = Counter(row["verdict"] for row in verdicts)
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    console.print(f"\n{len(verdicts)} claims against release {release_id}: {said}", markup=False)
    return stream.getvalue().strip("\n")
