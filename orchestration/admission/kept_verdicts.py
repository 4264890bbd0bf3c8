"""Verdicts that are computed once: the same files before the same others, judged by the same code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from orchestration.admission.judge import judge
from orchestration.admission.verdict import Context, Verdict
from orchestration.contracts.source import Source
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

FOLDER = "_admission"


def verdict_on(
    source: Source, settings: Settings, new: Sequence[RawFile], before: Sequence[RawFile], context: Context
) -> Verdict:
    """The verdict on a new vintage, computed now or found from an earlier run."""
    others = [item for files in context.others.values() for item in files]
    asked = [_names(new), _names(before), _names(others), context.fetched.isoformat(), _code()]
    key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]
    path = settings.raw / source.CARD.id / FOLDER / f"{key}.json"
    if path.exists():
        return Verdict.from_json(read_json(path))
    verdict = judge(source, new, before, context)
    write_json(path, verdict.as_json())
    return verdict


def _names(files: Iterable[RawFile]) -> list[str]:
    return sorted(f"{item.source} {item.table} {item.path.name}" for item in files)


@cache
def _code() -> str:
    """The hash of everything that judges: code and parameters."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".json", ".sql"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
