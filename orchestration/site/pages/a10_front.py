"""The front page of a release: what is new, headline figures, the claim audit, and links to every pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from orchestration.contracts.connection import Connection
from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.contracts.unit import Unit
from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.releases.dbt_docs import NAME as DBT_DOCS
from orchestration.releases.figure_lookup import TOTAL, WORLD
from orchestration.site.answers import Row
from orchestration.site.chapter import AUTHORITIES, FIGURE_COLUMNS
from orchestration.site.formatting import readable
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pairs import MOST_PAGES, Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render

MOVEMENTS_SHOWN = 12
"""Movements of figures that the page lists, the largest first; diff.json has more."""

_READ = re.compile(r"\b(?:from|join) ([a-z_]+)")


@dataclass(frozen=True)
class Headline:
    """A figure at the top of the front page, with the query that found it."""

    title: str
    sql: str
    row: Row
    value: str


@dataclass(frozen=True)
class Claim:
    """A row of the claim audit in reader-facing words."""

    claim_id: str
    paraphrase: str
    said_by: str
    said_on: str
    claimed: str
    official: str
    verdict: str
    explanation: str


@dataclass(frozen=True)
class Change:
    """A figure that differs from the release before."""

    metric: str
    figure: str
    before: str
    after: str


@dataclass(frozen=True)
class Feed:
    """A source that this release has figures of."""

    source: str
    figures: int
    newest: str


def front_page(connection: Connection, context: ReleaseContext, pairs: list[Pair], without: int) -> str:
    """The HTML of the front page.

    Args:
        pairs: the pairs that have a page, in any order.
        without: the number of pairs with figures that have no page.
    """
    ordered = sorted(pairs, key=lambda pair: (pair.area.name, pair.counterpart.name))
    economies = {one.area: one.name for pair in pairs for one in (pair.area, pair.counterpart)}
    return render(
        "front.html",
        root="..",
        context=context,
        docs=DBT_DOCS,
        headlines=list(_headlines(connection, context)),
        claims=list(_claims(connection, context)) if "fct_claim_audit" in context.tables else [],
        changes=sorted(_changes(context), key=lambda one: (one.metric, one.figure))[:MOVEMENTS_SHOWN],
        held=[(name, one) for name, held in context.held.items() for one in held],
        feeds=[Feed(*row) for row in connection.execute(_FEEDS).fetchall()],
        pairs=ordered,
        most=sorted(pairs, key=lambda pair: (-pair.figures, pair.stem))[:6],
        economies=sorted(economies.items(), key=lambda item: item[1]),
        finder=[[pair.area.area, pair.counterpart.area, pair.stem] for pair in ordered],
        without=without,
    )


def _write(site: Site) -> str:
    paged = [pair for pair in site.pairs if pair.is_reported][:MOST_PAGES]
    page = front_page(site.connection, site.context, paged, len(site.pairs) - len(paged))
    write_text(site.folder / "index.html", page)
    return ""


PAGES = PageKind(_write)


def _headlines(connection: Connection, context: ReleaseContext) -> Iterator[Headline]:
    for path in sorted((files("orchestration.site") / "headlines").iterdir(), key=lambda one: one.name):
        title, _, sql = path.read_text(encoding="utf-8").partition("\n")
        if not context.tables.issuperset(_READ.findall(sql)):
            continue  # a metric without data has no table
        cursor = connection.execute(sql)
        rows = cursor.fetchall()
        if tuple(column[0] for column in cursor.description or ()) != FIGURE_COLUMNS or len(rows) > 1:
            names = ", ".join(column[0] for column in cursor.description or ())
            raise ReleaseError(
                f"headline {path.name} returned {len(rows)} rows of {names}; a headline is one row of {', '.join(FIGURE_COLUMNS)}",
                payload=path.name,
                remedy=f"correct orchestration/site/headlines/{path.name}",
            )
        if rows:
            row = Row(*rows[0])
            value = readable(float(row.value or 0), context.units[row.unit])
            yield Headline(title.removeprefix("--").strip(), sql.strip(), row, value)


def _claims(connection: Connection, context: ReleaseContext) -> Iterator[Claim]:
    for claim_id, words, said_by, said_on, claimed, official, unit, verdict, why in connection.execute(
        _CLAIMS
    ).fetchall():
        figures = _value(claimed, context.units[unit]), _value(official, context.units[unit])
        yield Claim(claim_id, words, said_by, said_on.isoformat(), *figures, verdict.replace("_", " "), why)


def _changes(context: ReleaseContext) -> Iterator[Change]:
    metrics: dict[str, Any] = dict(context.diff["metrics"]) if context.diff else {}
    for name, metric in metrics.items():
        for one in metric["largest_movements"][:2]:
            before, after = (
                _value(one[f"value_{side}"], context.units[one[f"unit_{side}"]]) for side in ("before", "after")
            )
            yield Change(name, _figure(one, context.names), before, after)


def _figure(key: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A figure by its key in ``diff.json``, such as ``receipts, United States, 2024 (world_bank)``."""
    # an earlier release has neither clock nor authority
    clock, authority = key.get("clock", NO_CLOCK), key.get("authority", NOT_APPLICABLE)
    area, counterpart, item = (names.get(key[column], key[column]) for column in ("area", "counterpart_area", "item"))
    parts = [
        key["measure"].replace("_", " ")
        + ("" if authority == NOT_APPLICABLE else f" at {AUTHORITIES.get(authority, authority)}"),
        area if key["counterpart_area"] == WORLD else f"{area} with {counterpart}",
        "" if key["item"] == TOTAL else item,
        str(key["year"]) if key["base_year"] is None else f"{key['base_year']} to {key['year']}",
        "" if clock == NO_CLOCK else f"by {clock.replace('_', ' ')}",
    ]
    return f"{', '.join(filter(None, parts))} ({key['source']})"


def _value(value: float | None, unit: Unit) -> str:
    return "no figure" if value is None else readable(value, unit)


_CLAIMS = """
select claim_id, paraphrase, said_by, said_on, claimed_value, value_latest, unit, verdict, explanation
from fct_claim_audit
order by said_on desc, claim_id
"""

_FEEDS = """
with figures as (
    select unnest(string_split(source, '+')) as source, vintage from metric_vintages where metric_id <> 'claim_audit'
)
select source, count(*), max(vintage)::varchar from figures group by source order by source
"""
