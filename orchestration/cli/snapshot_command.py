"""The ``bilateral snapshot`` command: new bundle editions from live fetches."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--source", "names", multiple=True, metavar="NAME", help="A source to include; repeatable. Default: all.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Target folder. Default: data/bundle."
)
@click.option("--largest", default=5.0, show_default=True, metavar="MB", help="Fail on a file larger than this.")
def snapshot(names: tuple[str, ...], folder: Path | None, largest: float) -> None:
    """Write payloads of live fetches as new editions of the bundle, with their origin cards.

    Read LICENCE.md of each source before you publish an edition: not every publisher allows it.
    """
    from orchestration.core.settings import Settings
    from orchestration.ingestion.bundle_snapshot import snapshot as write_editions
    from orchestration.ingestion.payload_store import PayloadStore
    from orchestration.sources import load_sources

    settings, known = Settings.from_environment(), load_sources()
    if unknown := sorted(set(names) - known.keys()):
        raise click.BadParameter(f"no such source: {', '.join(unknown)}", param_hint="--source")
    chosen = [known[name] for name in names or known]
    editions = write_editions(
        chosen, PayloadStore(settings.landing), folder or settings.bundle, round(largest * 1_000_000)
    )
    for edition in editions:
        click.echo(f"written: {edition.folder} ({edition.files} files, {edition.size:,} bytes)")
        click.echo(f"  licence: {known[edition.source].CARD.licence}")
