"""The data sets of each publisher as external assets upstream of raw."""

import dagster as dg

from orchestration.assets.descriptions import SOURCE_TAG
from orchestration.assets.tables import table
from orchestration.contracts.source import Source

GROUP = "publishers"


def publisher_key(source_id: str) -> dg.AssetKey:
    """Return the asset key of the data sets of a source's publisher."""
    return dg.AssetKey([GROUP, source_id])


def publisher_spec(source: Source, owner: str) -> dg.AssetSpec:
    """Return the data sets of one publisher, which only the publisher changes."""
    card = source.CARD
    facts = {
        "licence": card.licence,
        "citation": card.citation,
        "cadence": card.cadence,
        "time zone": card.timezone,
        "change signal": card.change_signal,
        "limits": card.all_limits,
        "key": f"environment variable {card.key_env}" if card.key_env else "none needed",
    }
    titles = [
        {"resource": item.key, "title": item.title, "superseded by": item.superseded_by} for item in source.RESOURCES
    ]
    return dg.AssetSpec(
        publisher_key(card.id),
        group_name=GROUP,
        description=f"{card.publisher}: the data sets that `orchestration/sources/{card.id}.py` requests.",
        kinds={"publisher"},
        owners=[owner],
        tags={SOURCE_TAG: card.id},
        metadata={
            "homepage": dg.MetadataValue.url(card.homepage),
            "data sets": table(titles),
            **{name: dg.MetadataValue.text(text) for name, text in facts.items() if text},
        },
    )
