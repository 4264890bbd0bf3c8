"""Vintages that pass admission and break a later guard: each is held by name, and another publisher's news comes in.

Payloads of the bundle are changed and stored as if their publishers had sent them; the changes are synthetic. Admission judges them;
a person admits what it holds, which overrides no contract, key or unit. A build is replayed (replay.py): dbt's own SQL of
the models and tests below both sources, the constraints of the models, and the suites. Whole refreshes that are isolated, and an
unknown area that is left out, are in year/test_isolation.py.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from orchestration.admission.ingest import choose_again
from orchestration.admission.isolate import Isolation
from orchestration.admission.ledger import ADMITTED
from orchestration.admission.vintages import decide, vintage_states
from orchestration.contracts.payload import Answer
from orchestration.core.errors import PayloadError
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import guarded_rows
from orchestration.guards.suite_results import SuiteResult, refusal_of
from orchestration.guards.suites import load_suite
from orchestration.ingestion.origin_cards import origin_from
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection
from orchestration.sources import load_sources
from orchestration.transform.build import Build, latest_build, prepare_build
from orchestration.transform.constraints import constraints_of, has_contract
from orchestration.transform.dbt_failures import dbt_refusal
from tests.integration.conftest import PublishedCopy
from tests.integration.replay import RUN, Recorded, Replay

DAY = date(2026, 10, 1)
SOURCES = load_sources()
Change = Callable[[bytes], bytes]
Fault = tuple[Recorded, Change]
Row = dict[str, Any]


@dataclass(frozen=True)
class Warehouse:
    """A data folder with the raw files of the published release, and builds that are replayed."""

    published: Settings
    settings: Settings

    def land(self, payload: Recorded, change: Change) -> None:
        """Store all payloads of the resource of a payload, one of them changed, as a live fetch; have them judged and admitted."""
        store, stored = PayloadStore(self.settings.landing), []
        for name, (card, body) in payload.held.items():
            if card["resource"] == payload.card["resource"]:
                new = {**card, "fetched_at": datetime(2026, 10, 2, tzinfo=UTC).isoformat(), "sha256": "", "size": 0}
                if card.get("publisher_last_updated"):
                    new["publisher_last_updated"] = DAY.isoformat()
                content = change(body) if name == payload.name else body
                stored.append(store.store(Answer(origin_from(new, name), partial(BytesIO, content))))
        store.record("live", stored)
        source = SOURCES[payload.source]
        for held in choose_again(source, self.settings).open_held:
            decide(source, self.settings, held.vintage, ADMITTED, "the publisher confirmed it")

    def failures(self, *sources: str) -> list[str]:
        """Build what is below these sources; return what fails, in the words of a refresh."""
        build = prepare_build(self.settings, SOURCES, RUN)
        replay = Replay(latest_build(self.published), build.folder, build.raw)
        try:
            failed = {failure.node for failure in replay.failing_tests(*sources)}
            failed |= {key for key in replay.below(*sources) if _breaks_its_contract(replay, key)}
            suites = [] if failed else list(self._failing_suites(replay))
        finally:
            replay.connection.close()
        if suites:
            return [f"metric guard: {refusal_of(suites, build.folder)}"]
        return [str(refusal)] if (refusal := _refusal(build, replay, failed)) else []

    def _failing_suites(self, replay: Replay) -> Iterator[SuiteResult]:
        for metric in replay.metrics:
            if replay.came_out_otherwise(table := f'"warehouse".metrics.{metric}'):
                rows = guarded_rows(replay.connection.cursor(), table)
                result = validate(load_suite(self.settings.expectations, metric), rows)
                if not result.passed:
                    yield result


def _breaks_its_contract(replay: Replay, key: str) -> bool:
    node = replay.nodes[key]
    if not has_contract(node):
        return False
    replay.connection.execute(f"create or replace temp view model as from {node['relation_name']}")
    rules = [rule.broken_where for rule in constraints_of(node)]
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


@pytest.fixture
def warehouse(published_copy: PublishedCopy, stored: Settings, tmp_path: Path) -> Warehouse:
    settings = replace(stored, data=tmp_path / "data")
    shutil.copytree(stored.data, settings.data)
    return Warehouse(published_copy.settings, settings)


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

    return Recorded("world_bank", "2026-07-01", f"{resource}_page_1.json"), in_json(changed)


def of(area: str, change: Callable[[float], float]) -> Callable[[list[Row]], None]:
    return lambda rows: every(rows, change, "value", countryiso3code=area)


def again(rows: list[Row], **changes: Any) -> None:
    """Add a row once more, with changes."""
    row = next(row for row in rows if row["countryiso3code"] == "BEL" and row["value"] is not None)
    rows.append({**row, **changes})


def bea(change: Callable[[list[Row]], None]) -> Fault:
    def changed(content: dict[str, Any]) -> None:
        results = content["BEAAPI"]["Results"]
        results["TsLastUpdated"] = f"{DAY} 00:00:00.000"
        change(results["Data"])

    return Recorded("bea", "2023-09-27", "china.json"), in_json(changed)


def wipo(before: str, after: str) -> Fault:
    def changed(body: bytes) -> bytes:
        return in_text(before, after)(in_text("Last updated: May 2026", "Last updated: October 2026")(body))

    return Recorded("wipo", "2026-05-01", "patent_1_total_applications_by_origin.csv"), changed


CHINA = '"306373","434246"'
"""China's applications of 2010 and 2011, all offices."""

HELD: Mapping[str, tuple[Fault, str]] = {
    "payments turn negative": (
        world_bank("ip_payments", of("BEL", lambda value: -value)),
        "world_bank_charges_for_ip_are_dollars",
    ),
    "high-technology exports exceed all exports": (
        world_bank("high_technology_exports", of("DEU", lambda value: 9 * value)),
        "high_technology_exports_are_part_of_merchandise_exports",
    ),
    "a year before 1945": (world_bank("gdp", partial(again, date="1940")), "year between 19"),
    "a reviewed figure changes under its date": (
        world_bank("ip_receipts", of("KOR", lambda value: 1.01 * value), date(2026, 7, 1)),
        "reviewed_figures_hold",
    ),
    "a share above 25 %": (
        world_bank("research_and_development_share_of_gdp", of("USA", lambda value: 1000 * value)),
        "world_bank_research_share_is_percent_of_gdp",
    ),
    "a negative trade share": (
        world_bank("imports_share_of_gdp", of("FRA", lambda value: -value)),
        "world_bank_trade_shares",
    ),
    "a fraction of a patent": (
        world_bank("patent_applications_residents", of("USA", lambda value: value + 0.5)),
        "world_bank_counts_are_whole",
    ),
    "more people than there are": (
        world_bank("population", of("IND", lambda value: 1000 * value)),
        "world_bank_counts_are_not_negative",
    ),
    "half a person": (
        world_bank("population", of("CHN", lambda value: value + 0.5)),
        "world_bank_counts_are_whole",
    ),
    "a negative share of research": (
        world_bank("research_and_development_share_of_gdp", of("KOR", lambda value: -value)),
        "world_bank_research_share_is_percent_of_gdp",
    ),
    "payments of a year after 2100": (
        world_bank("ip_payments", partial(again, date="2150")),
        "year between 1960 and 2100",
    ),
    "negative goods exports": (
        world_bank("merchandise_exports", of("JPN", lambda value: -value)),
        "world_bank_gdp_and_goods_exports_are_dollars",
    ),
    "a hundred times too many applications": (
        wipo(CHINA, CHINA.replace("434246", "43424600")),
        "value between 0 and 10000000",
    ),
}
"""Faults, and words of the rule that the failure states."""

REFUSED: Mapping[str, tuple[Fault, str]] = {
    "a key comes twice": (world_bank("gdp", again), "they identify one row of a payload"),
    "another unit": (bea(lambda rows: every(rows, lambda _: "EUR", "CL_UNIT")), "CL_UNIT is 'EUR'"),
}
"""Faults that reading a payload refuses: the source keeps its earlier figures."""

IN_MAKE_TEST = (
    "payments turn negative",
    "high-technology exports exceed all exports",
    "a reviewed figure changes under its date",
)
NEWS = wipo(CHINA, CHINA)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in IN_MAKE_TEST else pytest.mark.campaign) for name in HELD]
)
def test_the_vintage_is_held_by_name_and_another_publisher_s_news_comes_in(warehouse: Warehouse, name: str) -> None:
    (payload, change), rule = HELD[name]
    published = (read_selection(warehouse.published, name) for name in SOURCES)
    released = frozenset(origin.sha256 for selection in published for origin in selection.origins)
    isolation = Isolation(warehouse.settings, SOURCES, released)
    news, changed = NEWS if payload.source != NEWS[0].source else world_bank("population", lambda rows: None)
    warehouse.land(news, changed)
    warehouse.land(payload, change)
    while failures := warehouse.failures(payload.source, news.source):
        assert isolation.hold(failures), failures
    states = {state.vintage: state for state in vintage_states(read_selection(warehouse.settings, payload.source))}
    (held,) = [state for state in states.values() if state.is_open]
    assert held.outcome == "held_back"
    assert rule in held.why
    assert payload.card["resource"] in held.payloads
    current = read_selection(warehouse.settings, news.source)
    assert not current.open_held
    assert current.vintages[-1] == DAY


@pytest.mark.parametrize(
    "indicator",
    [
        "ip_receipts",
        *(
            pytest.param(name, marks=pytest.mark.campaign)
            for name in (
                "ip_payments",
                "gdp",
                "exports_share_of_gdp",
                "research_and_development_share_of_gdp",
                "merchandise_exports",
                "high_technology_exports",
                "patent_applications_residents",
                "population",
            )
        ),
    ],
)
def test_a_new_vintage_of_one_indicator_alone_breaks_no_guard(warehouse: Warehouse, indicator: str) -> None:
    """While the other side of a ratio is held back, the ratios of the newest common vintage stay the latest."""
    warehouse.land(*world_bank(indicator, lambda rows: None))
    assert warehouse.failures("world_bank") == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_payload_that_reading_refuses_names_its_rule_and_changes_nothing(warehouse: Warehouse, name: str) -> None:
    (payload, change), rule = REFUSED[name]
    before = read_selection(warehouse.settings, payload.source)
    with pytest.raises(PayloadError) as refusal:
        warehouse.land(payload, change)
    assert rule in refusal.value.failure
    assert payload.card["resource"] in str(refusal.value.payload)
    assert refusal.value.row
    assert read_selection(warehouse.settings, payload.source) == before
