"""Two checks of every raw table: whether its publisher answered, and whether the newest vintage was admitted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.assets.data_folder import DataFolder
from orchestration.assets.failures import MESSAGE, facts_of, failing_in_words
from orchestration.assets.tables import table
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetch_failures import NOTED, last_failure
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.selection import read_selection

FETCHED, ADMITTED = "fetched", "admitted"
"""Names of the checks. Neither stops a build: what was admitted before remains in use."""

SENTENCES_SHOWN, SERIES_SHOWN, LONGEST_REASON = 12, 40, 2000
"""Limits: reasons in text, rows of the table of series, characters per reason."""

_COLUMNS = ("edit", "level", "compares", "evidence", "series", "year", "before", "now", "score", "sentence")


def admission_checks(source: Source, settings: Settings, raw_tables: Iterable[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """Return the checks of a source's raw tables, which read what the last fetch recorded."""
    name = source.CARD.id

    @dg.multi_asset_check(
        name=f"admission_{name}",
        specs=[spec for key in raw_tables for spec in _specs(key)],
        can_subset=True,
    )
    def checks(context: dg.AssetCheckExecutionContext, data_folder: DataFolder) -> Iterator[dg.AssetCheckResult]:
        with failing_in_words(settings):
            held = read_selection(settings, name).open_held
        facts = {FETCHED: _failure_metadata(settings, name), ADMITTED: _held_metadata(name, held)}
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
            description="The publisher answered, and all of its answer could be read. When it warns, earlier figures "
            "stay in use.",
        ),
        dg.AssetCheckSpec(
            ADMITTED,
            asset=key,
            description="Every new vintage of the source was admitted (docs/methods/admission.md). When it warns, the "
            "vintage is held back, the last admitted one remains in use, and you may decide: bilateral vintages.",
        ),
    ]


def _failure_metadata(settings: Settings, source_id: str) -> dict[str, dg.MetadataValue]:
    """Return why the last fetch of a source failed, as metadata; nothing where it succeeded or was none."""
    failure = last_failure(settings, source_id) if settings.fetches_live(source_id) else None
    if failure is None:
        return {}
    error = BilateralError(**{part: failure[part] for part in NOTED})
    return {**facts_of(error), MESSAGE: dg.MetadataValue.md(f"{error}\nfigures of earlier fetches stay in use")}


def _held_metadata(source_id: str, held: list[HeldVintage]) -> dict[str, dg.MetadataValue]:
    """Return the newest held vintage as metadata: its date, payloads, reasons, what to do, and the worst series."""
    if not held:
        return {}
    newest = held[-1]
    first, *more = [one_line(sentence, LONGEST_REASON) for sentence in newest.sentences(SENTENCES_SHOWN)] or [
        "no reason"
    ]
    what = f'{source_id} {newest.vintage} --reason "..."'
    facts = {
        "vintage": ", ".join(vintage.vintage.isoformat() for vintage in reversed(held)),
        "why it is held back": "\n".join([first, *more]),
        "payloads": newest.payloads,
        "what to do": f"look at it: bilateral vintages list {source_id} {newest.vintage}; when it is right: bilateral "
        f"vintages admit {what}; when it is wrong: bilateral vintages reject {what}",
    }
    lines = [f"vintage {newest.vintage} is held back: {first}", *more, "the vintage admitted before stays in use"]
    lines += [f"{name}: {facts[name]}" for name in ("payloads", "what to do")]
    return {
        **{name: dg.MetadataValue.text(words) for name, words in facts.items()},
        MESSAGE: dg.MetadataValue.md("\n".join(lines)),
        "worst series": reasons_table(newest.reasons),
    }


def reasons_table(reasons: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """Return the reasons of a verdict as a table, the worst first, each with level, comparison and evidence."""
    from orchestration.admission.parameters import RULES

    rules: Mapping[str, dict[str, Any]] = {name: vars(rule) for name, rule in RULES.items()}
    shown = (rules.get(reason.get("edit", ""), {}) | dict(reason) for reason in reasons[:SERIES_SHOWN])
    return table([{name: reason.get(name) for name in _COLUMNS} for reason in shown], LONGEST_REASON)
