"""`bilateral refresh`: what it runs, prints and reports after every outcome. The runs are invented."""

import os
import re
import signal
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import dagster as dg
import pytest
from click.testing import CliRunner

from orchestration.assets.run_tags import REFRESH
from orchestration.automation.incidents import open_incidents
from orchestration.cli import refresh as module
from orchestration.cli.main import cli
from orchestration.cli.progress import terminal_logger
from orchestration.core.errors import FeedError
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.reading.release import Release

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


def test_the_terminal_shows_once_what_a_run_logs_and_no_event_of_dagster(capsys: pytest.CaptureFixture[str]) -> None:
    @dg.op
    def fetch(context: dg.OpExecutionContext) -> None:
        context.log.info("raw      wto: 3 rows")
        log.info("read     wto")
        context.log.info("Running dbt command")
        raise ValueError

    @dg.job(logger_defs={"terminal": dg.LoggerDefinition(lambda _: terminal_logger("terminal"))})
    def refreshing() -> None:
        fetch()

    terminal_logger(log.name)
    stored: dict[str, Any] = {"python_logs": {"managed_python_loggers": [log.name]}}
    with dg.DagsterInstance.ephemeral(settings=stored) as instance:
        run = refreshing.execute_in_process({"loggers": {"terminal": {}}}, instance, raise_on_error=False)
        logged = [entry.user_message for entry in instance.all_logs(run.run_id) if not entry.is_dagster_event]
    assert logged == ["raw      wto: 3 rows", "read     wto", "Running dbt command"]
    assert re.fullmatch(r" +\d+\.\ds  raw      wto: 3 rows\n +\d+\.\ds  read     wto\n", capsys.readouterr().err)
