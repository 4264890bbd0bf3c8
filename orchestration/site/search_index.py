"""The index of the search: what can be found, under which names, and which page of the release it opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from orchestration.contracts.connection import Connection
from orchestration.releases.figure_lookup import TOTAL
from orchestration.site.charts import as_script
from orchestration.site.formatting import metric_title
from orchestration.site.glossary import Term

ALIASES = "search_aliases.csv"
"""Other names, one a row, under the kind and the key of what they name; codes of ISO 3166 need no row."""

COMPARE = "pairs/compare.html"
"""The page of any two economies."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Args:
        kind: economy, area, metric, item, term, event, claim or page.
        address: path within ``site/``, with its place; empty for an economy that is found in pairs only.
        names: other names, which are searched and not shown.
    """

    kind: str
    key: str
    title: str
    address: str
    names: tuple[str, ...] = ()


def search_script(entries: Iterable[Entry], pairs: Iterable[str], compares: bool) -> str:
    """The content of ``search-index.js``; ``pairs`` are the pairs with a page, such as ``CHN-USA``."""
    content = {
        "entries": [[one.kind, one.key, one.title, one.address, list(one.names)] for one in entries],
        "pairs": list(pairs),
        "compare": COMPARE if compares else "",
    }
    return f"globalThis.bilateral = Object.assign(globalThis.bilateral || {{}}, {{index: {as_script(content)}}});\n"


def aliases() -> dict[tuple[str, str], tuple[str, ...]]:
    """The other names by kind and key."""
    text = (files("orchestration.site") / ALIASES).read_text(encoding="utf-8")
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found[row["kind"], row["key"]] = (*found.get((row["kind"], row["key"]), ()), row["alias"])
    return found


def economy_entries(folder: Path, connection: Connection) -> Iterator[Entry]:
    """Every country; without a page of its own, it is found as one of two."""
    other = aliases()
    for area, name, iso2 in connection.execute(_COUNTRIES).fetchall():
        page = f"economies/{area}.html"
        names = (area, *((iso2,) if iso2 else ()), *other.get(("economy", area), ()))
        yield Entry("economy", area, name, page if (folder / page).is_file() else "", names)


def metric_entries(folder: Path) -> Iterator[Entry]:
    """Every metric with a page."""
    other = aliases()
    for path in sorted((folder / "metrics").glob("*.html")):
        if path.stem != "index":
            yield Entry(
                "metric",
                path.stem,
                metric_title(path.stem),
                f"metrics/{path.name}",
                other.get(("metric", path.stem), ()),
            )


def item_entries(folder: Path, connection: Connection) -> Iterator[Entry]:
    """Every service item and technology field, on the page of the metric that has the most figures of it."""
    other = aliases()
    held = {path.stem for path in (folder / "metrics").glob("*.html")}
    seen: set[str] = set()
    for item, name, metric in connection.execute(_ITEMS).fetchall():
        if metric in held and item != TOTAL and item not in seen:
            seen.add(item)
            address = f"metrics/{metric}.html#item={item}"
            yield Entry("item", item, f"{name} ({item})", address, (item, *other.get(("item", item), ())))


def term_entries(page: str, terms: Iterable[Term]) -> Iterator[Entry]:
    """Every term of the glossary."""
    other = aliases()
    for one in terms:
        yield Entry("term", one.place, one.term, f"{page}#{one.place}", other.get(("term", one.place), ()))


def claim_entries(front: Path, connection: Connection) -> Iterator[Entry]:
    """Every audited claim that the front page shows."""
    text = front.read_text(encoding="utf-8")
    for claim, words, said_by in connection.execute(_CLAIMS).fetchall():
        if f'id="{claim}"' in text:
            yield Entry("claim", claim, words, f"{front.name}#{claim}", (said_by,))


def area_entries(folder: Path, connection: Connection) -> Iterator[Entry]:
    """Yield the aggregates that have other names, such as the world, on the page of receipts."""
    other, page = aliases(), "metrics/ip_receipts.html"
    if (folder / page).is_file():
        for area, title in connection.execute(_AGGREGATES).fetchall():
            if ("area", area) in other:
                yield Entry("area", area, title, f"{page}#aggregates", other["area", area])


def event_entries(folder: Path, connection: Connection) -> Iterator[Entry]:
    """Yield every policy event, on the first page of a pair or an economy that lists it."""
    other = aliases()
    for event, title, areas in connection.execute(_EVENTS).fetchall():
        codes = sorted(areas.split(";"))
        for page in (f"pairs/{'-'.join(codes)}.html", f"economies/{codes[0]}.html", "economies/USA.html"):
            if (folder / page).is_file():
                yield Entry("event", event, title, f"{page}#policy_events", other.get(("event", event), ()))
                break


_AGGREGATES = (
    "select area, name from dim_area where kind = 'aggregate' and area in (select area from ip_receipts) order by name"
)

_EVENTS = "select event_id, title, areas from dim_policy_event order by event_id"

_COUNTRIES = "select area, name, iso2 from dim_area where kind = 'country' order by name"

_ITEMS = """
select dim_service_item.item, dim_service_item.name, metric_vintages.metric_id
from metric_vintages
join dim_service_item on metric_vintages.item = dim_service_item.item
where metric_vintages.is_latest and metric_vintages.value is not null
group by all
order by dim_service_item.item, count(*) desc, metric_vintages.metric_id
"""

_CLAIMS = "select claim_id, paraphrase, said_by from fct_claim_audit order by claim_id"
