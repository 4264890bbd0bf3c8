"""What a living process has is left alone and what a crashed one left is removed, whatever numbers processes have."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from orchestration.core.data_lock import is_held
from orchestration.core.temporary import LOCK, PREFIX, temporary_folder

SERVICE = """
import tempfile, time
from orchestration.core.temporary import temporary_folder
with temporary_folder() as folder:
    print(folder, tempfile.gettempdir(), flush=True)
    time.sleep(600)
"""


def test_temporary_files_go_with_their_process_or_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
