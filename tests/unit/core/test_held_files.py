"""What a living process has is left alone and what a crashed one left is removed, whatever numbers processes have."""

import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from orchestration.core import processes
from orchestration.core.data_lock import hold, is_held
from orchestration.core.temporary import LOCK, PREFIX, temporary_folder

SERVICE = """
import tempfile, time
from orchestration.core.temporary import temporary_folder
with temporary_folder() as folder:
    print(folder, tempfile.gettempdir(), flush=True)
    time.sleep(600)
"""


def test_temporary_files_end_with_their_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "of another program").mkdir()
    with subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        folder, system = service.stdout.readline().split()
        assert folder == system
        assert Path(folder).parent == tmp_path
        (Path(folder) / "socket").touch()
        with temporary_folder():
            assert (Path(folder) / "socket").exists()
        service.kill()
        service.wait()
        with temporary_folder() as own:
            assert sorted(tmp_path.iterdir()) == sorted([own, tmp_path / "of another program"])
            assert os.environ["TMPDIR"] == tempfile.gettempdir() == str(own)
            assert is_held(own / LOCK)
    assert os.environ["TMPDIR"] == tempfile.gettempdir() == str(tmp_path)
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


@pytest.mark.slow
@pytest.mark.parametrize(("is_alive", "seconds", "code"), [(True, 0, 0), (False, 600, 1)])
def test_a_process_ends_with_its_service(tmp_path: Path, is_alive: bool, seconds: int, code: int) -> None:
    program = (
        f"import time; from orchestration.core import processes; processes.end_with_service(); time.sleep({seconds})"
    )
    environment = {**os.environ, processes.SERVICE: str(tmp_path / "lock")}
    with hold(tmp_path / "lock", "a service", alone=True) if is_alive else nullcontext():
        done = subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=False)
    assert done.returncode == code
