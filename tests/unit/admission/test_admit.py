"""Holding back: what is held, what remains in use, a person's word, and what is written down. All figures are synthetic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.admission import ledger
from orchestration.admission.case import Context
from orchestration.admission.finding import Reason, Verdict
from orchestration.admission.vintages import (
    admit_vintage,
    reject_vintage,
    vintage_states,
)
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError, PayloadError
from orchestration.core.settings import Settings, now
from orchestration.ingestion.fetch_failures import last_failure, require_an_answer
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import Selection, read_selection, write_selection
from orchestration.releases.fingerprint import fingerprint
from tests.publisher_server import PublisherServer, Reply, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import Publisher, refresh, source

ABSURD = 1_000
FIRST, SECOND, THIRD = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)


class Judge:
    """Holds a vintage back whose figures are absurd, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[date, list[date]]] = []
        self.given: list[tuple[set[str], Context]] = []

    def __call__(self, source: Source, new: Sequence[RawFile], before: Sequence[RawFile], context: Context) -> Verdict:
        self.asked.append((new[0].vintage, [one.vintage for one in before]))
        self.given.append(({f"{one.resource} {one.vintage}" for one in new}, context))
        worst = max(
            value for item in new for value in pq.read_table(item.path)["value"].to_pylist() if value is not None
        )
        if worst < ABSURD:
            return Verdict("admitted", ())
        sentence = f"a figure of {worst:g} where none was above 100"
        return Verdict(
            "held_back",
            (Reason("growth", True, sentence, 9.0, "figures", 2025, 2.0, worst),),
            frozenset(one.resource for one in new),
        )


@pytest.fixture(autouse=True)
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    made = Judge()
    monkeypatch.setattr("orchestration.admission.admit.judge", made)
    monkeypatch.setattr("orchestration.ingestion.raw_tables.reader_version", lambda _: "synthetic")
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def server(publisher: Publisher) -> Iterator[PublisherServer]:
    with publisher_server(publisher) as running:
        yield running


def answer(publisher: Publisher, vintage: date, *rows: str) -> None:
    body = synthetic.body(*rows, vintage=vintage.isoformat())
    publisher.answers["figures"] = Reply(body, headers={"ETag": f'"{hash(body)}"'})


def in_use(selection: Selection) -> list[date]:
    return selection.vintages


def test_a_good_vintage_is_admitted_once_and_written_down(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,10"))
    answer(publisher, SECOND, "2024,11", "2025,12")
    assert in_use(refresh(settings, server)) == [FIRST, SECOND]
    assert judge.asked == [(SECOND, [FIRST])]
    refresh(settings, server)
    assert len(judge.asked) == 1, "a decision is not made twice"
    (entry,) = ledger.decisions(settings, "synthetic")
    assert (entry.vintage, entry.outcome, entry.by) == ("2026-08-01", "admitted", "rule")
    assert read_selection(settings, "synthetic").decisions[0]["files"] == [list(one) for one in entry.files]


def test_the_bundle_is_not_judged_and_has_no_ledger(settings: Settings, judge: Judge) -> None:
    from orchestration.admission.ingest import ingest

    bundle = Settings(settings.root, settings.data)
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body(f"2024,{ABSURD}"))
    assert in_use(ingest(source(), bundle)) == [FIRST]
    assert judge.asked == []
    assert not ledger.ledger_path(settings, "synthetic").exists()


def test_a_held_vintage_stays_in_landing_and_the_one_before_remains_in_use(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, "2024,10", f"2025,{ABSURD}")
    selection = refresh(settings, server)
    assert in_use(selection) == [FIRST]
    (held,) = selection.open_held
    assert held.vintage == SECOND
    assert held.sentences(3) == ["a figure of 1000 where none was above 100"]
    stored = settings.landing / "synthetic" / "payloads"
    assert (stored / held.files[0][1][:2] / held.files[0][1]).exists()
    assert read_selection(settings, "synthetic").held == selection.held


def test_a_better_answer_replaces_a_held_one_by_itself(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, f"2025,{ABSURD}")
    refresh(settings, server)
    answer(publisher, SECOND, "2024,10", "2025,11")  # under the same date
    selection = refresh(settings, server)
    assert in_use(selection) == [FIRST, SECOND]
    assert selection.held == ()


def test_a_later_vintage_that_is_good_closes_the_matter(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    answer(publisher, SECOND, f"2025,{ABSURD}")
    assert in_use(refresh(settings, server)) == []
    answer(publisher, THIRD, "2025,11")
    selection = refresh(settings, server)
    assert in_use(selection) == [THIRD]
    assert [one.vintage for one in selection.held] == [SECOND], "it is still listed"
    assert selection.open_held == []


def test_an_older_vintage_that_comes_late_is_not_judged_by_a_later_one(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    answer(publisher, SECOND, "2024,10")
    refresh(settings, server)
    answer(publisher, FIRST, "2024,11")
    refresh(settings, server)
    assert judge.asked == [(SECOND, []), (FIRST, [])]


def test_vintages_that_come_together_are_judged_one_by_one_beside_other_sources(
    settings: Settings, publisher: Publisher, judge: Judge
) -> None:
    """The oldest first, each with its own files alone, and what other sources and its own bring to builds."""
    other = RawFile("bea", "figures", "figures", FIRST, "b" * 64, 3, settings.raw / "bea" / "figures" / "b.parquet")
    write_selection(settings, Selection("bea", (other,), ()))
    with publisher_server(publisher) as server:
        answer(publisher, SECOND, "2024,10")
        publisher.answers["more"] = Reply(synthetic.body("2023,7", vintage=FIRST.isoformat()))
        refresh(settings, server, source(RESOURCES=synthetic.RESOURCES))
    assert [new for new, _ in judge.given] == [{f"more {FIRST}"}, {f"figures {SECOND}"}]
    contexts = [context for _, context in judge.given]
    assert [one.others["bea"] for one in contexts] == [(other,)] * 2
    assert [[item.vintage for item in one.others["synthetic"]] for one in contexts] == [[], [FIRST]]


def test_of_one_date_the_earlier_answer_remains_while_the_newer_is_held(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, FIRST, f"2024,{ABSURD}")
    selection = refresh(settings, server)
    assert judge.asked[-1] == (FIRST, [FIRST]), "the earlier answer of the same date is the vintage before"
    (figures,) = [one for one in selection.files if one.payload_sha256]
    assert pq.read_table(figures.path)["value"].to_pylist() == [10.0]
    assert [one.vintage for one in selection.open_held] == [FIRST]


def test_one_word_admits_and_another_rejects(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, f"2025,{ABSURD}")
    refresh(settings, server)
    before = fingerprint(settings)
    admit_vintage(source(), settings, SECOND, "the publisher changed its base year")
    assert in_use(read_selection(settings, "synthetic")) == [FIRST, SECOND]
    assert fingerprint(settings) != before
    asked = len(judge.asked)
    assert in_use(refresh(settings, server)) == [FIRST, SECOND], "an admission outlives the next refresh"
    assert len(judge.asked) == asked
    reject_vintage(source(), settings, SECOND, "the publisher took it back")
    selection = refresh(settings, server)
    assert in_use(selection) == [FIRST]
    assert selection.open_held == []
    (rejected,) = selection.held
    assert "the publisher took it back" in rejected.sentences(1)[0]
    lines = ledger.ledger_path(settings, "synthetic").read_text().splitlines()
    assert [json.loads(line)["by"] for line in lines] == ["rule", "person", "person"]
    states = {one.vintage: one.outcome for one in vintage_states(selection)}
    assert states == {FIRST: "admitted", SECOND: "rejected"}


def test_a_word_from_a_shell_that_is_set_to_the_bundle_takes_no_live_figure_away(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    synthetic.write_edition(settings.bundle, "2026-06-01", synthetic.body("2023,9", vintage="2026-06-01"))
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, f"2025,{ABSURD}")
    refresh(settings, server)
    admit_vintage(source(), Settings(settings.root, settings.data), SECOND, "announced")
    assert in_use(read_selection(settings, "synthetic")) == [date(2026, 6, 1), FIRST, SECOND]


def test_only_what_is_held_can_be_admitted_and_only_what_came_can_be_rejected(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,10"))
    answer(publisher, SECOND, "2024,11")
    refresh(settings, server)
    with pytest.raises(FeedError, match="no vintage of 2026-08-01 is held back or rejected"):
        admit_vintage(source(), settings, SECOND, "why not")
    with pytest.raises(
        FeedError, match="no vintage of 2026-07-01 is stored beside the bundle; vintages that are: 2026-08-01"
    ):
        reject_vintage(source(), settings, FIRST, "the bundle is reviewed in git")


def test_decisions_come_back_with_landing_alone(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge, tmp_path: Path
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, f"2025,{ABSURD}")
    refresh(settings, server)
    admit_vintage(source(), settings, SECOND, "right")
    settings.landing.rename(tmp_path / "kept")
    restored = Settings(settings.root, tmp_path / "restored", "landing")
    restored.data.mkdir()
    (tmp_path / "kept").rename(restored.landing)
    asked = len(judge.asked)
    assert in_use(refresh(restored, server)) == [FIRST, SECOND]
    assert len(judge.asked) == asked


def test_what_there_is_to_decide_about_is_named_or_said_to_be_none(settings: Settings) -> None:
    """Whatever feed brought a vintage, only that of the bundle is nobody's to reject."""
    items = [
        RawFile("synthetic", "figures", "figures", day, sha, 1, settings.raw / "a")
        for day, sha in ((FIRST, "a" * 64), (SECOND, "b" * 64))
    ]
    nothing = RawFile("synthetic", "never_filled", "", date.min, "", 0, settings.raw / "b")
    shipped = Selection("synthetic", (*items, nothing), (), feeds={"a" * 64: "bundle"})
    write_selection(settings, shipped)
    for decide in (admit_vintage, reject_vintage):
        with pytest.raises(FeedError, match="vintages that are: none"):
            decide(source(), settings, FIRST, "no reason")


def test_every_vintage_is_shown_with_its_last_decision_and_all_its_reasons() -> None:
    """One shipped, one admitted by rule and then by a person, one held back beside files of its date, one rejected."""
    days = [date(2026, month, 1) for month in (5, 6, 7, 8)]
    files = [
        RawFile("synthetic", "figures", "figures", day, f"{place}" * 64, 10 + place, Path("a"))
        for place, day in enumerate(days[:3])
    ]
    files += [
        replace(files[1], resource="more", payload_sha256="9" * 64, rows=5),
        replace(files[0], payload_sha256="", rows=100),
    ]

    def decision(day: date, outcome: str, by: str, why: str, *sentences: str) -> dict[str, object]:
        reasons = [{"sentence": one} for one in sentences]
        return {
            "vintage": day.isoformat(),
            "outcome": outcome,
            "by": by,
            "reason": why,
            "time": f"t {why}",
            "reasons": reasons,
        }

    decisions = (
        decision(days[1], "admitted_with_remarks", "rule", "One.", "One.", "Two."),
        decision(days[1], "admitted", "person", "announced", "Three."),
        decision(days[2], "admitted", "rule", "good"),
    )
    why = ({"sentence": "Worst."}, {"sentence": "Bad."}, {"sentence": "Odd."})
    held = (
        HeldVintage(days[2], "held_back", (("figures", "c" * 64),), why, is_open=True),
        HeldVintage(days[3], "rejected", (("figures", "d" * 64),), why[:1], is_open=False),
    )
    found = vintage_states(Selection("synthetic", tuple(files), (), held=held, decisions=decisions))
    assert [(one.vintage, one.outcome, one.by, one.why, one.decided_at, one.rows, one.is_open) for one in found] == [
        (days[0], "reviewed", "bundle", "shipped with the bundle, and reviewed", None, 10, False),
        (days[1], "admitted", "person", "announced", "t announced", 16, False),
        (days[2], "held_back", "rule", "Worst.; and 2 more reasons", None, 0, True),
        (days[3], "rejected", "person", "Worst.", None, 0, False),
    ]
    assert [reason["sentence"] for reason in found[1].reasons] == ["One.", "Two.", "Three."]
    assert found[1].as_json()["payloads"] == ["figures sha256:111111111111", "more sha256:999999999999"]
    assert [one.as_json()["awaits_a_decision"] for one in found] == [False, False, True, False]


def test_a_cut_ledger_loses_the_line_that_was_not_finished(settings: Settings) -> None:
    ledger.record(settings, "synthetic", FIRST, "admitted", "rule", "good", [("figures", "a" * 64)])
    path = ledger.ledger_path(settings, "synthetic")
    with path.open("ab") as stream:
        stream.write(b'{"time": "20')
    assert len(ledger.decisions(settings, "synthetic")) == 1
    ledger.record(settings, "synthetic", SECOND, "rejected", "person", "bad", [("figures", "b" * 64)])
    assert [one.vintage for one in ledger.decisions(settings, "synthetic")] == ["2026-07-01", "2026-08-01"]


GOOD_LINE = {
    "time": "t",
    "vintage": "2026-07-01",
    "outcome": "admitted",
    "by": "rule",
    "reason": "r",
    "files": [["f", "a"]],
    "reasons": [],
}


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(GOOD_LINE | {"vintage": "soon"}),
        json.dumps(GOOD_LINE | {"files": 5}),
        json.dumps({name: value for name, value in GOOD_LINE.items() if name != "reasons"}),
        json.dumps(GOOD_LINE | {"further": 1}),
        json.dumps(GOOD_LINE)[:-1],
        "[]",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_number(line: str, settings: Settings) -> None:
    path = ledger.ledger_path(settings, "synthetic")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GOOD_LINE) + "\n")
    assert len(ledger.decisions(settings, "synthetic")) == 1
    path.write_text(line + "\n")
    with pytest.raises(FeedError, match=r"(?s)ledger of vintages cannot be read.*row: line 1"):
        ledger.decisions(settings, "synthetic")


def test_a_fetch_that_failed_is_noted_until_one_succeeds(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    publisher.answers["figures"] = Reply(b"no date at all")
    with pytest.raises(PayloadError, match="unexpected ValueError"):
        refresh(settings, server)
    assert last_failure(settings, "synthetic") is not None, "a defect of a parser stops its own source only"
    publisher.answers["figures"] = Reply(status=404, body=b"gone")
    with pytest.raises(FeedError):
        refresh(settings, server)
    failure = last_failure(settings, "synthetic")
    assert failure is not None
    assert "404" in failure["failure"]
    for names in (["synthetic"], ["synthetic", "drops"]):
        with pytest.raises(FeedError, match="no publisher answered"):
            require_an_answer(names, settings)
    earlier = settings.landing / "another" / "asked.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text(json.dumps({"at": now().isoformat()}))
    with pytest.raises(FeedError, match="no publisher answered"):  # it may note a search of a drop folder
        require_an_answer(["synthetic", "another"], settings)
    PayloadStore(settings.landing).note_asked("another", now())
    require_an_answer(["synthetic", "another"], settings)
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    assert last_failure(settings, "synthetic") is None
    require_an_answer(["synthetic"], settings)


def test_a_vintage_that_cannot_be_judged_is_held_and_stops_nothing(
    settings: Settings, server: PublisherServer, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(*_: object) -> Verdict:
        raise KeyError("a column that an edit expects")

    monkeypatch.setattr("orchestration.admission.admit.judge", judge)
    answer(publisher, FIRST, "2024,10")
    selection = refresh(settings, server)
    (held,) = selection.held
    assert held.is_open
    assert "KeyError: 'a column that an edit expects'" in held.sentences(1)[0]
    admit_vintage(source(), settings, FIRST, "reviewed by hand")
    assert read_selection(settings, "synthetic").held == ()
