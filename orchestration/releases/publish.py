"""Write a release aside and make it appear by one rename."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration import __version__
from orchestration.contracts.payload import Origin
from orchestration.core.errors import ReleaseError
from orchestration.core.files import atomic_path, remove, sha256_of, write_json, write_text
from orchestration.core.progress import say
from orchestration.core.settings import Settings, now
from orchestration.guards.guard_report import NAME as REPORT
from orchestration.guards.guard_report import report_html
from orchestration.guards.suites import Metric, metrics_of
from orchestration.ingestion.origin_cards import origin_json
from orchestration.ingestion.selection import Selection
from orchestration.releases import claim_audit, croissant, datapackage, dbt_docs, dictionary, lineage
from orchestration.releases.citation import Edition
from orchestration.releases.declared_changes import declared_changes
from orchestration.releases.fingerprint import provenance
from orchestration.releases.gate import (
    Acceptance,
    comparable,
    open_gate,
    require_data_of_the_day,
    require_data_remains,
    require_explained,
    require_made_of,
    require_not_rolled_back,
    require_within_limits,
)
from orchestration.releases.guard_lock import require_locked
from orchestration.releases.history import AS_OF, entries
from orchestration.releases.limits import limits_of, limits_of_marts
from orchestration.releases.log_chain import sealed
from orchestration.releases.published_table import Table
from orchestration.releases.recovery import (
    begin_publishing,
    finish_publishing,
    lock_releases,
    make_current,
    record_published,
)
from orchestration.releases.release_diff import ReleaseDiff, Side, compare_releases, inputs_of, keys_of, side_of
from orchestration.releases.release_store import (
    CONTENTS,
    FORMAT,
    ORIGINS,
    SINCE,
    Release,
    current_release,
    open_read_only,
    published_releases,
    read_release,
    release_as_of,
)
from orchestration.releases.release_tables import write_tables
from orchestration.transform.build import Build

DIFF, BUILD = "diff.json", "build.json"
OF_ONE_RUN = ("run", "database_sha256", "artifacts")
"""What a receipt says of the one run that made it. In a release it is in ``build.json``, so that the receipt and the guard report of the
same inputs, code and clock are the same to the byte."""

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
    """The release of a build that passed the gate, and whether it is new; equal inputs and code make no second release.

    ``accept`` is a person's reason why this one release may differ from the current one beyond the limits. It overrules
    nothing else, and it is recorded where it was needed. ``pages`` runs before the release appears, and its files are
    hashed like all others. A release as of an earlier day has its own name beside the others, has no pages and never
    becomes the current one.

    Raises:
        ReleaseError: the gate refuses the build; the current release stays as it is.
    """
    receipt = open_gate(settings, build)
    require_locked(settings, build.manifest())
    require_made_of(build, fingerprint)
    with lock_releases(settings):
        finish_publishing(settings)
        if settings.as_of:
            return _publish_as_of(settings, build, selections, fingerprint, Acceptance(accept), receipt)
        return _publish(settings, build, selections, fingerprint, Acceptance(accept), receipt, pages)


def _publish(
    settings: Settings,
    build: Build,
    selections: list[Selection],
    fingerprint: str,
    acceptance: Acceptance,
    receipt: Mapping[str, Any],
    pages: Pages | None,
) -> tuple[Release, bool]:
    current = current_release(settings)
    if current and current.fingerprint == fingerprint and not current.damage():
        return current, False
    require_not_rolled_back(settings, fingerprint, acceptance)
    require_data_remains(current, receipt, acceptance)
    before = comparable(current, acceptance)
    metrics, waiting = metrics_of(build.manifest()), _waiting(build, receipt)
    limits = {name: limits_of(metric) for name, metric in metrics.items() if name not in waiting}
    limits |= limits_of_marts(build.manifest())
    declared, made_of = declared_changes(settings), provenance(settings)
    published_at = _moment(settings)
    release_id = f"{published_at:%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"
    folder = settings.releases / release_id
    with atomic_path(folder) as part:
        part.mkdir(parents=True)
        edition = _edition(release_id, published_at, selections)
        tables = write_tables(part, build, edition, before, without=tuple(waiting))
        keys = keys_of(build.manifest())
        diff = None
        if before:
            rows = {table.name: table.rows for table in tables}
            vintages = {one.source: [day.isoformat() for day in one.vintages] for one in selections}
            inputs = inputs_of(
                ((origin.source, origin.resource, origin.sha256) for origin in edition.origins),
                made_of["claims_sha256"],
                _corrections(part, tables),
            )
            after = Side(release_id, part, rows, keys, vintages, lineage.sources_behind(build.manifest()), inputs)
            diff = compare_releases(
                _as_decided(side_of(before), before, selections),
                after,
                limits,
                declared.new_since(before.content.get("declared_changes", ())),
            )
            for path in (build.folder / DIFF, part / DIFF):  # in the build it stays when the release is refused
                write_json(path, diff.as_json())
            require_within_limits(diff, acceptance, build.folder / DIFF)
        _write_papers(part, edition, build, receipt, tables, waiting.values())
        write_text(
            part / dbt_docs.NAME,
            dbt_docs.dbt_docs(build.manifest(), tables, {build.folder: "build", settings.root: "bilateral"}),
        )
        if pages:
            pages(part, release_id, published_at.isoformat())
        content = {
            **_content(build, selections, receipt, tables, part),
            **_place(settings),
            "id": release_id,
            "published_at": published_at.isoformat(),
            "fingerprint": fingerprint,
            "provenance": made_of,
            "previous": current.id if current else None,
            "declared_changes": sorted(declared.by_name),
            "accepted": acceptance.as_json(),
            "limits": {name: limit.as_json() for name, limit in limits.items()},
            "keys": keys,
            "diff": _summary(diff),
        }
        write_json(part / CONTENTS, content)
        _make_read_only(part)
        begin_publishing(settings, Release(part, content))
    release = read_release(folder)
    make_current(settings, release)
    return release, True


def _publish_as_of(
    settings: Settings,
    build: Build,
    selections: list[Selection],
    fingerprint: str,
    acceptance: Acceptance,
    receipt: Mapping[str, Any],
) -> tuple[Release, bool]:
    """A release as of an earlier day: nothing precedes it, and its name does not depend on the clock."""
    before = release_as_of(settings, fingerprint)
    if before and not before.damage():
        return before, False
    waiting, published_at = _waiting(build, receipt), now()
    if len(waiting) == len(receipt["suites"]):
        raise ReleaseError(
            f"no metric has data as of {settings.as_of}",
            remedy="choose a later day",
        )
    release_id = f"{AS_OF}{settings.as_of}-{fingerprint[:8]}"
    folder = settings.releases / release_id
    with atomic_path(folder) as part:
        part.mkdir(parents=True)
        edition = _edition(release_id, published_at, selections)
        tables = write_tables(part, build, edition, None, without=tuple(waiting))
        rows = {table.name: table.rows for table in tables}
        require_data_of_the_day(current_release(settings), receipt, rows, acceptance)
        _write_papers(part, edition, build, receipt, tables, waiting.values())
        content = {
            **_content(build, selections, receipt, tables, part),
            **_place(settings),
            "id": release_id,
            "as_of": receipt["as_of"],
            "published_at": published_at.isoformat(),
            "fingerprint": fingerprint,
            "provenance": provenance(settings),
            "previous": None,
            "accepted": acceptance.as_json(),
            "limits": {},
            "diff": None,
        }
        write_json(part / CONTENTS, content)
        _make_read_only(part)
        begin_publishing(settings, Release(part, content))
        remove(folder)  # one that is damaged: a whole one was returned above
    release = read_release(folder)
    record_published(settings, release)
    return release, True


def _as_decided(side: Side, before: Release, selections: Iterable[Selection]) -> Side:
    """A side without the vintages about which something was decided since: what admission or a person let in under a date that
    the release before had already is another vintage, and no limit judges it again."""
    decided = {
        (one.source, decision["vintage"])
        for one in selections
        for decision in one.decisions
        if decision["time"] > before.published_at
    }
    vintages = {name: [day for day in days if (name, day) not in decided] for name, days in side.vintages.items()}
    return replace(side, vintages=vintages)


def _waiting(build: Build, receipt: Mapping[str, Any]) -> dict[str, Metric]:
    """The metrics without data, which are not published."""
    metrics = metrics_of(build.manifest())
    return {name: metrics[name] for name, result in receipt["suites"].items() if result.get("no_data")}


def _moment(settings: Settings) -> datetime:
    """Return now, or a second after the last event of releases where the clock is a little behind it: ids sort in their order.

    Where the last event is far ahead, the clock was wrong once: the true time counts again, and the log keeps the order.
    """
    moment, times = now(), [release.published_at for release in published_releases(settings)]
    times += [entry.time for entry in entries(settings)]
    last = max((datetime.fromisoformat(time).replace(microsecond=0) for time in times), default=None)
    if last is None or last < moment:
        return max(moment, last + timedelta(seconds=1)) if last else moment
    if last - moment <= CLOCK_SLIP:
        return last + timedelta(seconds=1)
    say(
        f"warning: the log of releases has an event dated {last:%Y-%m-%d %H:%M} UTC, and the clock of this computer shows "
        f"{moment:%Y-%m-%d %H:%M}; one of them is wrong. The release is dated by the clock and follows in the log"
    )
    return moment


def _edition(release_id: str, published_at: datetime, selections: Iterable[Selection]) -> Edition:
    origins = tuple(origin for selection in selections for origin in selection.origins)
    return Edition(release_id, published_at.isoformat(), origins)


def _write_papers(
    part: Path,
    edition: Edition,
    build: Build,
    receipt: Mapping[str, Any],
    tables: list[Table],
    waiting: Iterable[Metric],
) -> None:
    """The files beside the tables: receipt, guard report, data dictionary, origin cards, lineage, data package,
    Croissant description, and the audit of claims."""
    write_json(part / BUILD, {name: receipt[name] for name in OF_ONE_RUN})
    receipt = {name: value for name, value in receipt.items() if name not in OF_ONE_RUN}
    write_json(part / build.receipt.name, receipt)
    write_text(part / REPORT, report_html(receipt, f"release {edition.id}"))
    write_text(
        part / dictionary.NAME,
        dictionary.data_dictionary(edition.id, tables, waiting, receipt["suites"], receipt.get("as_of")),
    )
    write_json(part / ORIGINS, _origins(edition.origins))
    made = lineage.lineage_json(build.manifest())
    require_explained(
        part / "warehouse.duckdb", lineage.lineage_from_json(made), (origin.sha256 for origin in edition.origins)
    )
    write_json(part / lineage.NAME, made)
    package = datapackage.data_package(part, edition, tables)
    write_json(part / datapackage.NAME, package)
    write_json(part / croissant.NAME, croissant.croissant(package))
    if any(table.name == claim_audit.TABLE for table in tables):
        claim_audit.write_claim_audit(part)


def _summary(diff: ReleaseDiff | None) -> dict[str, Any] | None:
    if diff is None:
        return None
    counts = ("added", "gone", "changed")
    return {"before": diff.before, "beyond": diff.beyond, **{count: diff.total(count) for count in counts}}


def _content(
    build: Build, selections: list[Selection], receipt: Mapping[str, Any], tables: list[Table], folder: Path
) -> dict[str, Any]:
    return {
        "dbt": receipt["dbt"],
        "tables": {table.name: table.rows for table in tables},
        "sources": {
            selection.source: {
                "rows": selection.rows(),
                "vintages": [item.isoformat() for item in selection.vintages],
                "payloads": len(selection.origins),
                "feeds": {
                    feed: [item.isoformat() for item in vintages]
                    for feed, vintages in selection.vintages_by_feed.items()
                },
                **({"held": [one.as_json() for one in selection.held]} if selection.held else {}),
            }
            for selection in selections
        },
        "metrics": {
            name: {"rows": result["rows"], "evaluated": result["evaluated"], "passed": _passed(result)}
            for name, result in receipt["suites"].items()
            if not result.get("no_data")
        },
        "corrections": _corrections(folder, tables),
        "no_data": {name: result["no_data"] for name, result in receipt["suites"].items() if result.get("no_data")},
        "files": {
            str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
        },
    }


def _place(settings: Settings) -> dict[str, Any]:
    """Which edition wrote the release, with which engine, in which format, and after which line of the log."""
    log = sealed(settings)
    return {
        "format": FORMAT,
        "readable_by": SINCE,
        "written_by": __version__,
        "engine": settings.engine,
        "log": {"lines": len(log.lines), "chain": log.end},
    }


def _corrections(folder: Path, tables: list[Table]) -> dict[str, list[str]]:
    """The corrections of official errors that the release holds, each with the vintages whose figure it corrected."""
    found: dict[str, list[str]] = {}
    if any(table.name == CORRECTIONS and table.rows for table in tables):
        with open_read_only(folder / "warehouse.duckdb") as connection:
            sql = f"select correction_id, vintage from {CORRECTIONS} order by all"
            for name, vintage in connection.execute(sql).fetchall():
                found.setdefault(name, []).append(vintage.isoformat())
    return found


def _origins(origins: Iterable[Origin]) -> list[dict[str, Any]]:
    """The origin cards of every input, in an order that does not depend on how they arrived."""
    return sorted(
        (origin_json(origin) for origin in origins),
        key=lambda card: (card["source"], card["resource"], card["file_name"], card["sha256"]),
    )


def _passed(result: Mapping[str, Any]) -> int:
    return sum(1 for item in result["results"] if item["passed"])


def _make_read_only(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.chmod(path, 0o444)
