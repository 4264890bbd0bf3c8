"""What a living process writes is left alone and what a crashed one left is removed, whatever numbers processes have."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.core.files import is_held, remove_leftovers
from orchestration.core.temporary import LOCK, PREFIX, temporary_folder

WRITER = """
import sys, time
from pathlib import Path
from orchestration.core.files import atomic_path
with atomic_path(Path(sys.argv[1])) as part:
    part.write_text("half")
    print("writing", flush=True)
    time.sleep(600)
"""

SERVICE = """
import tempfile, time
from orchestration.core.temporary import temporary_folder
with temporary_folder() as folder:
    print(folder, tempfile.gettempdir(), flush=True)
    time.sleep(600)
"""


@contextmanager
def process(program: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process with the first line that it prints; killed at the end."""
    with subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        try:
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()


def test_a_partial_file_is_left_while_its_writer_lives_and_removed_when_it_was_killed(tmp_path: Path) -> None:
    with process(WRITER, str(tmp_path / "folder" / "figures")) as (writer, _):
        assert remove_leftovers(tmp_path) == []
        (part,) = tmp_path.rglob("*.part")
        assert str(writer.pid) not in part.name
        writer.kill()
        writer.wait()
        assert remove_leftovers(tmp_path) == [part]
    assert list((tmp_path / "folder").iterdir()) == []


def test_temporary_files_go_with_their_process_or_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "of another program").mkdir()
    with process(SERVICE) as (service, line):
        folder, system = line.split()
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
