"""Two checks of every raw table: whether its publisher answered, and whether the newest vintage was admitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.failures import facts_of
from orchestration.core.errors import BilateralError
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.selection import Selection

FETCHED, ADMITTED = "fetched", "admitted"
"""Names of the checks. Neither stops a build: what was admitted before remains in use."""

VINTAGE, REASONS, PAYLOADS = "vintage", "why it is held back", "payloads"
"""Metadata of a vintage that is held back."""

SENTENCES_SHOWN, SERIES_SHOWN = 12, 40
"""Reasons in words, and rows of the table of series."""

_COLUMNS = ("edit", "level", "series", "year", "before", "now", "score", "sentence")


def admission_checks(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of one raw table."""
    return [
        dg.AssetCheckSpec(
            FETCHED,
            asset=key,
            description="The publisher answered, and all of its answer could be read. When it warns, figures of earlier fetches "
            "stay in use.",
        ),
        dg.AssetCheckSpec(
            ADMITTED,
            asset=key,
            description="Every new vintage of the source was admitted (docs/methods/admission.md). When it warns, the vintage is "
            "held back whole, the last admitted one remains in use, and a person may decide: bilateral vintages.",
        ),
    ]


def admission_results(
    key: dg.AssetKey, selection: Selection, problem: BilateralError | None
) -> Iterator[dg.AssetCheckResult]:
    """The results of the checks of one raw table; ``problem`` is why its publisher's answer is not in use."""
    yield _result(key, FETCHED, problem is None, facts_of(problem) if problem else {})
    held = selection.open_held
    yield _result(key, ADMITTED, not held, held_metadata(held))


def held_metadata(held: list[HeldVintage]) -> dict[str, dg.MetadataValue]:
    """The newest held vintage as metadata: its date, payloads, reasons in words, and the worst series as a table."""
    if not held:
        return {}
    newest = held[-1]
    found = {
        VINTAGE: dg.MetadataValue.text(newest.vintage.isoformat()),
        REASONS: dg.MetadataValue.md(_listed(newest.sentences(SENTENCES_SHOWN))),
        PAYLOADS: dg.MetadataValue.text(newest.payloads),
        "worst series": reasons_table(newest.reasons),
    }
    earlier = ", ".join(one.vintage.isoformat() for one in held[:-1])
    return {**found, **({"earlier vintages that are held back": dg.MetadataValue.text(earlier)} if earlier else {})}


def reasons_table(reasons: tuple[Mapping[str, Any], ...]) -> dg.MetadataValue:
    """Reasons of a verdict as a table, the worst first."""
    return dg.MetadataValue.md(markdown.table(reasons[:SERIES_SHOWN], _COLUMNS, markdown.LIST_LONGEST))


def _result(key: dg.AssetKey, name: str, passed: bool, metadata: Mapping[str, dg.MetadataValue]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key, check_name=name, passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {markdown.cell(sentence, markdown.LIST_LONGEST)}" for sentence in sentences)
