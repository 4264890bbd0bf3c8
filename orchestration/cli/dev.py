"""The ``bilateral dev`` commands: what developers of the project run and commit."""

import click

from orchestration.core.errors import BilateralError, GuardError
from orchestration.core.files import write_text
from orchestration.core.outside import outside_packages
from orchestration.core.settings import Settings
from orchestration.guards.inventory import lock_differences, lock_text, locked_guards
from orchestration.ingestion.bundle_snapshot import snapshot as write_editions
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.releases.gate import all_guards, lock_path
from orchestration.sources import load_sources
from orchestration.transform.dbt_runner import parse_strictly, parsed_manifest
from orchestration.transform.project import read_project
from orchestration.transform.reviewed_seeds import review_coverage as write_seeds


@click.group()
def dev() -> None:
    """Check and write the files that developers commit: model list, guard lock, reviewed coverage, bundle."""
    if packages := ", ".join(outside_packages()):
        failure = f"these files are of the checkout alone, and {packages} would enter them"
        raise BilateralError(failure, remedy="run it in an environment without that package")


@dev.command()
def parse() -> None:
    """Update the list of models, then parse the dbt project with warnings as errors."""
    parse_strictly(Settings.from_environment())


@dev.command("review-coverage")
def review_coverage() -> None:
    """Update the reviewed files from the newest build after a change of the bundle; review and commit them."""
    for path in write_seeds(Settings.from_environment()):
        click.echo(f"written: {path}; compare with: git diff {path}")


@dev.command()
@click.option("--reason", default="", metavar="TEXT", help="Renew the lock, and record why guards changed.")
def lock(reason: str) -> None:
    """Compare the guards with expectations/guards.lock, or renew it with --reason.

    A release is refused while a guard is weaker than the lock, and `make test-fast` fails on any difference.
    """
    settings = Settings.from_environment()
    guards, path = all_guards(settings, read_project(parsed_manifest(settings))), lock_path(settings)
    locked = locked_guards(path.read_text(encoding="utf-8")) if path.exists() else {}
    differences = lock_differences(locked, guards)
    for difference in differences:
        click.echo(difference)
    if differences and not reason.strip():
        raise GuardError(
            f"guards that differ from {path.name}: {len(differences)}",
            remedy='review them, then run `bilateral dev lock --reason "why"`',
        )
    if differences:
        write_text(path, lock_text(guards, reason))
    click.echo(f"{path}: {sum(map(len, guards.values())):,} guards of {len(guards)} owners")


@dev.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
def snapshot(names: tuple[str, ...]) -> None:
    """Write payloads of live fetches, of some sources or all, as new editions of data/bundle, with their origin cards.

    Read LICENCE.md of each source first: not every publisher allows redistribution.
    """
    settings, known = Settings.from_environment(), load_sources()
    if unknown := sorted(set(names) - known.keys()):
        raise click.BadParameter(f"no such source: {', '.join(unknown)}", param_hint="SOURCE")
    chosen = [known[name] for name in names or known]
    for folder in write_editions(chosen, PayloadStore(settings.landing), settings.bundle):
        click.echo(f"written: {folder} ({sum(path.stat().st_size for path in folder.iterdir()):,} bytes)")
        click.echo(f"  licence: {known[folder.parent.name].CARD.licence}")
