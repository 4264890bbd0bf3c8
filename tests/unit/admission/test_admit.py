"""Holding back: what is held, what remains in use, manual overrides, and what is recorded. All figures are
synthetic."""

import errno
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.admission import ledger
from orchestration.admission.ingest import ingest
from orchestration.admission.ledger import ADMITTED, REJECTED
from orchestration.admission.reason import Reason
from orchestration.admission.vintages import decide, vintage_states
from orchestration.contracts.observation import Observations
from orchestration.core.errors import FeedError, PayloadError
from orchestration.core.settings import Settings, now
from orchestration.ingestion.fetch_failures import last_failure, require_an_answer
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import Selection, read_selection, write_selection
from orchestration.releases.fingerprint import fingerprint
from tests.publisher_server import PublisherServer, Reply
from tests.unit import synthetic_source as synthetic
from tests.unit.admission.absurd_figures import ABSURD, FIRST, SECOND, THIRD, Judge, answer, hold_second
from tests.unit.ingestion.test_live_ingest import Publisher, refresh, source

pytestmark = pytest.mark.usefixtures("judge")


def in_use(selection: Selection) -> list[date]:
    return selection.vintages


@pytest.mark.parametrize(
    "error", [FeedError("another source cannot be read"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_failure_that_is_not_of_the_vintage_stops_the_fetch_and_decides_nothing(
    settings: Settings,
    server: PublisherServer,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("orchestration.admission.admit.judge", fails)
    answer(publisher, FIRST, "2024,10")
    with pytest.raises(type(error)):
        refresh(settings, server)
    assert ledger.decisions(settings, "synthetic") == []


def test_the_bundle_is_not_judged_and_a_good_vintage_is_admitted_once_and_recorded(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body(f"2024,{ABSURD}"))
    assert in_use(ingest(source(), Settings(settings.root, settings.data))) == [FIRST]
    assert judge.calls == []
    assert not ledger.ledger_path(settings, "synthetic").exists()
    answer(publisher, SECOND, "2024,11", "2025,12")
    assert in_use(refresh(settings, server)) == [FIRST, SECOND]
    refresh(settings, server)
    assert judge.judged == [(SECOND, [FIRST])]
    (entry,) = ledger.decisions(settings, "synthetic")
    assert (entry.vintage, entry.outcome, entry.by) == (SECOND, "admitted", "rule")
    selection = read_selection(settings, "synthetic")
    assert selection.decisions == (entry.as_json(),)
    assert [state.outcome for state in vintage_states(selection)] == ["reviewed", "admitted"]
    for outcome, day, message in (
        (ADMITTED, SECOND, "no vintage of 2026-08-01 is held back or rejected; vintages that are: none"),
        (REJECTED, FIRST, "no vintage of 2026-07-01 is stored beside the bundle; vintages that are: 2026-08-01"),
    ):
        with pytest.raises(FeedError, match=message):
            decide(source(), settings, day, outcome, "what the bundle ships is reviewed in git")


def test_a_held_vintage_stays_in_landing_until_a_better_answer_replaces_it(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, SECOND, "2024,10", f"2025,{ABSURD}")
    selection = refresh(settings, server)
    assert in_use(selection) == [FIRST]
    (held,) = selection.open_held
    assert (held.vintage, held.sentences(3)) == (SECOND, ["a figure of 1000 where none was above 100"])
    stored = settings.landing / "synthetic" / "payloads"
    assert (stored / held.files[0][1][:2] / held.files[0][1]).exists()
    assert read_selection(settings, "synthetic").held == selection.held
    answer(publisher, SECOND, "2024,10", "2025,11")  # under the same date
    selection = refresh(settings, server)
    assert (in_use(selection), selection.held) == ([FIRST, SECOND], ())


def test_a_held_vintage_is_judged_once_and_a_newer_one_that_is_held_takes_its_place(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    hold_second(settings, server, publisher)
    calls = len(judge.calls)
    assert [held.vintage for held in refresh(settings, server).open_held] == [SECOND]
    assert len(judge.calls) == calls
    assert ledger.decisions(settings, "synthetic")[-1].outcome == "held_back"
    answer(publisher, THIRD, f"2025,{ABSURD}")
    assert [held.vintage for held in refresh(settings, server).open_held] == [THIRD]


def test_a_person_decides_about_one_resource_of_a_held_vintage(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    both = source(RESOURCES=synthetic.RESOURCES)
    answer(publisher, SECOND, f"2025,{ABSURD}")
    publisher.answers["more"] = Reply(synthetic.body(f"2023,{ABSURD}", vintage=SECOND.isoformat()))
    (held,) = refresh(settings, server, both).open_held
    assert held.resources == ["figures", "more"]
    decide(both, settings, SECOND, ADMITTED, "announced", ["more"])
    (held,) = read_selection(settings, "synthetic").open_held
    assert held.resources == ["figures"]
    with pytest.raises(FeedError, match="has no others to decide about; it has figures"):
        decide(both, settings, SECOND, ADMITTED, "announced", ["others"])


def test_a_later_vintage_that_is_good_closes_the_matter(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    answer(publisher, SECOND, f"2025,{ABSURD}")
    assert in_use(refresh(settings, server)) == []
    answer(publisher, THIRD, "2025,11")
    selection = refresh(settings, server)
    assert in_use(selection) == [THIRD]
    assert [held.vintage for held in selection.held] == [SECOND], "it is still listed"
    assert selection.open_held == []
    own_vintages = source(OBSERVATIONS={"figures": Observations(area="'USA'", restates=False)})
    assert [held.vintage for held in refresh(settings, server, own_vintages).open_held] == [SECOND]


def test_vintages_that_come_together_are_judged_one_by_one_beside_other_sources(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    """The oldest first, and with what other sources and its own bring to builds."""
    bea = RawFile("bea", "figures", "figures", FIRST, "b" * 64, 3, settings.raw / "bea" / "figures" / "b.parquet")
    write_selection(settings, Selection("bea", (bea,), ()))
    answer(publisher, SECOND, "2024,10")
    publisher.answers["more"] = Reply(synthetic.body("2023,7", vintage=FIRST.isoformat()))
    refresh(settings, server, source(RESOURCES=synthetic.RESOURCES))
    assert judge.judged == [(FIRST, []), (SECOND, [FIRST])]
    assert [admitted["bea"] for _, admitted in judge.calls] == [(bea,)] * 2


def test_of_one_date_the_earlier_answer_remains_while_the_newer_is_held(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge
) -> None:
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    answer(publisher, FIRST, f"2024,{ABSURD}")
    selection = refresh(settings, server)
    assert judge.judged[-1] == (FIRST, [FIRST]), "the earlier answer of the same date is the vintage before"
    (figures,) = [file for file in selection.files if file.payload_sha256]
    assert pq.read_table(figures.path)["value"].to_pylist() == [10.0]
    assert [held.vintage for held in selection.open_held] == [FIRST]


def test_manual_overrides_outlive_refreshes_and_come_back_with_landing_alone(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: Judge, tmp_path: Path
) -> None:
    """They are made from a shell that is set to the bundle, which takes no live figure away."""
    shell = Settings(settings.root, settings.data)
    hold_second(settings, server, publisher)
    before = fingerprint(settings)
    decide(source(), shell, SECOND, ADMITTED, "the publisher changed its base year")
    assert in_use(read_selection(settings, "synthetic")) == [FIRST, SECOND]
    assert fingerprint(settings) != before
    settings.landing.rename(tmp_path / "kept")
    restored = Settings(settings.root, tmp_path / "restored", "landing")
    restored.data.mkdir()
    (tmp_path / "kept").rename(restored.landing)
    calls = len(judge.calls)
    assert in_use(refresh(restored, server)) == [FIRST, SECOND]
    assert len(judge.calls) == calls
    decide(source(), restored, SECOND, REJECTED, "the publisher took it back")
    selection = refresh(restored, server)
    assert (in_use(selection), selection.open_held) == ([FIRST], [])
    states = {state.vintage: (state.outcome, state.by) for state in vintage_states(selection)}
    assert states == {FIRST: ("admitted", "rule"), SECOND: ("rejected", "person")}
    assert [state.rows for state in vintage_states(selection)] == [1, 0]
    beside = replace(selection.held[0], vintage=FIRST, files=(("another", "a" * 64),))
    (state, _) = vintage_states(replace(selection, held=(beside, *selection.held)))
    assert (state.rows, "(held: another; other resources of this vintage are in use)" in str(state)) == (1, True)
    assert selection.held[0].sentences()[0] == f"rejected by a person on {now().date()}: the publisher took it back"


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
        json.dumps(GOOD_LINE | {"further": 1}),
        json.dumps(GOOD_LINE)[:-1],
        "[]",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_number(line: str, settings: Settings) -> None:
    path = ledger.ledger_path(settings, "synthetic")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GOOD_LINE) + "\n" + line + "\n")
    with pytest.raises(FeedError, match=r"(?s)a line of the ledger is not as.*synthetic.*row: line 2.*remove it"):
        ledger.decisions(settings, "synthetic")


def test_a_fetch_that_failed_is_noted_until_one_succeeds(
    settings: Settings, server: PublisherServer, publisher: Publisher
) -> None:
    for reply, error, why in (
        (Reply(b"no date at all"), PayloadError, "unexpected ValueError"),
        (Reply(status=404, body=b"gone"), FeedError, "404"),
    ):
        publisher.answers["figures"] = reply
        with pytest.raises(error, match=why):
            refresh(settings, server)
        assert why in (last_failure(settings, "synthetic") or {})["failure"]
    with pytest.raises(FeedError, match="no publisher answered"):
        require_an_answer(["synthetic", "another"], settings)
    PayloadStore(settings.landing).note_answer("another", now())
    require_an_answer(["synthetic", "another", "later"], settings)
    answer(publisher, FIRST, "2024,10")
    refresh(settings, server)
    assert last_failure(settings, "synthetic") is None
    require_an_answer(["synthetic"], settings)


def test_a_vintage_that_cannot_be_judged_is_held_and_stops_nothing(
    settings: Settings, server: PublisherServer, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(*_: object) -> list[Reason]:
        raise KeyError("a column that an edit expects")

    monkeypatch.setattr("orchestration.admission.admit.judge", judge)
    answer(publisher, FIRST, "2024,10")
    selection = refresh(settings, server)
    (held,) = selection.held
    assert held.is_open
    assert "KeyError: 'a column that an edit expects'" in held.sentences()[0]
    decide(source(), settings, FIRST, ADMITTED, "reviewed by hand")
    assert read_selection(settings, "synthetic").held == ()
