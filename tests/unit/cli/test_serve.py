"""`bilateral serve`: one service a data folder, a free port, and programs that end with it."""

import fcntl
import socket
import sys
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette

from orchestration.cli import serve as module
from orchestration.cli.serve import END, Endpoint, Programs, run_service
from orchestration.core.data_lock import SERVICE
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.service.servers import listening_socket
from tests.integration.conftest import free_port


@pytest.mark.slow
def test_a_second_service_is_refused(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, data=tmp_path / "data")
    settings.data.mkdir()
    with (settings.data / SERVICE).open("w") as first:
        fcntl.flock(first, fcntl.LOCK_SH)  # the second wants it alone
        first.write("http://127.0.0.1:3000, process 7")
        first.flush()
        with pytest.raises(BilateralError, match=r"in use: http://127\.0\.0\.1:3000, process 7"):
            run_service(settings, Endpoint("127.0.0.1", free_port()), read_only=False, verbose=True)


@pytest.mark.parametrize("offset", [0, 1], ids=["UI", "pages"])
def test_a_port_in_use_is_reported_at_once_with_the_port_requested(tmp_path: Path, offset: int) -> None:
    port = free_port()
    settings, place = Settings(root=tmp_path, data=tmp_path / "data"), Endpoint("127.0.0.1", port)
    with (
        socket.create_server(("127.0.0.1", port + offset)),
        pytest.raises(
            BilateralError, match=f"port {port + offset} cannot be listened on: Address already in use"
        ) as refused,
    ):
        run_service(settings, place, read_only=False, verbose=True)
    assert "--port" in str(refused.value)


@pytest.mark.slow
def test_a_program_that_ends_by_itself_is_named_with_the_end_of_the_log(tmp_path: Path) -> None:
    with (tmp_path / "serve.log").open("ab") as log, Programs(log) as programs:
        programs.start([sys.executable, "-c", "for number in range(2000): print(number)\nraise SystemExit(7)"])
        with pytest.raises(
            BilateralError, match=rf"1999\n *{Path(sys.executable).name} ended by itself with code 7"
        ) as ended:
            programs.wait_for(tmp_path / "no.sock")
        listeners = [listening_socket("127.0.0.1", 0, "") for _ in range(2)]
        with pytest.raises(BilateralError, match="ended by itself with code 7"):
            programs.serve_with(Starlette(), Starlette(), listeners)
    assert len(str(ended.value).splitlines()) < 2 * END


def test_stale_unix_sockets_are_replaced(tmp_path: Path) -> None:
    place = Endpoint("", 0, tmp_path / "ui")
    for _ in range(2):
        for listener in place.listeners():
            listener.close()
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == dict.fromkeys(
        ("ui", "ui.pages"), 0o660
    )
    with pytest.raises(BilateralError, match="cannot be listened on: No such file"):
        list(Endpoint("", 0, tmp_path / "nowhere" / "ui").listeners())


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    """A program that ignores SIGTERM, with a child that does too, as a code server and its run may."""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    parent = f"import subprocess, sys; {stubborn} c = subprocess.Popen([sys.executable, '-c', {stubborn + 'time.sleep(600)'!r}]); "
    pids = tmp_path / "pids"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PATIENCE", 0.2)
        with Programs(None) as programs:
            programs.start(
                [sys.executable, "-c", f"{parent} open({str(pids)!r}, 'w').write(str(c.pid)); time.sleep(600)"]
            )
            while not (pids.exists() and pids.read_text()):
                time.sleep(0.05)
    child, until = Path(f"/proc/{pids.read_text()}/stat"), time.monotonic() + 10  # the kernel ends it after the signal
    while child.exists() and child.read_text().rsplit(")", 1)[1].split()[0] not in "ZX":
        assert time.monotonic() < until, child.read_text()
        time.sleep(0.05)
