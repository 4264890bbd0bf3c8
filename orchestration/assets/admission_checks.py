"""Two checks of every raw table: whether its publisher answered, and whether the newest vintage was admitted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.data_folder import SHARED
from orchestration.assets.failures import as_failure, facts_of
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetch_failures import NOTED, last_failure
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.selection import read_selection

FETCHED, ADMITTED = "fetched", "admitted"
"""Names of the checks. Neither stops a build: what was admitted before remains in use."""

VINTAGE, REASONS, PAYLOADS = "vintage", "why it is held back", "payloads"
"""Metadata of a vintage that is held back."""

SENTENCES_SHOWN, SERIES_SHOWN = 12, 40
"""Reasons in words, and rows of the table of series."""

_COLUMNS = ("edit", "level", "series", "year", "before", "now", "score", "sentence")


def admission_checks(source: Source, settings: Settings, raw_tables: Iterable[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """Return the checks of a source's raw tables. They read what the last fetch recorded, so that they can run without one."""
    name = source.CARD.id

    @dg.multi_asset_check(
        name=f"admission_{name}",
        specs=[spec for key in raw_tables for spec in _specs(key)],
        can_subset=True,
        required_resource_keys={SHARED},
    )
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        try:
            held = read_selection(settings, name).open_held
        except BilateralError as error:
            raise as_failure(error) from error
        facts = {FETCHED: _failure_metadata(settings, name), ADMITTED: held_metadata(held)}
        for key in context.selected_asset_check_keys:
            metadata = facts[key.name]
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=not metadata,
                severity=dg.AssetCheckSeverity.WARN,
                metadata=metadata,
            )

    return checks


def _specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
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


def _failure_metadata(settings: Settings, source_id: str) -> dict[str, dg.MetadataValue]:
    """Return why the last fetch of a source failed as metadata, or nothing where it succeeded or no publisher is requested."""
    failure = last_failure(settings, source_id) if settings.asks(source_id) else None
    return facts_of(BilateralError(**{part: failure[part] for part in NOTED})) if failure else {}


def held_metadata(held: list[HeldVintage]) -> dict[str, dg.MetadataValue]:
    """The newest held vintage as metadata: its date, payloads, reasons in words, and the worst series as a table."""
    if not held:
        return {}
    newest = held[-1]
    metadata = {
        VINTAGE: dg.MetadataValue.text(newest.vintage.isoformat()),
        REASONS: dg.MetadataValue.md(_listed(newest.sentences(SENTENCES_SHOWN))),
        PAYLOADS: dg.MetadataValue.text(newest.payloads),
        "worst series": reasons_table(newest.reasons),
    }
    earlier = ", ".join(vintage.vintage.isoformat() for vintage in held[:-1])
    return {**metadata, **({"earlier vintages that are held back": dg.MetadataValue.text(earlier)} if earlier else {})}


def reasons_table(reasons: tuple[Mapping[str, Any], ...]) -> dg.MetadataValue:
    """Reasons of a verdict as a table, the worst first."""
    return dg.MetadataValue.md(markdown.table(reasons[:SERIES_SHOWN], _COLUMNS, markdown.LIST_LONGEST))


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {markdown.cell(sentence, markdown.LIST_LONGEST)}" for sentence in sentences)
