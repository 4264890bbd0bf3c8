"""`bilateral refresh`: what it runs, prints and reports after every outcome. The runs are invented."""

import os
import re
import signal
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock

import dagster as dg
import pytest
from click.testing import CliRunner

from orchestration.assets.run_policy import HELD, REFRESH
from orchestration.automation.alert_messages import RELEASE, Problem
from orchestration.automation.incidents import open_incidents
from orchestration.automation.jobs import BUILD_JOB
from orchestration.automation.run_outcomes import Outcome
from orchestration.cli import refresh as module
from orchestration.cli.main import cli
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release
from tests.unit.synthetic_project import Project

DAY = date(2026, 7, 1)
FACTS = {"published_at": "2026-08-01T00:00:00+00:00", "sources": {}, "metrics": {}, "tables": {}}
RELEASED, NEWER = (Release(Path(name), FACTS | {"id": name}) for name in ("r1", "r2"))


def test_every_outcome_has_its_words_its_stream_and_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "new" / "data"
    monkeypatch.setenv("BILATERAL_DATA", str(data))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    monkeypatch.setattr(dg, "DagsterInstance", MagicMock())
    execute, known, current, fail_killed = Mock(), Mock(return_value=None), Mock(), Mock()
    stubs = {"_execute": execute, "release_made_of": known, "current_release": current, "require_current": current}
    stubs |= {"fail_killed_runs": fail_killed, "prepare_instance": Mock(), "fingerprint": Mock()}
    for name, stub in stubs.items():
        monkeypatch.setattr(module, name, stub)

    def refreshed(outcome: Any, *arguments: str, before: Any = None, after: Any = RELEASED) -> tuple[int, str, str]:
        execute.side_effect, current.side_effect = outcome, [before, after]
        done = CliRunner().invoke(cli, ["refresh", *arguments])
        return done.exit_code, done.stdout, done.stderr

    assert refreshed([["x", "y"]]) == (1, "", "\nrefused: x\n\ny\n\nNothing was published; there is no release yet.\n")
    assert refreshed(FeedError("no network")) == (1, "", "\nrefused: no network\n")
    assert open_incidents(Settings.from_environment())[f"run {REFRESH}"]["summary"] == "no network"
    code, text, _ = refreshed([[]])
    assert (code, bool(re.search(r"Refreshed in \d s; for more: .*bilateral status\n$", text))) == (0, True)
    assert "Nothing changed" in refreshed([[]], before=RELEASED)[1]
    assert "Refreshed in" in refreshed([[]], "--rebuild", before=RELEASED)[1]
    assert "Refreshed in" in refreshed([[]], before=RELEASED, after=NEWER)[1]
    assert refreshed([["x"]], before=NEWER)[2].endswith("the last good release r2 remains current.\n")
    assert "refused: the disk is full" in refreshed([["No space left on device"]])[2]
    assert refreshed(KeyboardInterrupt) == (130, "", "\nstopped\n")
    stopped = "\nstopped by SIGTERM: nothing was published, and nothing that was fetched is lost\n"
    assert refreshed(lambda *_: os.kill(os.getpid(), signal.SIGTERM)) == (143, "", stopped)
    assert "--as-of 2026-07-02 is in the future (today is 2026-07-01)" in refreshed([], "--as-of", "2026-07-02")[2]
    known.side_effect = [None, RELEASED]
    assert refreshed([[]], "--as-of", "2026-07-01")[1].endswith("bilateral status r1\n")
    known.side_effect, known.return_value = None, RELEASED
    (data / "run_locks").mkdir()
    (data / "run_locks" / "of a killed process").touch()
    code, text, _ = refreshed(AssertionError("nothing is built"))
    assert (code, "Nothing changed" in text, open_incidents(Settings.from_environment())) == (0, True, {})
    assert fail_killed.call_args.kwargs == {"has_folder_alone": True}
    monkeypatch.setenv("BILATERAL_ENGINE", "sparc")
    assert "'sparc'" in refreshed(AssertionError("nothing is fetched"))[2]


@pytest.mark.parametrize(
    ("case", "results", "runs", "alerts"),
    [
        ("bundle, unchanged", [True], ["bundle raw"], 1),
        ("bundle", [True, False], ["bundle raw", f"bundle {BUILD_JOB}"], 2),
        ("live, unchanged", [True], ["live raw"], 1),
        ("live, rebuild", [False], ["live raw"], 2),
        ("live, rebuild, unchanged", [True, True], ["live raw", f"live {BUILD_JOB}"], 1),
        (
            "live",
            [True, False, True, True],
            ["live raw", f"live {BUILD_JOB}", "landing raw", f"landing {BUILD_JOB}"],
            1,
        ),
        ("bundle, earlier day", [True], ["bundle refresh"], 0),
        ("live, earlier day, rebuild", [False], ["live refresh"], 0),
    ],
)
def test_a_build_that_a_vintage_breaks_is_repeated_without_it_or_its_publishers_and_reported_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, case: str, results: list[bool], runs: list[str], alerts: int
) -> None:
    day, rebuild, seen = DAY if "earlier" in case else None, "rebuild" in case, []
    settings = replace(project.settings, feed=case.partition(",")[0], as_of=day)
    settings.data.mkdir(exist_ok=True)

    def definitions(used: Settings, _: object) -> Any:
        def execute(job: str, run_config: Any, asset_selection: Any = None, **options: Any) -> Any:
            seen.append(f"{used.feed} {'raw' if asset_selection else job}")
            assert ("ops" in run_config, options["raise_on_error"]) == (not asset_selection, False)
            return SimpleNamespace(success=results[len(seen) - 1], all_events=[], run_id=str(len(seen)))

        return Mock(resolve_job_def=lambda job: Mock(execute_in_process=partial(execute, job)))

    def outcome_of(*run: Any) -> Outcome:
        return Outcome((Problem("source wto", "late"), *([] if run[-1] else [Problem(RELEASE, "broken")])), ())

    def runs_of(_: dg.RunsFilter) -> list[Any]:
        is_held = not results[len(seen) - 1] and len(seen) < len(results)
        return [SimpleNamespace(tags={HELD: "wto 2026-07-01"} if is_held else {})]

    instance = MagicMock()
    for opened in (instance.get, instance.ephemeral):
        opened.return_value.__enter__.return_value.get_runs = runs_of
    stubs = {
        **{name: Mock() for name in ("prepare_instance", "_remove_old_runs", "fail_killed_runs", "send_alerts")},
        "current_release": Mock(return_value=Mock(folder=settings.data)),
        "fingerprint": Mock(),
        "load_sources": Mock(return_value={"wto": Mock(TABLES=["t"])}),
        "release_made_of": Mock(return_value="unchanged" in case),
    }
    for name, stub in stubs.items():
        monkeypatch.setattr(module, name, stub)
    monkeypatch.setattr("orchestration.definitions.build_definitions", definitions)
    monkeypatch.setattr("orchestration.automation.run_outcomes.outcome_of", outcome_of)
    monkeypatch.setattr("orchestration.automation.overdue.overdue", lambda *_: ([], []))
    monkeypatch.setattr(dg, "DagsterInstance", instance)
    assert bool(module._execute(settings, "a reason", frozenset, rebuild)) == (not results[-1])
    assert seen == runs
    sent = [[problem.subject for problem in call.args[1]] for call in stubs["send_alerts"].call_args_list]
    assert sent == [["source wto", RELEASE][:alerts]] * bool(alerts)
    assert {call.kwargs["has_folder_alone"] for call in stubs["fail_killed_runs"].call_args_list} == {True} - {
        bool(day)
    }
    if results == [False]:
        seen.clear()
        with pytest.raises(KeyboardInterrupt):
            module._execute(settings, "a reason", lambda: frozenset({signal.SIGTERM}), rebuild)
