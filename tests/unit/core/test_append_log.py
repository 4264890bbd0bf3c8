"""What is left of an append that a kill or a power cut interrupted, and what is read of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.append_log import append, finished_lines

Damage = Callable[[bytes], bytes]
UNFINISHED: dict[str, Damage] = {
    "cut": lambda line: line[:-4],
    "cut within a letter": lambda line: line[: line.index("ü".encode()) + 1],
    "zeros": lambda line: bytes(len(line)),
    "zeros before its end": lambda line: bytes(len(line) - 5) + line[-5:],
    "zeros in the middle": lambda line: line[:10] + bytes(len(line) - 20) + line[-10:],
    "zeros behind it": lambda line: line[:-1] + bytes(4096),
}


def log_with(path: Path, damage: Damage) -> bytes:
    """A log of two lines and what is left of a third; return the two."""
    for number in (1, 2):
        append(path, {"number": number, "reason": "für"})
    whole = path.read_bytes()
    append(path, {"number": 3, "reason": "für"})
    path.write_bytes(whole + damage(path.read_bytes()[len(whole) :]))
    return whole


@pytest.mark.parametrize("damage", UNFINISHED.values(), ids=UNFINISHED)
def test_unfinished_last_lines_are_removed(tmp_path: Path, damage: Damage) -> None:
    path = tmp_path / "log.jsonl"
    whole = log_with(path, damage)
    assert [json.loads(line)["number"] for _, line in finished_lines(path)] == [1, 2]
    append(path, {"number": 4})
    assert path.read_bytes() == whole + b'{"number": 4}\n'


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_finished_binary_line_is_kept_and_refused_as_json(tmp_path: Path, number: int) -> None:
    """Also zeros above the last line: only the last append can have been interrupted."""
    path = tmp_path / "log.jsonl"
    log_with(path, lambda line: line)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace("ü".encode(), b"\xff" if number == 2 else b"\0")
    path.write_bytes(b"".join(lines))
    finished = finished_lines(path)
    assert [line for line, _ in finished] == [1, 2, 3]
    with pytest.raises(ValueError, match="Invalid"):
        json.loads(finished[number][1])
