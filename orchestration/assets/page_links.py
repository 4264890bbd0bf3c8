"""Links of the Dagster UI to the pages that ``bilateral serve`` serves beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.assets.descriptions import is_metric
from orchestration.core.page_paths import LATEST, PAGES, guard_report
from orchestration.core.processes import SERVICE


def page_links(node: Mapping[str, Any]) -> dict[str, dg.MetadataValue[str]]:
    """The pages about a model: its compiled code and, of a metric, its page in the release and its guards. None about a seed."""
    if node["resource_type"] != "model":
        return {}
    name = node["name"]
    found = {"compiled SQL" if node.get("language") != "python" else "compiled Python": page_link(f"sql/{name}")}
    if is_metric(node):
        found["page in the release"] = page_link(f"release/site/metrics/{name}.html")
        found["guard report"] = page_link(guard_report(LATEST, name))
    return found


def page_link(path: str) -> dg.MetadataValue[str]:
    """A link to a page, for metadata of a definition; where no service serves the pages, what to do."""
    if os.environ.get(SERVICE):
        return link(path)
    return dg.MetadataValue.text(f"opens in the browser when the UI is started with `bilateral serve`: {PAGES}/{path}")


def link(path: str) -> dg.MetadataValue[str]:
    """A link to a page, for metadata of an event, which outlives the process that stores it."""
    return dg.MetadataValue.url(f"{PAGES}/{path}")
