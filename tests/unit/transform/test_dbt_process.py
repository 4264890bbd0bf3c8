"""The command that runs dbt does not run without the process that started it."""

import os
import subprocess
import sys

import pytest

from orchestration.transform import dbt_process

pytestmark = pytest.mark.slow


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", dbt_process.__name__, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other kernels have no signal for a parent's end")
def test_dbt_does_not_start_after_its_parent_has_ended() -> None:
    done = run("parse", **{dbt_process.PARENT: "4194304999"})
    assert done.returncode != 0
    assert "the process that started dbt has ended" in done.stderr
