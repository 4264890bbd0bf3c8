"""Isolation: which new vintage a failed build holds back. All sources and figures are synthetic."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from orchestration.admission import isolate, ledger
from orchestration.admission.isolate import Isolation
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetch_failures import noting_failure
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import Selection, write_selection

DAY = date(2026, 10, 1)
SHA = {"gdp": "a" * 64, "payments": "b" * 64, "workbook": "c" * 64, "old": "d" * 64}
VINTAGES = {"bank": ("gdp", "payments"), "office": ("workbook",), "archive": ("old",)}
PUBLISHERS = {"bank": "The Reserve", "office": "The office", "archive": "The archive"}
Build = Callable[[set[str]], list[str]]


class Warehouse:
    """Three sources with one new vintage each, and a build that fails on some of their payloads."""

    def __init__(self, folder: Path, released: Sequence[str] = ()) -> None:
        self.settings = Settings(folder, folder / "data")
        self.sources = {
            name: cast(Source, SimpleNamespace(CARD=SimpleNamespace(id=name, publisher=PUBLISHERS[name])))
            for name in VINTAGES
        }
        for name, resources in VINTAGES.items():
            keys = tuple((resource, SHA[resource]) for resource in resources)
            ledger.record(self.settings, name, ledger.decided(DAY, "admitted", ledger.BY_RULE, "good", keys))
        for source in self.sources.values():
            self.choose(source)
        self.failed_builds = 0
        self.isolation = Isolation(self.settings, self.sources, "r1", frozenset(SHA[resource] for resource in released))

    def choose(self, source: Source, settings: Settings | None = None) -> None:
        """Write the selection that follows from the ledger, as ingestion does."""
        name = source.CARD.id
        decisions = ledger.in_force(ledger.decisions(self.settings, name))
        admitted = {key: decision for (_, key), decision in decisions.items() if decision.admits}
        files = tuple(
            RawFile(name, "figures", resource, DAY, sha256, 10 * (1 + len(resource)), self.settings.raw / resource)
            for resource, sha256 in admitted
        )
        entries = tuple(decision.as_json() for decision in admitted.values())
        write_selection(self.settings, Selection(name, files, (), 0, 0, {}, {}, (), entries))

    def held(self) -> set[str]:
        return {
            key[0]
            for name in VINTAGES
            for (_, key), decision in ledger.in_force(ledger.decisions(self.settings, name)).items()
            if not decision.admits
        }

    def refresh(self, build: Build) -> bool:
        """Build until it succeeds or nothing is left to hold; return whether it succeeded."""
        while failures := build(self.held()):
            self.failed_builds += 1
            if self.isolation.hold(failures) is None:
                return False
        return True


def breaks(resource: str, text: str) -> Build:
    """A build that fails with this text while a resource is in use."""
    return lambda held: [] if resource in held else [text]


LATER_GUARDS = {
    "a dbt test names the payload": (
        "payments",
        f"dbt test rows_hold: 22 rows\n{'  value=-1' * 60}\n  value=-2\npayload: bank/payments sha256:{'b' * 12}",
    ),
    "a dbt test names the publisher": ("gdp", "dbt test rows_hold: 3 rows\npublisher: The Reserve"),
    "a failing row names the source": ("workbook", "dbt test keys: 1 row\nsource=office, area=CHN"),
    "a row of a suite names the source": (
        "workbook",
        "metric guard: filings\n    row: {'source': 'office', 'year': 1999}",
    ),
    "a suite names the source of a figure": (
        "workbook",
        "metric guard: filings: value of CHN, 1999 is 5 (office, 2026-10-01), expected at least 2,000",
    ),
    "a suite names nobody": ("payments", "metric guard: ip_payments: value_at_most failed on 1 of 80 rows"),
    "a failing model is of the source": ("workbook", "dbt model stg_office__figures: Conversion Error"),
    "a seed lacks a code": ("workbook", "dbt model stg_office: no seed has the item 9.X\npublisher: The Reserve"),
}

NOT_FIRST = ("a suite names nobody", "a seed lacks a code")
"""The failure names no vintage, or another publisher than the one in question, so that another is held and admitted
again first."""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    made = Warehouse(tmp_path, released=("old",))
    monkeypatch.setattr(isolate, "choose_again", made.choose)
    return made


@pytest.mark.parametrize("name", LATER_GUARDS)
def test_the_vintage_that_breaks_a_later_guard_is_held_and_no_other_source(warehouse: Warehouse, name: str) -> None:
    resource, text = LATER_GUARDS[name]
    assert warehouse.refresh(breaks(resource, text))
    assert warehouse.failed_builds == 1 + (name in NOT_FIRST)
    source = next(office for office, resources in VINTAGES.items() if resource in resources)
    assert warehouse.held() == ({resource} if "sha256" in text else set(VINTAGES[source]))
    last = ledger.decisions(warehouse.settings, source)[-1]
    for line in (text.splitlines()[0], text.splitlines()[-1].strip()):
        assert last.reasons[0]["sentence"].count(line) == 1


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (
            f"dbt test whole: 1 row\n  vintage=2018-08-31\npublisher: The archive\npayload: archive/old sha256:{'e' * 12}",
            "new",
        ),
        ("dbt test whole: 1 row\n  source=archive, area=IND, vintage=2026-11-20\npublisher: The archive", "new"),
        ("dbt test whole: 1 row\npublisher: The archive", "old"),
        ("dbt test whole: 1 row\n  vintage=2026-11-20\npublisher: The Reserve", "gdp"),
    ],
)
def test_a_payload_is_suspected_before_its_vintage_its_publisher_and_what_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, held: str
) -> None:
    """The archive has two new vintages: a small one of 2018 and a large one of 2026, with half a person in India."""
    made = Warehouse(tmp_path)
    monkeypatch.setattr(isolate, "choose_again", made.choose)
    old, new = date(2018, 8, 31), date(2026, 11, 20)
    entries = [decided(old, "old", SHA["old"]), decided(new, "new", "e" * 64)]
    files = [
        RawFile("archive", "figures", entry.files[0][0], entry.vintage, entry.files[0][1], rows, made.settings.raw)
        for entry, rows in zip(entries, (10, 90), strict=True)
    ]
    decisions = tuple(entry.as_json() for entry in entries)
    write_selection(made.settings, Selection("archive", tuple(files), (), 0, 0, {}, {}, (), decisions))
    suspect = made.isolation.hold([text])
    assert suspect is not None
    assert held in [resource for resource, _ in suspect.files]


def decided(vintage: date, resource: str, sha256: str) -> ledger.Decision:
    """An admission by rule."""
    return ledger.decided(vintage, "admitted", ledger.BY_RULE, "good", [(resource, sha256)])


def test_what_was_tried_is_known_to_the_next_process(warehouse: Warehouse) -> None:
    """As in the service, where each build is a run: a hold that changes nothing is undone, and no vintage is held
    twice."""
    suspects: list[str] = []
    released = warehouse.isolation.released

    def failures() -> list[str]:
        report = f"guard report: data/build/runs/{uuid.uuid4()}/guards.html"
        return [f"metric guard: filings: 1 of 16 expectations failed over {len(suspects) + 5:,} rows", report]

    while suspect := Isolation(warehouse.settings, warehouse.sources, "r1", released).hold(failures()):
        suspects.append(suspect.source)
    assert (sorted(suspects), warehouse.held()) == (["bank", "office"], set())


def test_two_vintages_that_break_different_guards_are_both_held(warehouse: Warehouse) -> None:
    def build(held: set[str]) -> list[str]:
        return breaks("workbook", "dbt test one: 1 row")(held) or breaks("gdp", "dbt test two: 1 row")(held)

    assert warehouse.refresh(build)
    assert warehouse.held() == {"workbook", "gdp", "payments"}


@pytest.mark.parametrize(
    ("text", "builds"),
    [
        ("dbt test rows_hold: 3 rows", 3),
        ("dbt model fct_indicator: Parser Error", 1),
        ("dbt model fct_indicator: No space left on device", 1),
    ],
)
def test_a_failure_of_the_code_blames_no_vintage(warehouse: Warehouse, text: str, builds: int) -> None:
    assert not warehouse.refresh(lambda _: [text])
    assert (warehouse.held(), warehouse.failed_builds) == (set(), builds)


def test_no_vintage_is_held_where_nothing_failed_or_no_publisher_answered(warehouse: Warehouse) -> None:
    assert warehouse.isolation.hold([]) is None
    live = replace(warehouse.settings, feed="live")
    for name in VINTAGES:
        with pytest.raises(FeedError), noting_failure(name, live):
            raise FeedError("no answer")
    assert Isolation(live, warehouse.sources, "r1", frozenset()).hold(["dbt test rows_hold: 3 rows"]) is None
    assert warehouse.held() == set()


def test_a_refresh_builds_again_a_bounded_number_of_times(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every build fails in another way, so that no hold is undone."""
    monkeypatch.setattr(isolate, "MOST_BUILDS", 1)
    assert not warehouse.refresh(lambda held: [f"dbt test {len(held)}: 1 row"])
    assert warehouse.failed_builds == 2


def test_a_person_s_admission_does_not_override_a_contract(warehouse: Warehouse) -> None:
    key = (("workbook", SHA["workbook"]),)
    decision = ledger.decided(DAY, "admitted", ledger.BY_PERSON, "the office confirmed it", key)
    ledger.record(warehouse.settings, "office", decision)
    warehouse.choose(warehouse.sources["office"])
    assert warehouse.refresh(breaks("workbook", "dbt model fct: NOT NULL constraint failed"))
    assert warehouse.held() == {"workbook"}
