"""The ``bilateral site`` command: the path of the pages, and the page of any pair."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--pair", nargs=2, metavar="AREA AREA", help="Write the page of any two countries and print its path.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("pairs"),
    show_default=True,
    help="Folder for --pair.",
)
def site(pair: tuple[str, str] | None, to: Path) -> None:
    """Print the path of the pages of the current release, to open in any browser.

    \b
    xdg-open "$(bilateral site)"
    bilateral site --pair DEU JPN --to ~/pairs
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current
    from orchestration.site.write_site import require_pages, write_pair

    release = require_current(Settings.from_environment())
    click.echo(write_pair(release, *pair, to=to) if pair else require_pages(release))
