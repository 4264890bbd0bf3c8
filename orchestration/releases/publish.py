"""Write a release next to the others and publish it by one rename."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

from orchestration import __version__
from orchestration.contracts.metric import ALL_ROWS, ALL_VINTAGES
from orchestration.contracts.payload import ORIGINS
from orchestration.core.files import atomic_path, remove, sha256_of, write_json, write_text
from orchestration.core.progress import log
from orchestration.core.settings import Settings, now
from orchestration.guards.guard_report import NAME as REPORT
from orchestration.guards.guard_report import report_html
from orchestration.ingestion.origin_cards import origin_json
from orchestration.ingestion.selection import Selection
from orchestration.reading import release_log
from orchestration.reading.lineage import NAME as LINEAGE
from orchestration.reading.read_only import CONTENTS, FORMAT, SINCE
from orchestration.reading.release import Release
from orchestration.reading.release_store import current_release, published_releases, read_release, release_made_of
from orchestration.releases import gate, lineage
from orchestration.releases import package as descriptions
from orchestration.releases.fingerprint import provenance
from orchestration.releases.package import Edition
from orchestration.releases.permitted_changes import Limits, declared_changes, declared_limits
from orchestration.releases.release_diff import SUMMARY, ReleaseDiff, compare_releases
from orchestration.releases.release_tables import write_tables
from orchestration.releases.upkeep import begin_publishing, finish_publishing, lock_releases, record_published
from orchestration.transform.build import Build
from orchestration.transform.project import Project

DIFF, BUILD = "diff.json", "build.json"
OF_ONE_RUN = ("run", "database_sha256", "artifacts")
"""Keys of a receipt about its run. A release has them in ``build.json``, so that receipt and guard report of
equal inputs, code and clock are identical."""

CLOCK_SLIP = timedelta(days=1)
"""How far the last event may be ahead before the clock counts as wrong."""

Pages = Callable[[Path, str, str], None]
"""Writes the pages of a release folder from its files and tables; arguments: folder, release id, moment."""


def publish(
    settings: Settings,
    build: Build,
    selections: list[Selection],
    fingerprint: str,
    accept: str | None = None,
    pages: Pages | None = None,
) -> tuple[Release, bool]:
    """Publish a build that passed the gate; return the release and whether it is new (equal inputs and code reuse one).

    ``accept`` is the reason for exceeding limits; it is recorded if it was needed. ``pages`` runs before the release
    appears. A release as of an earlier day has its own name and no pages, and never becomes current. If the gate
    refuses the build, the current release stays.
    """
    candidate = _Candidate(build, selections, fingerprint, gate.open_gate(settings, build, fingerprint))
    with lock_releases(settings):
        finish_publishing(settings)
        if same := release_made_of(settings, fingerprint):
            return same, False
        release = _publish(settings, candidate, gate.Acceptance(accept), pages)
        record_published(settings, release)
        return release, True


@dataclass(frozen=True)
class _Candidate:
    """A build that passed the gate, with its selections, fingerprint and receipt."""

    build: Build
    selections: Sequence[Selection]
    fingerprint: str
    receipt: Mapping[str, Any]

    @cached_property
    def project(self) -> Project:
        """The dbt project of the build."""
        return self.build.project

    @property
    def limits(self) -> dict[str, Limits]:
        """Return the limits on changes of the metrics that have rows."""
        limits = declared_limits(self.project)
        return {name: limit for name, limit in limits.items() if name not in self.no_data}

    @cached_property
    def no_data(self) -> dict[str, Any]:
        """Return the metrics without rows, with the sources that would bring them."""
        return {name: suite["no_data"] for name, suite in self.receipt["suites"].items() if suite.get("no_data")}

    def edition(self, name: str, moment: datetime) -> Edition:
        """Return id, moment and payloads of the release to be."""
        origins = tuple(origin for selection in self.selections for origin in selection.origins)
        return Edition(f"{name}-{self.fingerprint[:8]}", moment.isoformat(), origins)


def _publish(settings: Settings, candidate: _Candidate, acceptance: gate.Acceptance, pages: Pages | None) -> Release:
    """Write the release of a build that passed the gate; it appears by one rename."""
    before = current = None if settings.as_of else current_release(settings)
    gate.require_data(current, candidate.receipt, acceptance)
    if settings.as_of:
        edition = candidate.edition(f"{release_log.AS_OF}{settings.as_of}", now())
    else:
        gate.require_not_rolled_back(settings, candidate.fingerprint, acceptance)
        before = gate.comparable(current, acceptance)
        moment = _moment(settings)
        edition = candidate.edition(f"{moment:%Y%m%dT%H%M%SZ}", moment)
    folder = settings.releases / edition.id
    with atomic_path(folder) as part:
        part.mkdir()
        resources = write_tables(part, candidate.build, edition, before, without=candidate.no_data)
        content = _content(settings, candidate, edition, current, resources)
        cards = map(origin_json, edition.origins)  # in an order that does not depend on how they arrived
        write_json(part / ORIGINS, sorted(cards, key=itemgetter("source", "resource", "file_name", "sha256")))
        if before:
            diff = _compared(settings, before, Release(part, content), candidate)
            in_build = candidate.build.folder / DIFF  # stays when the release is refused
            for path in (in_build, part / DIFF):
                write_json(path, diff.content)
            gate.require_within_limits(diff, acceptance, in_build)
            content["diff"] = {name: diff.content[name] for name in SUMMARY}
        _write_papers(part, edition, candidate, resources)
        if pages and not settings.as_of:
            pages(part, edition.id, edition.published_at)
        content = _seal(part, content | {"accepted": acceptance.as_json()})
        begin_publishing(settings, Release(part, content))
        if settings.as_of:
            remove(folder)  # it is damaged: a whole one was returned before
    return read_release(folder)


def _seal(part: Path, content: dict[str, Any]) -> dict[str, Any]:
    """Write ``release.json`` with the hash of every other file, make all read-only; return its content."""
    files = {path.relative_to(part).as_posix(): sha256_of(path) for path in sorted(part.rglob("*")) if path.is_file()}
    write_json(part / CONTENTS, content := content | {"files": files})
    for name in (CONTENTS, *files):
        (part / name).chmod(0o444)
    return content


def _content(
    settings: Settings,
    candidate: _Candidate,
    edition: Edition,
    current: Release | None,
    resources: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return edition, software, inputs, tables and metrics for ``release.json``; the difference follows later."""
    receipt, chain = candidate.receipt, release_log.read_chain(settings)
    suites, no_data = receipt["suites"], candidate.no_data
    metrics = {ALL_VINTAGES, *suites, *(f"{name}{ALL_ROWS}" for name in suites)}
    marts = (resource for resource in resources if resource["name"] not in metrics)
    return {
        "id": edition.id,
        **({"as_of": receipt["as_of"]} if settings.as_of else {}),
        "published_at": edition.published_at,
        "fingerprint": candidate.fingerprint,
        "previous": current.id if current else None,
        "format": FORMAT,
        "readable_by": SINCE,
        "written_by": __version__,
        "engine": settings.engine,
        "log": {"lines": len(chain.lines), "chain": chain.end},
        "provenance": provenance(settings),
        "dbt": receipt["dbt"],
        "declared_changes": sorted(declared_changes(settings)),
        "sources": {selection.source: _inputs(selection) for selection in candidate.selections},
        "tables": {resource["name"]: resource["rows"] for resource in resources},
        "keys": {resource["name"]: resource["schema"].get("primaryKey", []) for resource in marts},
        "metrics": {
            name: {"rows": suite["rows"], "evaluated": suite["evaluated"], "passed": suite["evaluated"]}
            for name, suite in suites.items()
            if name not in no_data
        },
        "no_data": no_data,
        "answers": {name: dict(metric.answer) for name, metric in candidate.project.metrics.items()},
        "limits": {} if settings.as_of else {name: limit.model_dump() for name, limit in candidate.limits.items()},
        "diff": None,
    }


def _compared(settings: Settings, before: Release, after: Release, candidate: _Candidate) -> ReleaseDiff:
    """Compare a release with the previous one, given vintages decided since then and new declarations."""
    known, declared = before.content.get("declared_changes", ()), declared_changes(settings)
    decided = {  # by admission or override: limits do not judge them again
        (selection.source, decision["vintage"])
        for selection in candidate.selections
        for decision in selection.decisions
        if decision["time"] > before.published_at
    }
    new = [declaration for name, declaration in declared.items() if name not in known]
    sources = lineage.sources_behind(candidate.project)
    return compare_releases(before, after, candidate.limits, sources, new, decided)


def _moment(settings: Settings) -> datetime:
    """Return now, or one second after the last event if the clock is slightly behind, so that ids sort in order.

    If the last event is far ahead, the clock was wrong then: the true time counts, and the log keeps the order.
    """
    moment = now()
    times = [release.published_at for release in published_releases(settings)]
    times += [entry.time for entry in release_log.entries(settings)]
    after_each = (datetime.fromisoformat(time).replace(microsecond=0) + timedelta(seconds=1) for time in times)
    following = max(after_each, default=moment)
    if following <= moment + CLOCK_SLIP:
        return max(moment, following)
    log.info(
        f"warning: the log of releases has an event dated {following:%Y-%m-%d %H:%M} UTC, and the clock of this "
        f"computer shows {moment:%Y-%m-%d %H:%M}; one of them is wrong. "
        "The release is dated by the clock and follows in the log"
    )
    return moment


def _write_papers(part: Path, edition: Edition, candidate: _Candidate, resources: list[dict[str, Any]]) -> None:
    """Write the files next to the tables: receipt, guard report, lineage and descriptions."""
    write_json(part / BUILD, {name: candidate.receipt[name] for name in OF_ONE_RUN})
    receipt = {name: value for name, value in candidate.receipt.items() if name not in OF_ONE_RUN}
    write_json(part / candidate.build.receipt.name, receipt)
    write_text(part / REPORT, report_html(receipt, f"release {edition.id}", "site"))
    write_json(part / LINEAGE, lineage.lineage_json(candidate.project))
    gate.require_explained(Release(part, {}), (origin.sha256 for origin in edition.origins))
    package = descriptions.data_package(edition, resources)
    write_json(part / descriptions.NAME, package)
    write_json(part / descriptions.CROISSANT, descriptions.croissant(package))
    for path, content in descriptions.dbt_package(package).items():  # JSON is YAML, too
        write_json(part / descriptions.DBT / path, content)


def _inputs(selection: Selection) -> dict[str, Any]:
    """Return rows, vintages and payloads of one source, and its held resources."""
    return {
        "rows": selection.rows(),
        "vintages": [item.isoformat() for item in selection.vintages],
        "payloads": len(selection.origins),
        "feeds": {
            feed: [item.isoformat() for item in vintages] for feed, vintages in selection.vintages_by_feed.items()
        },
        **({"held": [held.as_json() for held in selection.held]} if selection.held else {}),
    }
