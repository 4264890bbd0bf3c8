"""The vintages of each source as partitions of one asset, each with its verdict, to look at and to judge again."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.assets.admission_checks import reasons_table
from orchestration.assets.data_folder import DataFolder
from orchestration.assets.descriptions import SOURCE_TAG, code_references
from orchestration.assets.failures import failing_in_words
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import Selection

if TYPE_CHECKING:
    from orchestration.admission.vintages import VintageState

GROUP = "vintages"


def vintages_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of the vintages of a source."""
    return dg.AssetKey([GROUP, source_id])


def vintages_partitions(source_id: str) -> dg.DynamicPartitionsDefinition:
    """Return the partitions of a source, one for each vintage, by its date; they appear as vintages do."""
    return dg.DynamicPartitionsDefinition(name=f"vintages_{source_id}")


def vintages_asset(
    source: Source, settings: Settings, raw_tables: Iterable[dg.AssetKey], owner: str
) -> dg.AssetsDefinition:
    """Return the vintages of one source. Fetches add partitions; materialising one judges that vintage again."""
    card = source.CARD

    @dg.asset(
        key=vintages_key(card.id),
        partitions_def=vintages_partitions(card.id),
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=list(raw_tables),
        group_name=GROUP,
        description=f"{card.publisher}: every vintage with its verdict, reasons and payloads. Materialise partitions "
        "to judge their vintages again; bilateral vintages list shows the same.",
        kinds={"python"},
        owners=[owner],
        tags={SOURCE_TAG: card.id},
        metadata=code_references(settings, f"orchestration/sources/{card.id}.py"),
    )
    def vintage(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
        with failing_in_words(settings):
            for key in context.partition_keys:
                context.add_asset_metadata(
                    _metadata(_state(source, settings, date.fromisoformat(key))), partition_key=key
                )

    return vintage


def report_vintages(context: dg.AssetExecutionContext, source: Source, selection: Selection) -> None:
    """Add a partition for every new vintage of a source inside its fetch, and record new and held ones."""
    from orchestration.admission.vintages import vintage_states

    name = source.CARD.id
    states = {state.vintage.isoformat(): state for state in vintage_states(selection)}
    if fresh := sorted(states.keys() - set(context.instance.get_dynamic_partitions(f"vintages_{name}"))):
        context.instance.add_dynamic_partitions(f"vintages_{name}", fresh)
    recorded = context.instance.get_materialized_partitions(vintages_key(name))
    for key, state in sorted(states.items()):
        if key not in recorded or state.is_open:
            event = dg.AssetMaterialization(vintages_key(name), partition=key, metadata=_metadata(state))
            context.log_event(event)


def _state(source: Source, settings: Settings, vintage: date) -> "VintageState":
    from orchestration.admission.ingest import choose_again
    from orchestration.admission.vintages import vintage_states

    states = {state.vintage: state for state in vintage_states(choose_again(source, settings))}
    if vintage not in states:
        raise FeedError(
            f"no vintage of {vintage} is stored of this source; stored: {', '.join(map(str, sorted(states)))}",
            publisher=source.CARD.publisher,
            remedy="choose a stored one, or fetch the source first",
        )
    return states[vintage]


def _metadata(state: "VintageState") -> dict[str, Any]:
    return {
        "verdict": dg.MetadataValue.text(state.outcome.replace("_", " ")),
        "why": dg.MetadataValue.text(state.why),
        "payloads": dg.MetadataValue.text(state.payloads),
        "dagster/row_count": dg.MetadataValue.int(state.rows),
        **({"worst series": reasons_table(state.reasons)} if state.reasons else {}),
    }
