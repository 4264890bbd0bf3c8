"""Write a release aside and make it appear by one rename."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

from orchestration import __version__
from orchestration.core.files import atomic_path, remove, sha256_of, write_json, write_text
from orchestration.core.progress import say
from orchestration.core.settings import Settings, now
from orchestration.guards.guard_report import NAME as REPORT
from orchestration.guards.guard_report import report_html
from orchestration.ingestion.origin_cards import origin_json
from orchestration.ingestion.selection import Selection
from orchestration.releases import croissant, datapackage, lineage
from orchestration.releases.citation import Edition
from orchestration.releases.declared_changes import declared_changes
from orchestration.releases.fingerprint import provenance
from orchestration.releases.gate import (
    Acceptance,
    comparable,
    open_gate,
    require_any_data,
    require_data_remains,
    require_explained,
    require_made_of,
    require_not_rolled_back,
    require_within_limits,
)
from orchestration.releases.guard_lock import require_locked
from orchestration.releases.history import AS_OF, entries
from orchestration.releases.limits import Limits, declared_limits
from orchestration.releases.lineage import sources_behind
from orchestration.releases.log_chain import read_chain
from orchestration.releases.recovery import (
    begin_publishing,
    finish_publishing,
    lock_releases,
    record_published,
)
from orchestration.releases.release_diff import compare_releases, keys_of
from orchestration.releases.release_store import (
    CONTENTS,
    FORMAT,
    ORIGINS,
    SINCE,
    Release,
    current_release,
    open_read_only,
    parquet_path,
    published_releases,
    read_release,
    release_made_of,
)
from orchestration.releases.release_tables import write_tables
from orchestration.transform.build import Build

DIFF, BUILD = "diff.json", "build.json"
OF_ONE_RUN = ("run", "database_sha256", "artifacts")
"""Keys of a receipt that are about its run. In a release they are in ``build.json``, so that receipt and guard report of the same
inputs, code and clock are the same to the byte."""

CLOCK_SLIP = timedelta(days=1)
"""How far the last event may be ahead of the clock before the clock counts as having been wrong."""

CORRECTIONS = "fct_correction"
"""The mart that names every corrected figure."""

Pages = Callable[[Path, str, str], None]
"""Writes pages into a release folder from its files and tables; the arguments are folder, release id and moment."""


def publish(
    settings: Settings,
    build: Build,
    selections: list[Selection],
    fingerprint: str,
    accept: str | None = None,
    pages: Pages | None = None,
) -> tuple[Release, bool]:
    """Publish a build that passed the gate; return the release, and whether it is new: equal inputs and code make no second one.

    ``accept`` is the reason why this release may differ from the current one beyond the limits; it is recorded where it was
    needed. ``pages`` runs before the release appears. A release as of an earlier day has its own name, has no pages and
    never becomes the current one.

    Raises:
        ReleaseError: the gate refuses the build; the current release stays as it is.
    """
    receipt = open_gate(settings, build)
    require_locked(settings, build.manifest())
    require_made_of(build, fingerprint)
    with lock_releases(settings):
        finish_publishing(settings)
        current = current_release(settings)
        if same := release_made_of(settings, fingerprint):
            return same, False
        release = _publish(settings, build, selections, fingerprint, Acceptance(accept), receipt, current, pages)
        record_published(settings, release)
        return release, True


def _publish(
    settings: Settings,
    build: Build,
    selections: list[Selection],
    fingerprint: str,
    acceptance: Acceptance,
    receipt: Mapping[str, Any],
    current: Release | None,
    pages: Pages | None,
) -> Release:
    """Write the release of a build that passed the gate; it appears by one rename."""
    manifest = build.manifest()
    waiting = {name for name, result in receipt["suites"].items() if result.get("no_data")}
    before, limits = None, dict[str, Limits]()
    if settings.as_of:
        require_any_data(receipt)
    else:
        require_not_rolled_back(settings, fingerprint, acceptance)
        require_data_remains(current, receipt, acceptance)
        before = comparable(current, acceptance)
        limits = {name: limit for name, limit in declared_limits(manifest).items() if name not in waiting}
    moment = now() if settings.as_of else _moment(settings)
    name = f"{AS_OF}{settings.as_of}" if settings.as_of else f"{moment:%Y%m%dT%H%M%SZ}"
    origins = tuple(origin for selection in selections for origin in selection.origins)
    edition = Edition(f"{name}-{fingerprint[:8]}", moment.isoformat(), origins)
    folder = settings.releases / edition.id
    with atomic_path(folder) as part:
        part.mkdir(parents=True)
        resources = write_tables(part, build, edition, before, without=waiting)
        content = {
            **_place(settings),
            "id": edition.id,
            **({"as_of": receipt["as_of"]} if settings.as_of else {}),
            "published_at": edition.published_at,
            "fingerprint": fingerprint,
            "provenance": provenance(settings),
            "previous": current.id if current and not settings.as_of else None,
            **_content(receipt, selections, {resource["name"]: resource["rows"] for resource in resources}),
            "declared_changes": sorted(declared := declared_changes(settings)),
            "limits": {name: limit.model_dump() for name, limit in limits.items()},
            "keys": keys_of(manifest),
            "corrections": _corrections(part),
            "diff": None,
        }
        cards = map(origin_json, origins)  # in an order that does not depend on how they arrived
        write_json(part / ORIGINS, sorted(cards, key=itemgetter("source", "resource", "file_name", "sha256")))
        if before:
            known = before.content.get("declared_changes", ())
            new = [declaration for name, declaration in declared.items() if name not in known]
            after, decided = Release(part, content), _decided_since(before, selections)
            diff = compare_releases(before, after, limits, sources_behind(manifest), new, decided)
            for path in (build.folder / DIFF, part / DIFF):  # in the build it stays when the release is refused
                write_json(path, diff.as_json())
            require_within_limits(diff, acceptance, build.folder / DIFF)
            content["diff"] = diff.summary()
        _write_papers(part, edition, build, receipt, resources)
        if pages and not settings.as_of:
            pages(part, edition.id, edition.published_at)
        files = {
            path.relative_to(part).as_posix(): sha256_of(path) for path in sorted(part.rglob("*")) if path.is_file()
        }
        write_json(part / CONTENTS, content | {"accepted": acceptance.as_json(), "files": files})
        for name in (CONTENTS, *files):
            (part / name).chmod(0o444)
        begin_publishing(settings, Release(part, content))
        if settings.as_of:
            remove(folder)  # it is damaged: a whole one was returned before
    return read_release(folder)


def _decided_since(before: Release, selections: Iterable[Selection]) -> set[tuple[str, str]]:
    """Return the sources and vintages decided about since a release, by admission or override: limits do not judge them again."""
    return {
        (selection.source, decision["vintage"])
        for selection in selections
        for decision in selection.decisions
        if decision["time"] > before.published_at
    }


def _moment(settings: Settings) -> datetime:
    """Return now, or a second after the last event of releases where the clock is a little behind it: ids sort in their order.

    Where the last event is far ahead, the clock was wrong once: the true time counts again, and the log keeps the order.
    """
    moment = now()
    times = [release.published_at for release in published_releases(settings)]
    times += [entry.time for entry in entries(settings)]
    after_each = (datetime.fromisoformat(time).replace(microsecond=0) + timedelta(seconds=1) for time in times)
    following = max(after_each, default=moment)
    if following <= moment + CLOCK_SLIP:
        return max(moment, following)
    say(
        f"warning: the log of releases has an event dated {following:%Y-%m-%d %H:%M} UTC, and the clock of this computer shows "
        f"{moment:%Y-%m-%d %H:%M}; one of them is wrong. The release is dated by the clock and follows in the log"
    )
    return moment


def _write_papers(
    part: Path, edition: Edition, build: Build, receipt: Mapping[str, Any], resources: list[dict[str, Any]]
) -> None:
    """Write the files beside the tables: receipt, guard report, lineage and descriptions."""
    write_json(part / BUILD, {name: receipt[name] for name in OF_ONE_RUN})
    receipt = {name: value for name, value in receipt.items() if name not in OF_ONE_RUN}
    write_json(part / build.receipt.name, receipt)
    write_text(part / REPORT, report_html(receipt, f"release {edition.id}"))
    content = lineage.lineage_json(build.manifest())
    payloads = (origin.sha256 for origin in edition.origins)
    require_explained(part / "warehouse.duckdb", lineage.lineage_from_json(content), payloads)
    write_json(part / lineage.NAME, content)
    package = datapackage.data_package(edition, resources)
    write_json(part / datapackage.NAME, package)
    write_json(part / croissant.NAME, croissant.croissant(package))


def _content(receipt: Mapping[str, Any], selections: Iterable[Selection], rows: Mapping[str, int]) -> dict[str, Any]:
    suites = receipt["suites"].items()
    return {
        "dbt": receipt["dbt"],
        "tables": rows,
        "sources": {selection.source: _inputs(selection) for selection in selections},
        "metrics": {
            name: {
                "rows": result["rows"],
                "evaluated": result["evaluated"],
                "passed": sum(item["passed"] for item in result["results"]),
            }
            for name, result in suites
            if not result.get("no_data")
        },
        "no_data": {name: result["no_data"] for name, result in suites if result.get("no_data")},
    }


def _inputs(selection: Selection) -> dict[str, Any]:
    """Return rows, vintages and payloads of one source, and what is held back of it."""
    return {
        "rows": selection.rows(),
        "vintages": [item.isoformat() for item in selection.vintages],
        "payloads": len(selection.origins),
        "feeds": {
            feed: [item.isoformat() for item in vintages] for feed, vintages in selection.vintages_by_feed.items()
        },
        **({"held": [held.as_json() for held in selection.held]} if selection.held else {}),
    }


def _place(settings: Settings) -> dict[str, Any]:
    """Return the edition and engine that wrote the release, its format, and the line of the log before it."""
    log = read_chain(settings)
    return {
        "format": FORMAT,
        "readable_by": SINCE,
        "written_by": __version__,
        "engine": settings.engine,
        "log": {"lines": len(log.lines), "chain": log.end},
    }


def _corrections(folder: Path) -> dict[str, list[str]]:
    """Return the corrections of official errors in the release, each with the vintages whose figure it corrected."""
    if not parquet_path(folder, CORRECTIONS).exists():
        return {}
    with open_read_only(folder / "warehouse.duckdb") as connection:
        vintages = "list(vintage::varchar order by vintage)"
        return dict(
            connection.execute(
                f"select correction_id, {vintages} from {CORRECTIONS} group by all order by all"
            ).fetchall()
        )
