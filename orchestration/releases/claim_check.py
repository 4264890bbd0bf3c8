"""Judge claims, from files or from their fields, against the figures of one release."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.catalog.claim_files import ClaimedFigure, claims_table, printed_precision
from orchestration.catalog.entry_files import Vocabulary
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.contracts.unit import units_of_release
from orchestration.core.errors import BilateralError
from orchestration.core.strict_yaml import validate
from orchestration.core.suggestions import did_you_mean, matching
from orchestration.core.text import age
from orchestration.methods.claim_audit import SCENARIOS, TABLES, audit_table
from orchestration.methods.claims import AuditContext, Quoted
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.reading.read_only import dicts, open_read_only
from orchestration.reading.release import Release

OPEN = ("measure", "item", "clock", "authority", "unit")
"""Fields that default to the metric's only value if it has one."""


def check_claims(release: Release, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return a verdict for each claim in files or folders, sorted by claim, in the columns of ``fct_claim_audit``.

    Raises:
        BilateralError: a file is wrong, a folder has no claim, or a metric, area or item is not in the release.
    """
    with open_read_only(release.database) as connection:
        audit = ClaimAudit(connection, release)
        vocabulary = audit.vocabulary()
        claims = claims_table(*paths, vocabulary=vocabulary).to_pandas()
        if claims.empty:
            raise BilateralError(
                f"no claims in {', '.join(map(str, paths))}: a folder of claims needs files *.yaml or *.yml",
                remedy="name a claim file; docs/claims.md describes one",
            )
        stated = claims.set_index("claim_id")[["said_by", "title", "url", "paraphrase", "file"]].to_dict("index")
        return [row | stated[row["claim_id"]] for row in audit.of(claims)]


def check_figure(release: Release, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on one claim in the columns of ``fct_claim_audit``.

    Args:
        release: the figures that judge it.
        stated: fields of a claim file and ``said_on``; None if omitted. ``value`` is the printed text or a number,
            ``tolerance`` a number (default: half a unit of the last printed digit). Areas may be names.

    Raises:
        BilateralError: a field is wrong or missing; the message names the values that the metric has.
    """
    with open_read_only(release.database) as connection:
        audit = ClaimAudit(connection, release)
        known = {name: value for name, value in stated.items() if value is not None}
        said_on, tolerance = known.pop("said_on", None), known.pop("tolerance", None)
        printed = known.get("value", "")
        printed = printed if isinstance(printed, str) else f"{printed:.15g}"
        try:
            absolute = tolerance or printed_precision(printed)
        except ValueError as error:
            raise BilateralError(f"value: {error}", remedy="write digits, such as 144.5e9 or 13.1") from error
        content = {
            **audit.complete(known),
            "value": printed,
            "tolerance": {"absolute": absolute, "because": "half a unit of the last printed digit"},
        }
        figure = validate(content, ClaimedFigure, "claim", "docs/claims.md", {**audit.vocabulary()})
        row = figure.model_dump() | {"claim_id": "claim", "said_on": said_on, "needs": None, "tolerance": absolute}
        (judged,) = audit.of(pd.DataFrame([row]).rename(columns={"metric": "metric_id"}))
        return judged


def _total(items: Sequence[str]) -> str | None:
    """Return the total item: ``_T``, or the code that every other code begins with, such as SH."""
    shortest = min(items, key=len, default=TOTAL)
    return TOTAL if TOTAL in items else shortest if all(item.startswith(shortest) for item in items) else None


class ClaimAudit:
    """The audit of claims against the figures of one open release.

    ``judges`` are the metrics that may confirm or contradict a claim, ``tables`` those of published figures.
    ``figures`` is SQL of all their figures in every vintage, in the columns of the metric contract.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, release: Release) -> None:
        self._connection, self._published = connection, date.fromisoformat(release.published_at[:10])
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        self.tables = [table for table in TABLES if table in tables]
        published = (
            f"select '{table}' as metric_id, measure, area, counterpart_area, item, 'reference_year' as clock, "
            f"'_Z' as authority, year, value, unit, obs_status, "
            f"{'basis' if table == SCENARIOS else repr('published')} as basis, "
            f"source, vintage, is_latest from {table}"
            for table in self.tables
        )
        self.figures = f"({' union all by name '.join([f'select * from {ALL_VINTAGES}', *published])})"
        metrics = release.lineage.metrics
        self.judges = sorted(metrics)
        listed = {name: metric.get("sources", "") for name, metric in metrics.items()}
        names = ", ".join(field.name for field in fields(Quoted))
        quoted = connection.execute(f"select {names} from fct_published_figure where is_latest").fetchall()
        countries = connection.execute("select area from dim_area where kind = 'country'").fetchall()
        self.context = AuditContext(
            # joined as in int_metrics_described
            {name: text if isinstance(text, str) else " or ".join(text) for name, text in listed.items()},
            {code: unit.phrase for code, unit in units_of_release(connection).items()},
            {area for (area,) in countries},
            [Quoted(*row) for row in quoted],
            {row["source"]: row.get("cycle_months", 12) for row in dicts(connection.execute("from dim_source"))},
        )

    def vocabulary(self) -> Vocabulary:
        """Return the codes that claims may name, with their names."""
        select = self._connection.execute
        return {
            "metric": dict.fromkeys([*self.judges, *self.tables], ""),
            "area": dict(select("select area, name from dim_area").fetchall()),
            "item": dict(select("select item, name from dim_service_item").fetchall()),
            "unit": dict.fromkeys(self.context.units, ""),
        }

    def complete(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields with names resolved to codes, and omitted ``OPEN`` fields that have only one value.

        Raises:
            BilateralError: the metric or measure does not exist, or an omitted field has several values.
        """
        vocabulary, metric = self.vocabulary(), str(known.get("metric", ""))
        if metric not in vocabulary["metric"]:
            remedy = did_you_mean(metric, vocabulary["metric"]) or f"there are: {', '.join(vocabulary['metric'])}"
            raise BilateralError(f"no metric {metric!r} in the release", remedy=remedy)
        fields_known = dict(known)
        for name in ("area", "counterpart_area", "item"):
            if name in known:
                kind = name.removeprefix("counterpart_")
                fields_known[name] = matching(str(known[name]), vocabulary[kind]) or known[name]
        kept = {"metric_id": metric}
        for name in OPEN:
            where = " and ".join(f"{column} = ${column}" for column in kept)
            rows = self._connection.execute(
                f"select distinct {name} from {self.figures} where {where} order by 1", kept
            ).fetchall()
            values = [value for (value,) in rows]
            if name not in fields_known and name == "item" and (total := _total(values)):
                fields_known[name] = total
            elif name not in fields_known and len(values) == 1:
                fields_known[name] = values[0]
            if name not in fields_known or (name == "measure" and fields_known[name] not in values):
                failure = f"no {name} {known[name]!r}" if name in known else f"the {name} is not stated"
                raise BilateralError(f"{metric}: {failure}", remedy=f"name one of: {', '.join(values)}")
            if fields_known[name] in values:
                kept[name] = fields_known[name]
        return fields_known

    def of(self, claims: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the audit of claims in the columns of ``audit_table``, and ``vintage_age`` as text."""
        values = self._connection.execute(
            # all figures of the claimed metrics, and those of the claimed economies and years
            f"select * from {self.figures} where list_contains($claimed, metric_id) "
            "or (list_contains($judges, metric_id) "
            "and base_year is null and list_contains($years, year) "
            "and list_contains($economies, area) and list_contains($economies, counterpart_area))",
            {
                "judges": self.judges,
                "years": sorted({int(year) for year in claims["year"]}),
                "claimed": sorted(set(claims["metric_id"])),
                "economies": sorted({WORLD, *claims["area"], *claims["counterpart_area"]}),
            },
        ).df()
        rows: list[dict[str, Any]] = audit_table(claims, values, self.context).to_pylist()
        for row in rows:
            row["vintage_age"] = (day := row["vintage_latest"]) and age(day, self._published)
        return rows
