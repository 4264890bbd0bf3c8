"""Judgements of mutants that change nothing: which change of which statement, and a person's reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yml")


@dataclass(frozen=True)
class Judgements:
    """Changes judged one by one, and by what they read like: model or module, then key or pattern of a key."""

    changes: Mapping[tuple[str, str], str]
    patterns: Sequence[tuple[str, re.Pattern[str]]]

    def __contains__(self, change: tuple[str, str]) -> bool:
        of, key = change
        return change in self.changes or any(of == name and pattern.fullmatch(key) for name, pattern in self.patterns)


def judged(path: Path = FILE) -> Judgements:
    """What a person has judged to be equivalent.

    Raises:
        ValueError: a judgement lacks its reason, or a change is judged twice.
    """
    changes: dict[tuple[str, str], str] = {}
    patterns: list[tuple[str, re.Pattern[str]]] = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
        reason = " ".join(str(entry.get("reason") or "").split())
        if not reason:
            raise ValueError(f"{path.name}: a judgement of {entry['of']} has no reason")
        patterns += [(entry["of"], re.compile(" ".join(one.split()))) for one in entry.get("matching", ())]
        for change in entry.get("changes", ()):
            key = (entry["of"], " ".join(change.split()))
            if key in changes:
                raise ValueError(f"{path.name}: {key} is judged twice")
            changes[key] = reason
    return Judgements(changes, patterns)
