"""The command ``bilateral claims check``: claims, in files or by their fields, against the official figures."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from orchestration.cli.output import as_json, print_json
from orchestration.cli.show import STATUS_NAMES
from orchestration.core.settings import Settings
from orchestration.core.text import escape_text
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.reading.release_store import require_current
from orchestration.releases.claim_check import check_claims, check_figure

WIDTH = 80
FIGURES = {"claimed": "claimed_value", "official when claimed": "value_when_said", "latest official": "value_latest"}
"""Columns of ``fct_claim_audit`` that are printed, by their words."""

SCENARIO = "scenario"
"""Basis of the figures of ``fct_trade_projection``, which no office states as official."""


@click.group()
def claims() -> None:
    """Check published claims against the official figures."""


@claims.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, path_type=Path))
@click.option("--metric", help="Metric that the claim is about.")
@click.option("--measure", help="Measure, where the metric has several.")
@click.option("--area", help="Economy, by code or name.")
@click.option("--counterpart", "counterpart_area", help="The other economy. Default: the world.")
@click.option("--item", help="Item, by code. Default: the total, or the only one.")
@click.option("--clock", help="Which year is meant, where the metric has several.")
@click.option("--authority", help="Patent office, where the metric has several.")
@click.option("--year", help="Year of the figure.")
@click.option("--base-year", help="For growth, the year from which it counts; --unit PT, or PN for a multiple.")
@click.option("--value", help="The claimed figure in single units, as printed: 144.5e9.")
@click.option("--unit", help="Unit, where the metric has several.")
@click.option("--tolerance", type=float, help="Default: half a unit of the last printed digit.")
@click.option("--said-on", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the claim was made.")
@as_json
def check(files: tuple[Path, ...], said_on: datetime | None, as_json: bool, **stated: Any) -> None:
    """Check one claim by its fields, or the claims in files or folders, against the current release.

    Name metric, area, year and value, and what the metric does not leave unique. Without --said-on no vintage counts as
    the one of that day. A claim file is YAML; see docs/claims.md, which also explains the verdicts.
    The exit code is 0 for any verdict and 1 for an invalid claim.

    \b
    bilateral claims check --metric ip_receipts --area USA --year 2024 --value 144.5e9 --said-on 2025-05-07
    bilateral claims check my_article.yaml
    bilateral claims check data/claims --json
    """
    has_fields = said_on is not None or any(value is not None for value in stated.values())
    if has_fields == bool(files):
        raise click.UsageError("Pass files, or the fields of one claim such as --metric; see --help.")
    release = require_current(Settings.from_environment())
    stated |= {"said_on": said_on.date() if said_on else None}
    verdicts = check_claims(release, files) if files else [check_figure(release, stated)]
    if as_json:
        return print_json({"release": release.id, "claims": verdicts})
    names = release.names
    for row in verdicts:
        click.echo(f"\n  {VERDICT_WORDS[row['verdict']]}  {escape_text(row['claim_id'])}")
        for words, column in FIGURES.items():
            figure = "no figure" if row[column] is None else f"{row[column]:,.12g} {names.units[row['unit']].phrase}"
            label = words.replace("official", "scenario") if row["basis"] == SCENARIO else words
            click.echo(f"    {label:<24}{figure}".rstrip())
        for text in filter(None, (_origin(row), row["explanation"], row["hint"])):
            for line in wrap(escape_text(text), WIDTH, initial_indent="    ", subsequent_indent="    "):
                click.echo(line)
    counts = Counter(VERDICT_WORDS[row["verdict"]] for row in verdicts)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    return click.echo(f"\nClaims: {summary}\nRelease {release.id}")


def _origin(row: Mapping[str, Any]) -> str | None:
    """Return status, source and vintage of the official figure for a claim, and the age of its vintage, or None."""
    if row["value_latest"] is None:
        return None
    status = STATUS_NAMES.get(row["status_latest"], row["status_latest"])
    return (
        f"{row['source']}, {row['basis']}, status {status}, vintage {row['vintage_latest']}, age {row['vintage_age']}"
    )
