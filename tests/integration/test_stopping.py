"""A refresh that SIGTERM stops: it ends quietly with code 143, reports no problem, and the next one publishes."""

import signal
import subprocess
from pathlib import Path

import pytest

from orchestration.automation.incidents import open_incidents
from orchestration.core.settings import Settings
from tests.integration.conftest import BILATERAL, PublishedCopy, environment

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "line",
    [pytest.param("start ", id="while loading"), pytest.param("raw ", id="while running", marks=pytest.mark.campaign)],
)
def test_a_stopped_refresh_reports_no_problem(tmp_path: Path, published_copy: PublishedCopy, line: str) -> None:
    settings = Settings(root=published_copy.root, data=tmp_path / "data")
    published_copy.lend_parse(settings.data)
    refresh = subprocess.Popen(
        [*BILATERAL, "refresh"],
        cwd=settings.root,
        env=environment(settings.root, settings.data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert refresh.stdout is not None
    lines: list[str] = []
    while not lines or line not in lines[-1]:
        lines.append(refresh.stdout.readline())
        assert lines[-1], lines
    refresh.send_signal(signal.SIGTERM)
    output, _ = refresh.communicate(timeout=300)
    assert refresh.returncode == 143, output
    assert "Traceback" not in output
    assert "stopped by SIGTERM: nothing was published" in output
    assert open_incidents(settings) == {}
    assert not list(settings.releases.glob("2*"))
