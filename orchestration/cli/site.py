"""The ``bilateral site`` command: the path of the pages, a server for them, and copies for other hosts."""

from pathlib import Path

import click

from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current
from orchestration.service.pages import serve_pages
from orchestration.site.query_engine import has_engine
from orchestration.site.site_copy import copy_site
from orchestration.site.write_site import require_pages


@click.command()
@click.option("--serve", is_flag=True, help="Serve the pages on this machine until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3080,
    show_default=True,
    help="Port for --serve; 0 picks a free one.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help="Copy the pages for a static host into this folder, which must be new, empty or an earlier copy.",
)
@click.option("--base", metavar="URL", help="The address at which the copy of --to will be served.")
def site(serve: bool, port: int, target: Path | None, base: str | None) -> None:
    """Print the path of the pages of the current release, serve them, or copy them.

    \b
    xdg-open "$(bilateral site)"     the pages, from disk
    bilateral site --serve           the same with queries in the browser
    bilateral site --to public/ --base https://figures.example.org/    for any static host

    Queries in the browser need the query engine, which `make query` fetches once.
    """
    if serve and target:
        raise click.UsageError("--serve and --to exclude each other")
    if base and not target:
        raise click.UsageError("--base belongs to --to")
    settings = Settings.from_environment()
    release = require_current(settings)
    page = require_pages(release)
    if not serve and not target:
        return click.echo(page)
    if not has_engine():
        warning = "The query page will answer nothing: the query engine is not installed. Fetch it with: make query"
        click.echo(warning, err=True)
    if target:
        size = copy_site(release, target, base)
        return click.echo(f"Release {release.id} copied to {target} ({size / 1e6:.0f} MB).")
    path = f"releases/{release.id}/{page.relative_to(release.folder)}"
    return serve_pages(settings, port, lambda address: click.echo(f"{address}{path}  (stop with Ctrl-C)"))
