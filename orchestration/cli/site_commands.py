"""The ``bilateral site`` command: the path of the pages."""

from __future__ import annotations

import click


@click.command()
def site() -> None:
    """Print the path of the pages of the current release, to open in any browser.

    \b
    xdg-open "$(bilateral site)"
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current
    from orchestration.site.write_site import require_pages

    click.echo(require_pages(require_current(Settings.from_environment())))
