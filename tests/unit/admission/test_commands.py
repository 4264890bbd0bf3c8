"""The commands about vintages, from a data folder with one that is held back. All figures are synthetic."""

import json
import re

import pytest
from click.testing import CliRunner, Result

from orchestration.admission import ledger
from orchestration.cli.main import cli
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import read_selection
from tests.publisher_server import PublisherServer
from tests.unit.admission.absurd_figures import FIRST, SECOND, hold_second
from tests.unit.automation.test_triggers import hold_vintage
from tests.unit.ingestion.test_live_ingest import Publisher, source


@pytest.fixture(autouse=True)
def command_environment(
    settings: Settings, server: PublisherServer, publisher: Publisher, judge: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ingest a good vintage and an absurd one, and point the command at them."""
    synthetic = source()
    for module in ("sources", "vintages"):
        monkeypatch.setattr(f"orchestration.cli.{module}.load_sources", lambda: {"synthetic": synthetic})
    for name, value in (("ROOT", settings.root), ("DATA", settings.data), ("FEED", "live")):
        monkeypatch.setenv(f"BILATERAL_{name}", str(value))
    hold_second(settings, server, publisher, synthetic)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_what_is_held_is_listed_and_shown_with_its_reason_and_payload() -> None:
    listed = run("vintages", "list", "--held", "--json")
    (vintage,) = json.loads(listed.output)
    assert (vintage["vintage"], vintage["outcome"], vintage["awaits_a_decision"]) == ("2026-08-01", "held_back", True)
    shown = run("vintages", "list", "synthetic", "2026-08-01").output
    assert "held back, awaits a decision" in shown
    assert "a figure of 1000 where none was above 100 [growth]" in shown
    assert f"payload:  figures sha256:{vintage['payloads'][0][-12:]}" in shown
    assert "bilateral vintages admit synthetic 2026-08-01" in shown
    assert "admitted" in run("vintages", "list").output
    assert "vintage 2026-08-01 is held back: a figure of 1000" in run("sources").output


def test_admitting_and_rejecting_need_a_reason_and_are_recorded(settings: Settings) -> None:
    assert run("vintages", "admit", "synthetic", "2026-08-01").exit_code == 2
    done = run("vintages", "admit", "synthetic", "2026-08-01", "--reason", "announced")
    assert done.exit_code == 0, done.output
    assert read_selection(settings, "synthetic").vintages == [FIRST, SECOND]
    shown = run("vintages", "list", "synthetic", "2026-08-01").output
    assert re.search(r"decided:  by person at \d{4}-\d\d-\d\dT\d\d:\d\d UTC\n", shown)
    assert "No vintage awaits a decision." in run("vintages", "list", "--held").output
    done = run("vintages", "reject", "synthetic", "2026-08-01", "--reason", "taken back")
    assert done.exit_code == 0, done.output
    assert read_selection(settings, "synthetic").vintages == [FIRST]
    words = [decision for decision in ledger.decisions(settings, "synthetic") if decision.by == "person"]
    assert [(decision.outcome, decision.reason) for decision in words] == [
        ("admitted", "announced"),
        ("rejected", "taken back"),
    ]


def test_a_reviewed_vintage_needs_no_words(settings: Settings) -> None:
    hold_vintage(settings, "2026-07-01")
    listed = run("vintages", "list").output
    assert "reviewed" in listed
    assert "shipped with" not in listed


def test_a_wrong_name_or_date_is_a_usage_error_that_lists_what_there_is() -> None:
    wrong = run("vintages", "list", "synthetic", "2020-01-01")
    assert wrong.exit_code == 2
    assert "there are: 2026-07-01, 2026-08-01" in wrong.output
    assert "no such source: synthetik; known: synthetic" in run("vintages", "list", "synthetik").output
