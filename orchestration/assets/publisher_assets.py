"""The data sets of each publisher as external assets upstream of raw."""

from __future__ import annotations

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.descriptions import SOURCE_TAG
from orchestration.contracts.source import Source

GROUP = "publishers"


def publisher_key(source_id: str) -> dg.AssetKey:
    """The asset key of what a source's publisher offers."""
    return dg.AssetKey([GROUP, source_id])


def publisher_spec(source: Source, owner: str) -> dg.AssetSpec:
    """The data sets of one publisher: external, since only the publisher changes them."""
    card = source.CARD
    columns = [
        "resource",
        "title",
        *(["superseded by"] if any(resource.superseded_by for resource in source.RESOURCES) else []),
    ]
    resources = [
        {"resource": resource.key, "title": resource.title, "superseded by": resource.superseded_by}
        for resource in source.RESOURCES
    ]
    facts = {
        "licence": card.licence,
        "citation": card.citation,
        "cadence": card.cadence,
        "time zone": card.timezone,
        "change signal": card.change_signal,
        "limits": card.all_limits,
        "key": f"environment variable {card.key_env}" if card.key_env else "none needed",
    }
    return dg.AssetSpec(
        publisher_key(card.id),
        group_name=GROUP,
        description=f"{card.publisher}: {len(resources)} data sets that the source module "
        f"`orchestration/sources/{card.id}.py` requests.\n\n{markdown.table(resources, columns)}",
        kinds={"publisher"},
        owners=[owner],
        tags={SOURCE_TAG: card.id},
        metadata={
            "homepage": dg.MetadataValue.url(card.homepage),
            **{name: dg.MetadataValue.text(text) for name, text in facts.items() if text},
        },
    )
