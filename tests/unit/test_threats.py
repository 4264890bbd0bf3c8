"""Every row of docs/threats.md names a guard and a test that exists."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rows() -> list[list[str]]:
    text = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    section = text[text.index("## Threats, guards, tests") :].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| ") and not line.startswith("| concerns ")
    ]


def test_every_threat_has_a_guard_and_a_test_that_exists() -> None:
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for row in rows():
        assert len(row) == 4, row
        subject, threat, guard, tests = row
        named = re.findall(r"`([\w/]*test_\w+\.py)`", tests)
        assert threat
        assert guard
        assert named, f"{subject}: {threat}"
        for one in named:
            assert (ROOT / one).is_file() if "/" in one else one in known, one


def test_threats_about_one_thing_are_together() -> None:
    subjects = [row[0] for row in rows()]
    assert len(subjects) > 25
    assert len(list(groupby(subjects))) == len(set(subjects))


def test_the_files_that_speak_of_threats_know_each_other() -> None:
    assert "docs/threats.md" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")
