"""Run history in a real PostgreSQL, chosen by the environment alone. The job is synthetic."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.cli.dagster_instance import HOME, POSTGRES, prepare_instance
from orchestration.core.settings import Settings
from tests.integration.conftest import REPOSITORY, TIME_LIMIT, free_port

DEBIAN = Path("/usr/lib/postgresql")
"""Debian's folder with the programs of each version."""

RUNUSER = shutil.which("runuser", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
"""Runs a program as another user; the PATH of many users lacks /usr/sbin."""

PASSWORD = "s3cret-of-the-database"

JOB = """
import dagster as dg

@dg.asset
def table():
    return 1

definitions = dg.Definitions(assets=[table], jobs=[dg.define_asset_job("fetch", executor_def=dg.in_process_executor)])
with dg.DagsterInstance.get() as instance:
    definitions.resolve_job_def("fetch").execute_in_process(instance=instance)
"""


def count_runs() -> int:
    """Return the number of successful runs."""
    with dg.DagsterInstance.get() as instance:
        return instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]))


def programs_of_postgresql() -> Path | None:
    """Return the folder of initdb and pg_ctl: on the PATH, or Debian's newest version."""
    if program := shutil.which("initdb"):
        return Path(program).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL that a user without privileges runs; skip if none is installed."""
    programs = programs_of_postgresql()
    if programs is None:
        if os.environ.get("BILATERAL_REQUIRE_POSTGRES") == "1":
            pytest.fail("BILATERAL_REQUIRE_POSTGRES=1, and no PostgreSQL server is installed here")
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    folder = Path("/tmp") / f"bilateral-postgres-{os.getpid()}"  # noqa: S108 - a socket's path is short
    folder.mkdir(mode=0o700)
    user = [str(RUNUSER), "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres", "postgres")
    port = free_port()

    def call(*arguments: str) -> None:
        done = subprocess.run(
            [*user, *arguments], cwd="/", capture_output=True, text=True, check=False, timeout=TIME_LIMIT
        )
        assert done.returncode == 0, done.stdout + done.stderr

    password = folder / "password"
    password.write_text(PASSWORD)
    if user:
        shutil.chown(password, "postgres", "postgres")
    data = str(folder / "data")
    call(str(programs / "initdb"), "-D", data, "-U", "bilateral", "-A", "scram-sha-256", "--pwfile", str(password))
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    call(str(programs / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgresql://bilateral:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        call(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def test_runs_are_kept_in_postgresql(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POSTGRES, postgres)
    for machine in ("one", "another"):
        monkeypatch.setenv(HOME, "")
        prepare_instance(Settings(root=REPOSITORY, data=tmp_path / machine))
        home = Path(os.environ[HOME])
        assert PASSWORD not in (home / "dagster.yaml").read_text()
        if machine == "one":
            subprocess.run([sys.executable, "-c", JOB], check=True)
        assert count_runs() == 1, "both machines have the same runs"
        assert not list(home.rglob("*.db")), "no files"
