"""A vintage that passes admission and breaks a later guard is held by name, and another publisher's news comes in; a
true one passes.

Payloads of the bundle are changed and stored as if their publishers had sent them; the changes are synthetic. Whatever
admission holds back is admitted by override. A build is replayed (replay.py): dbt's own SQL of the models and tests
below both sources, the constraints of the models, and the suites. A day of whole refreshes is in
tests/journeys/test_operator.py.
"""

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.admission.ingest import choose_again
from orchestration.admission.isolate import Isolation
from orchestration.admission.ledger import ADMITTED
from orchestration.admission.vintages import VintageState, decide, vintage_states
from orchestration.assets.admission_checks import admission_checks
from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.raw_assets import raw_key
from orchestration.automation.alert_messages import HELD, Problem
from orchestration.automation.run_outcomes import outcome_of
from orchestration.contracts.payload import Answer
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.guards.suite_results import refusal_of
from orchestration.ingestion.feeds import BundleEdition
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection
from orchestration.sources import load_sources
from orchestration.transform.build import Build, latest_build, prepare_build
from orchestration.transform.dbt_failures import dbt_refusal
from orchestration.transform.nodes import node_of
from tests.integration.conftest import REPOSITORY, PublishedCopy
from tests.integration.replay import RUN, Replay

DAY, FETCHED = date(2026, 10, 1), datetime(2027, 7, 2, tzinfo=UTC)
SOURCES = load_sources()
BUNDLE = REPOSITORY / "data" / "bundle"
Change = Callable[[bytes], bytes]
Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A payload of the bundle, and a change of its content."""

    source: str
    edition: str
    file: str
    change: Change

    def answers(self) -> Iterator[Answer]:
        """Yield all payloads of its resource as a live fetch would, one of them changed."""
        for answer in self._edition.answers(self.resource):
            with answer.opener() as stream:
                body = stream.read()
            if answer.origin.file_name == self.file:
                body = self.change(body)
            updated = answer.origin.publisher_last_updated and DAY
            origin = replace(answer.origin, fetched_at=FETCHED, publisher_last_updated=updated, sha256="", size=0)
            yield Answer(origin, partial(BytesIO, body))

    @property
    def resource(self) -> str:
        """The key of its resource."""
        return next(origin.resource for origin in self._edition.origins.values() if origin.file_name == self.file)

    @property
    def _edition(self) -> BundleEdition:
        return BundleEdition(BUNDLE / self.source / self.edition)


@dataclass(frozen=True)
class Warehouse:
    """A data folder with the raw files of the published release, and builds that are replayed.

    ``passed`` has the payloads of the builds without a failure: a build of the same payloads is not replayed again.
    """

    published: Settings
    settings: Settings
    passed: set[frozenset[str]]

    def land(self, *faults: Fault) -> None:
        """Store changed payloads, have them judged, and admit what is held back."""
        store = PayloadStore(self.settings.landing)
        for fault in faults:
            store.record("live", [store.store(answer) for answer in fault.answers()])
        for source in {fault.source: SOURCES[fault.source] for fault in faults}.values():
            for held in choose_again(source, self.settings).open_held:
                decide(source, self.settings, held.vintage, ADMITTED, "the publisher confirmed it")

    def failures(self, *sources: str) -> list[str]:
        """Build what is below these sources; return the failures as a refresh reports them."""
        payloads = self.payloads()
        if payloads in self.passed:
            return []
        build = prepare_build(self.settings, SOURCES, RUN)
        replay = Replay(latest_build(self.published), build.folder, build.raw)
        try:
            below = replay.below(*sources)
            views = [key for key in below if replay.nodes[key]["config"]["materialized"] == "view"]
            # dbt skips what is below a model that fails
            if not (failed := {key for key in views if _breaks_its_contract(replay, key)}):
                failed = {failure.node for failure in replay.failing_tests(*sources)}
                failed |= {key for key in below if _breaks_its_contract(replay, key)}
            suites = [] if failed else list(replay.failing_suites(self.settings.expectations))
            unexplained = [] if failed or suites else replay.unexplained()
        finally:
            replay.connection.close()
        if suites:
            return [f"metric guard: {refusal_of(suites, build.folder)}"]
        if refusal := _refusal(build, replay, failed):
            return [str(refusal)]
        if unexplained:
            return unexplained
        self.passed.add(payloads)
        return []

    def payloads(self) -> frozenset[str]:
        """Return the hashes of the payloads that a build sees."""
        selections = (read_selection(self.settings, name) for name in SOURCES)
        return frozenset(file.payload_sha256 for selection in selections for file in selection.files)

    def alert(self, source: str) -> Problem:
        """Run the checks that the Dagster UI shows of a source; return the alert about them."""
        module = SOURCES[source]
        checks = admission_checks(module, self.settings, [raw_key(source, next(iter(module.TABLES)))])
        location = dg.Definitions(
            asset_checks=[checks],
            jobs=[dg.define_asset_job("checks", dg.AssetSelection.all_asset_checks())],
            resources=data_folder_resources(self.settings),
        )
        result = location.resolve_job_def("checks").execute_in_process()
        (problem,) = outcome_of(result.all_events, [source], "refresh", result.run_id, succeeded=True).problems
        return problem


def _breaks_its_contract(replay: Replay, key: str) -> bool:
    node = node_of(key, replay.nodes[key], "model")
    if not node.has_contract:
        return False
    replay.connection.execute(f"create or replace temp view model as from {node.stated['relation_name']}")
    rules = [rule.broken_where for rule in node.constraints()]
    return any(replay.connection.execute(f"from model where {rule} limit 1").fetchall() for rule in rules)


def _refusal(build: Build, replay: Replay, failed: set[str]) -> Exception | None:
    """Return the error of a build of which these nodes failed, from artifacts as dbt writes them."""
    models = {key for key in failed if replay.nodes[key]["resource_type"] == "model"}
    results = [
        {
            "unique_id": key,
            "status": "error" if models else "fail",
            "message": "Constraint Error" if models else "rows break the rule",
            "compiled_code": replay.sql[key],
        }
        for key in sorted(models or failed)
    ]
    write_json(build.target / "run_results.json", {"results": results})
    write_json(build.target / "manifest.json", replay.manifest)
    return dbt_refusal(build)


@pytest.fixture(scope="module")
def stored(published_copy: PublishedCopy, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the raw files and selections of the release, read by the present code."""
    published = published_copy.settings
    settings = Settings(root=published.root, data=tmp_path_factory.mktemp("stored"), feed="landing")
    shutil.copytree(published.raw, settings.raw)
    for source in SOURCES.values():
        choose_again(source, settings)
    return settings


@pytest.fixture(scope="module")
def passed() -> set[frozenset[str]]:
    return set()


@pytest.fixture
def warehouse(
    published_copy: PublishedCopy, stored: Settings, passed: set[frozenset[str]], tmp_path: Path
) -> Warehouse:
    settings = replace(stored, data=tmp_path / "data")
    shutil.copytree(stored.data, settings.data)
    return Warehouse(published_copy.settings, settings, passed)


def in_json(change: Callable[[Any], None]) -> Change:
    def changed(body: bytes) -> bytes:
        content = json.loads(body)
        change(content)
        return json.dumps(content).encode()

    return changed


def in_text(before: str, after: str) -> Change:
    def changed(body: bytes) -> bytes:
        assert before.encode() in body
        return body.replace(before.encode(), after.encode(), 1)

    return changed


def every(rows: list[Row], change: Callable[[Any], object], column: str, **where: str) -> None:
    """Change a column of the rows with these values that have one."""
    chosen = [row for row in rows if row.get(column) not in (None, "") and where.items() <= row.items()]
    assert chosen
    for row in chosen:
        row[column] = change(row[column])


def world_bank(resource: str, change: Callable[[list[Row]], None], updated: date = DAY) -> Fault:
    def changed(content: list[Any]) -> None:
        change(content[1])
        content[0] |= {"lastupdated": updated.isoformat(), "total": len(content[1])}

    return Fault("world_bank", "2026-07-01", f"{resource}_page_1.json", in_json(changed))


def wider(rows: list[Row]) -> None:
    """Add every area that the bundle leaves out, with figures of about a thousandth of Croatia's."""
    seeds = REPOSITORY / "dbt_project" / "seeds"
    with (seeds / "area_codes" / "area_codes__world_bank.csv").open(encoding="utf-8") as stream:
        codes = {row["code"] for row in csv.DictReader(stream) if row["code"] == row["area"]}
    with (seeds / "areas" / "areas__iso3166.csv").open(encoding="utf-8") as stream:
        short = {row["area"]: row["iso2"] for row in csv.DictReader(stream)}
    croatia = [row for row in rows if row["countryiso3code"] == "HRV" and row["value"] is not None]
    for place, code in enumerate(sorted(codes - {row["countryiso3code"] for row in rows})):
        is_share = "%" in rows[0]["indicator"]["value"]
        factor = (1 if is_share else 0.001) * (1 + place / 1000)
        country = {"id": short.get(code, code), "value": f"Synthetic area {code}"}
        rows += [
            {**row, "country": country, "countryiso3code": code, "value": _times(row["value"], factor)}
            for row in croatia
        ]


def a_year_later(rows: list[Row]) -> None:
    """Add a year to every series of all areas."""
    wider(rows)
    year = max(row["date"] for row in rows)
    rows += [
        {**row, "date": str(int(year) + 1), "value": row["value"] and _times(row["value"], 1.01)}
        for row in rows
        if row["date"] == year
    ]


def _times(value: float, factor: float) -> float:
    return max(1.0, round(value * factor)) if float(value).is_integer() else value * factor


def negative(value: float) -> float:
    return -value


def times(factor: float) -> Callable[[float], float]:
    return lambda value: factor * value


def of(area: str, change: Callable[[float], float]) -> Callable[[list[Row]], None]:
    return lambda rows: every(rows, change, "value", countryiso3code=area)


def wipo(before: str, after: str) -> Fault:
    def changed(body: bytes) -> bytes:
        return in_text(before, after)(in_text("Last updated: May 2026", "Last updated: October 2026")(body))

    return Fault("wipo", "2026-05-01", "patent_1_total_applications_by_origin.csv", changed)


CHINA = '"306373","434246"'
"""China's applications of 2010 and 2011, all offices."""

BREAKS: Mapping[str, tuple[Fault, str]] = {
    "payments turn negative": (world_bank("ip_payments", of("BEL", negative)), "world_bank_charges_for_ip_are_dollars"),
    "a reviewed figure changes under its date": (
        world_bank("ip_receipts", of("KOR", times(1.01)), date(2026, 7, 1)),
        "reviewed_figures_hold",
    ),
}
"""Faults, and part of the rule that the failure states."""


NEWS = wipo(CHINA, CHINA)
INDICATORS = [resource.key for resource in SOURCES["world_bank"].RESOURCES if "since" not in resource.ask]
"""Those of which the publisher has one current vintage."""


@pytest.mark.parametrize("name", BREAKS)
def test_the_vintage_is_held_by_name_and_another_publisher_s_news_comes_in(warehouse: Warehouse, name: str) -> None:
    fault, rule = BREAKS[name]
    published = (read_selection(warehouse.published, name) for name in SOURCES)
    released = frozenset(origin.sha256 for selection in published for origin in selection.origins)
    isolation = Isolation(warehouse.settings, SOURCES, "r1", released)
    news = NEWS if fault.source != NEWS.source else world_bank("population", lambda rows: None)
    warehouse.land(news, fault)
    while failures := warehouse.failures(fault.source, news.source):
        assert isolation.hold(failures), failures
    states = vintage_states(read_selection(warehouse.settings, fault.source))
    (held,) = [state for state in states if state.is_open]
    assert held.outcome == "held_back"
    assert rule in held.why
    assert fault.resource in held.payloads
    _check_alert(warehouse.alert(fault.source), held, rule)
    current = read_selection(warehouse.settings, news.source)
    assert not current.open_held
    assert current.vintages[-1] == DAY


def _check_alert(alert: Problem, held: VintageState, rule: str) -> None:
    """Check that the UI, whose text an alert sends, names the vintage, the rule, the payloads and the command."""
    assert (alert.kind, alert.subject) == (HELD, f"source {held.source}")
    for words in (str(held.vintage), rule, held.payloads, f"vintages admit {held.source} {held.vintage}"):
        assert words in alert.text


@pytest.mark.campaign
@pytest.mark.parametrize("held", ["population", "gdp", "exports_share_of_gdp", "ip_payments", "merchandise_exports"])
def test_one_held_indicator_breaks_no_guard(warehouse: Warehouse, held: str) -> None:
    """While one part of a ratio is held back, the ratios of the newest common vintage stay the latest."""
    warehouse.land(*(world_bank(name, lambda rows: None) for name in INDICATORS if name != held))
    assert warehouse.failures("world_bank") == []


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("change", "updated"),
    [(wider, date(2026, 7, 1)), (a_year_later, date(2027, 7, 1))],
    ids=["first live", "a year later"],
)
def test_all_areas_break_no_guard(warehouse: Warehouse, change: Callable[[list[Row]], None], updated: date) -> None:
    """The bundle has a part of the areas that the publisher answers with."""
    indicators = [name for name in INDICATORS if name != "national_currency_per_us_dollar"]
    warehouse.land(*(world_bank(name, change, updated) for name in indicators))
    assert warehouse.failures("world_bank") == []
