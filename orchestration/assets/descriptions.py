"""Descriptions, tags, links and code references of assets in the Dagster UI."""

from pathlib import PurePosixPath

import dagster as dg

from orchestration.core.settings import PAGES, Settings
from orchestration.transform.build import LATEST
from orchestration.transform.nodes import Node

SOURCE_TAG = "bilateral/source"
"""The tag of every asset that belongs to one source, from the publisher's data sets to staging."""

_FACTS = ("formula", "unit", "grain", "cadence", "sources", "awaits", "caveats")
"""The parts of a metric's ``config.meta`` that are shown, in their order."""


def description(node: Node) -> str:
    """Return the description of a model or seed, a metric's formula and caveats, and the code of a model."""
    facts = [
        f"**{name.replace('_', ' ').capitalize()}:** {_words(node.meta[name])}"
        for name in _FACTS
        if node.meta.get(name)
    ]
    parts = [(node.description or f"{node.kind} {node.name}").strip(), *facts]
    if node.kind == "model":
        parts.append(f"```{node.stated.get('language', 'sql')}\n{node.stated['raw_code'].strip()}\n```")
    return "\n\n".join(parts)


def page_links(node: Node) -> dict[str, dg.MetadataValue[str]]:
    """Return the pages about a metric, in the release and among its guards; none about other models."""
    if not node.is_metric:
        return {}
    page = link(f"release/site/metrics/{node.name}.html")
    return {"page in the release": page, "guard report": guard_link(LATEST, node.name)}


def link(path: str) -> dg.MetadataValue[str]:
    """Return a link to a page that ``bilateral serve`` serves next to the UI."""
    return dg.MetadataValue.url(f"{PAGES}/{path}")


def guard_link(build: str, metric: str) -> dg.MetadataValue[str]:
    """Return a link to a metric in the guard report of a build, or of the newest guarded one (``LATEST``)."""
    return link(f"guards/{build}#{metric}")


def code_references(settings: Settings, *paths: str) -> dict[str, dg.CodeReferencesMetadataValue]:
    """Return the metadata with the files, relative to the root, that define an asset."""
    references: list[dg.LocalFileCodeReference | dg.UrlCodeReference] = [
        dg.LocalFileCodeReference(file_path=str(settings.root / path), label=PurePosixPath(path).name) for path in paths
    ]
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=references)}


def tags(node: Node) -> dict[str, str]:
    """Return the tag of the source that a staging model belongs to."""
    layer, _, rest = node.path.partition("/")
    return {SOURCE_TAG: rest.split("/")[0]} if layer == "staging" and "/" in rest else {}


def kinds(node: Node) -> set[str]:
    """Return the kinds of an asset: the tools that compute and guard it."""
    engine = "pandas" if node.stated.get("language") == "python" else "duckdb"
    return {"dbt", engine, *(["greatexpectations"] if node.is_metric else [])}


def _words(value: object) -> str:
    return "".join(f"\n- {item}" for item in value) if isinstance(value, list) else str(value)
