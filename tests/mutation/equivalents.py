"""Judgements of mutants that change nothing: which change of which statement, and a person's reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yml")


def judged(path: Path = FILE) -> Mapping[tuple[str, str], str]:
    """By model or module and key of a change, why it is equivalent.

    Raises:
        ValueError: a judgement lacks its reason, or a change is judged twice.
    """
    found: dict[tuple[str, str], str] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
        reason = " ".join(str(entry.get("reason") or "").split())
        for change in entry["changes"]:
            key = (entry["of"], " ".join(change.split()))
            if not reason or key in found:
                raise ValueError(f"{path.name}: {key} {'is judged twice' if reason else 'has no reason'}")
            found[key] = reason
    return found
