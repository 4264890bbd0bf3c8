"""Links of the Dagster UI to the pages that ``bilateral serve`` serves beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.assets.descriptions import is_metric
from orchestration.core.page_paths import LATEST, PAGES, guard_report


def page_links(node: Mapping[str, Any]) -> dict[str, dg.MetadataValue[str]]:
    """Return the pages about a metric: in the release, and its guards; none about other models."""
    if not is_metric(node):
        return {}
    name = node["name"]
    return {
        "page in the release": link(f"release/site/metrics/{name}.html"),
        "guard report": link(guard_report(LATEST, name)),
    }


def link(path: str) -> dg.MetadataValue[str]:
    """Return a link to a page."""
    return dg.MetadataValue.url(f"{PAGES}/{path}")
