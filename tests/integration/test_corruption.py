"""Every payload of the bundle with every fault of corruption.py is refused by name, although its origin card fits.

Only meaning can catch such a fault: first the source's own reading of the payload; then, for what reads well, the dbt tests
and the suites. One dbt process for each fault would take hours. They are replayed: the very SQL that dbt compiled for a
published release, of the tests below the source and of the models that these read, in a copy of the release's build, up to
the first failure that names the source. Tests that caught another fault of the source come first.

What cannot come out otherwise is not run: what reads only tables that are as in the build, and how other sources' figures
compare with those that were reviewed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.admission.ingest import ingest
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import guarded_rows
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.ingestion.feeds import CARD_SUFFIX
from orchestration.ingestion.origin_cards import origin_json
from orchestration.ingestion.raw_tables import raw_json
from orchestration.ingestion.selection import Selection, read_selection
from orchestration.sources import load_sources
from orchestration.transform.build import Build, latest_build, prepare_build
from tests.integration.conftest import REPOSITORY, PublishedCopy
from tests.integration.corruption import corrupt, faults_of

pytestmark = pytest.mark.campaign

BUNDLE = REPOSITORY / "data" / "bundle"
RUN = "corrupted"
ROWS_SHOWN = 5

Bodies = Mapping[str, bytes]


@dataclass(frozen=True)
class Recorded:
    """One payload of the bundle."""

    source: str
    edition: str
    name: str

    @property
    def label(self) -> str:
        """How the feed names it."""
        return f"{self.source}/{self.edition}/{self.name}"

    @property
    def held(self) -> Mapping[str, tuple[dict[str, Any], bytes]]:
        """Every payload of its edition by file name: origin card and bytes."""
        return read_edition(BUNDLE / self.source / self.edition)

    @property
    def card(self) -> dict[str, Any]:
        return self.held[self.name][0]

    @property
    def bodies(self) -> dict[str, bytes]:
        return {name: body for name, (_, body) in self.held.items()}


@cache
def read_edition(folder: Path) -> Mapping[str, tuple[dict[str, Any], bytes]]:
    held = {}
    for path in sorted(folder.glob(f"*{CARD_SUFFIX}")):
        plain = path.with_name(path.name.removesuffix(CARD_SUFFIX))
        packed = plain.with_name(plain.name + ".gz")
        body = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
        held[plain.name] = (read_json(path), body)
    return held


def recorded() -> list[Recorded]:
    """Every payload of the bundle."""
    paths = [path.relative_to(BUNDLE) for path in sorted(BUNDLE.glob(f"*/*/*{CARD_SUFFIX}"))]
    return [Recorded(path.parts[0], path.parts[1], path.name.removesuffix(CARD_SUFFIX)) for path in paths]


CASES = [
    pytest.param(payload, fault, id=f"{payload.label}-{fault}")
    for payload in recorded()
    for fault in faults_of(payload.source, payload.name)
]


@dataclass(frozen=True)
class Caught:
    """The guard that caught a fault, and its message."""

    message: str
    node: str = ""


class Replay:
    """The models and tests of a finished build, run again on other raw files in a copy of its database.

    A replay is one transaction that is rolled back, so that each sees one fault and nothing of the others. Models in
    Python, and what is below them, are left out: what they would catch does not count. Great Expectations takes
    seconds for a suite, so that only suites of metrics that came out otherwise than in the build are evaluated.
    """

    def __init__(self, build: Build, folder: Path, raw: Path) -> None:
        self.manifest = manifest = build.manifest()
        self.nodes: dict[str, Any] = manifest["nodes"]
        self.sources: dict[str, Any] = manifest["sources"]
        self.children: dict[str, list[str]] = manifest["child_map"]
        self.parents: dict[str, list[str]] = manifest["parent_map"]
        self.metrics = list(metrics_of(manifest))
        written = re.compile(f"[^'\"]*/{build.folder.name}/raw")  # also of a build whose folder was moved
        self.sql = {
            item["unique_id"]: written.sub(str(raw), str(item["compiled_code"]))
            for item in build.run_results()
            if item.get("compiled_code") and self.nodes.get(item["unique_id"], {}).get("language") == "sql"
        }
        (self.reviewed,) = (
            node["relation_name"] for node in self.nodes.values() if node["name"] == "reviewed_vintages"
        )
        self.caught_before: dict[tuple[str, ...], set[str]] = {}
        database = folder / build.database.name  # the name is the catalogue's in all of dbt's SQL
        shutil.copyfile(build.database, database)
        # tables are small, so that a second thread costs more than it brings
        config: dict[str, Any] = {"enable_external_file_cache": "false", "threads": 1}
        self.connection = duckdb.connect(str(database), config=config)
        self.connection.execute(f"attach '{build.database}' as published (read_only)")

    def run(self, source: str, expectations: Path) -> Caught | None:
        """The first guard that fails on the raw files that lie there now and names the source; None when none does.

        A fault in one source may make another source's figures implausible first; that alone does not say what is wrong.
        """
        self.connection.execute("begin")
        try:
            self.connection.execute(f"delete from {self.reviewed} where source <> ?", [source])
            failures = chain(self.failing_tests(source), self.failing_suites(expectations))
            return next((failure for failure in failures if source in failure.message), None)
        finally:
            self.connection.execute("rollback")

    def below(self, *sources: str) -> list[str]:
        """The models and tests below the raw tables of sources and the origin cards, parents first."""
        below = self._descendants({*self._tables_of(*sources), *self._cards()})
        left_out = {key for key in below if self.nodes.get(key, {}).get("language") == "python"}
        kept = {key for key in below - left_out - self._descendants(left_out) if key in self.sql}

        @cache
        def depth(key: str) -> int:
            return 1 + max((depth(parent) for parent in self.parents[key] if parent in kept), default=0)

        return sorted(kept, key=lambda key: (depth(key), key))

    def _tables_of(self, *sources: str) -> set[str]:
        return {key for key, node in self.sources.items() if node["source_name"] in sources}

    def _cards(self) -> set[str]:
        return {key for key in self._tables_of("catalogue") if self.sources[key]["name"] == "payloads"}

    def _descendants(self, first: set[str]) -> set[str]:
        found: set[str] = set()
        queue = list(first)
        while queue:
            new = [child for child in self.children.get(queue.pop(), []) if child not in found]
            found.update(new)
            queue.extend(new)
        return found

    def failing_tests(self, *sources: str) -> Iterator[Caught]:
        """Every dbt test below sources that fails, with its rows. Models are built when a test reads them, the rest at the end."""
        below = self.below(*sources)
        tables = self._tables_of(*sources)
        cards = self._cards()
        read_alone = {child for card in cards for child in self.children[card]}
        otherwise, doubtful = tables | cards, set(below) - self._descendants(tables) - read_alone
        outdated = [key for key in below if self.nodes[key]["resource_type"] == "model"]
        caught_before = self.caught_before.setdefault(sources, set())
        tests = [key for key in below if self.nodes[key]["resource_type"] == "test"]
        for key in sorted(tests, key=lambda key: key not in caught_before):
            read = self._ancestors(key)
            self._build([model for model in outdated if model in read], otherwise, doubtful)
            outdated = [model for model in outdated if model not in read]
            if otherwise.isdisjoint(self.parents[key]):
                continue
            for failure in self._failures(key):
                if any(source in failure.message for source in sources):
                    caught_before.add(key)
                yield failure
        self._build(outdated, otherwise, doubtful)

    def _build(self, models: list[str], otherwise: set[str], doubtful: set[str]) -> None:
        """Build the models that read tables in ``otherwise``, which differ from the build, and add them to it.

        Those that are ``doubtful``, since they read of a source its origin cards alone, are first compared with the build.
        """
        for key in models:
            if otherwise.isdisjoint(self.parents[key]):
                continue
            node = self.nodes[key]
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            self.connection.execute(f"create or replace {kind} {node['relation_name']} as {self.sql[key]}")
            if key not in doubtful or kind == "view" or self.came_out_otherwise(node["relation_name"]):
                otherwise.add(key)

    def _failures(self, test: str) -> Iterator[Caught]:
        node = self.nodes[test]
        cursor = self.connection.execute(self.sql[test])
        names = [column[0] for column in cursor.description or ()]
        if rows := [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(ROWS_SHOWN)]:
            yield Caught("\n".join([node["name"], node["original_file_path"], *map(str, rows)]), test)

    def _ancestors(self, key: str) -> set[str]:
        found: set[str] = set()
        queue = [key]
        while queue:
            new = [parent for parent in self.parents.get(queue.pop(), []) if parent not in found]
            found.update(new)
            queue.extend(new)
        return found

    def failing_suites(self, expectations: Path) -> Iterator[Caught]:
        """Every suite that fails on a metric that came out otherwise."""
        for metric in self.metrics:
            if self.came_out_otherwise(table := f'"warehouse".metrics.{metric}'):
                with self.connection.cursor() as cursor:
                    result = validate(load_suite(expectations, metric), guarded_rows(cursor, table))
                if not result.passed:
                    yield Caught(result.message())

    def came_out_otherwise(self, now: str) -> bool:
        """Whether a table has another row than in the published build."""
        then = now.replace('"warehouse"', "published", 1)
        differing = f"(from {now} except all from {then}) union all (from {then} except all from {now})"
        return bool(self.connection.execute(f"select 1 from ({differing}) limit 1").fetchall())


@dataclass(frozen=True)
class Workbench:
    """A data folder with all good payloads, and a bundle for the payloads that a test records."""

    settings: Settings
    sources: Mapping[str, Source]
    good: Mapping[str, Selection]
    replay: Replay

    def record(self, payload: Recorded, changed: Bodies) -> None:
        """Make the bundle hold the resources of the changed payloads, in this edition alone, each with a card that fits."""
        shutil.rmtree(self.settings.bundle, ignore_errors=True)
        folder = self.settings.bundle / payload.source / payload.edition
        folder.mkdir(parents=True)
        resources = {payload.held[name][0]["resource"] for name in changed}
        for name, (card, body) in payload.held.items():
            if card["resource"] in resources:
                new = changed.get(name, body)
                (folder / name).write_bytes(new)
                stamp = {"sha256": hashlib.sha256(new).hexdigest(), "size": len(new)}
                write_json(folder / f"{name}{CARD_SUFFIX}", {**card, **stamp})

    def refusal(self, payload: Recorded) -> BilateralError | None:
        """Return the refusal of feed or source, or None."""
        try:
            ingest(self.sources[payload.source], self.settings)
        except BilateralError as error:
            return error
        return None

    def guard(self, payload: Recorded, changed: Bodies) -> Caught | None:
        """The first dbt test or suite that fails when the raw files just read replace the good ones; see ``Replay.run``."""
        good = self.good[payload.source]
        new = read_selection(self.settings, payload.source)
        self.write_selection(with_replaced(good, new, {payload.held[name][0]["sha256"] for name in changed}))
        try:
            prepare_build(self.settings, self.sources, RUN)
            return self.replay.run(payload.source, REPOSITORY / "expectations")
        finally:
            self.write_selection(good)

    def write_selection(self, selection: Selection) -> None:
        """Let the next build see these raw files of a source."""
        content = {
            "files": [raw_json(self.settings.raw, item) for item in selection.files],
            "origins": [origin_json(origin) for origin in selection.origins],
        }
        write_json(self.settings.raw / selection.source / self.settings.selection_file, content)


def with_replaced(good: Selection, new: Selection, replaced: set[str]) -> Selection:
    """The good selection of a source with the new raw files in place of those of the ``replaced`` payloads."""
    kept = [item for item in good.files if item.payload_sha256 not in replaced]
    present = {item.path for item in kept}
    files = [*kept, *(item for item in new.files if item.payload_sha256 and item.path not in present)]
    origins = {origin.sha256: origin for origin in (*good.origins, *new.origins) if origin.sha256 not in replaced}
    return Selection(good.source, tuple(files), tuple(origins.values()))


@pytest.fixture(scope="module")
def workbench(published_copy: PublishedCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("workbench")
    settings = Settings(root=folder / "root", data=folder / "data")
    shutil.copytree(published_copy.settings.raw, settings.raw)
    shutil.copytree(published_copy.settings.claims, settings.claims)
    units = settings.dbt_project / "seeds" / "units"
    shutil.copytree(published_copy.settings.dbt_project / "seeds" / "units", units)
    sources = load_sources()
    good = {name: read_selection(settings, name) for name in sources}
    build = prepare_build(settings, sources, RUN)
    replay = Replay(latest_build(published_copy.settings), folder, build.raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)  # here nobody pulls the plug, and 30,000 take a minute
        yield Workbench(settings, sources, good, replay)
    replay.connection.close()


def test_every_folder_of_the_bundle_is_a_source_with_payloads() -> None:
    folders = {path.name for path in BUNDLE.iterdir() if path.is_dir()}
    assert {payload.source for payload in recorded()} == folders
    assert folders < set(load_sources()), "some sources have live figures only"


def test_without_a_fault_a_replay_is_the_published_build(workbench: Workbench) -> None:
    prepare_build(workbench.settings, workbench.sources, RUN)
    replay = workbench.replay
    for source in workbench.sources:
        assert {replay.nodes[key]["resource_type"] for key in replay.below(source)} == {"model", "test"}, source
    replay.connection.execute("begin")
    try:
        assert list(replay.failing_tests(*workbench.sources)) == []
        assert [metric for metric in replay.metrics if replay.came_out_otherwise(f'"warehouse".metrics.{metric}')] == []
    finally:
        replay.connection.execute("rollback")


@pytest.mark.parametrize(("payload", "fault"), CASES)
def test_a_fault_recorded_with_a_new_card_is_caught(workbench: Workbench, payload: Recorded, fault: str) -> None:
    changed = corrupt(fault, payload.source, payload.name, payload.bodies)
    workbench.record(payload, changed)
    refusal = workbench.refusal(payload)
    if refusal:
        assert refusal.publisher == payload.card["publisher"]
        assert payload.card["resource"] in str(refusal.payload) or payload.name in str(refusal.payload)
        assert refusal.failure
        assert refusal.remedy
        caught: Caught | None = Caught(str(refusal))
    else:
        caught = workbench.guard(payload, changed)
    assert caught is not None, f"nobody catches {fault} in {payload.label} and says so"
