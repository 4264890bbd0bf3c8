"""Judge claim files against the figures of one release."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.catalog.claim_files import claims_table
from orchestration.contracts.unit import Unit, units_of_release
from orchestration.core.errors import BilateralError
from orchestration.core.suggestions import did_you_mean
from orchestration.methods.claim_audit import Context, audit_table
from orchestration.methods.claim_bounds import ABOVE_OTHERS, Quoted
from orchestration.methods.claims import WORLD
from orchestration.methods.revision_size import NOT_COMPARABLE
from orchestration.methods.verdicts import NOT_VERIFIABLE
from orchestration.releases.lineage import ReleaseLineage, read_lineage
from orchestration.releases.release_store import ALL_VINTAGES, Release, open_read_only

AUDIT = "claim_audit"
"""The metric that judges no claim: it is the audit itself."""

_STATEMENT = ("said_by", "title", "url", "paraphrase", "file")


def check_claims(release: Release, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """A verdict for every claim in files or folders, ordered by claim: the columns of ``fct_claim_audit``, and ``hint``.

    The function that fills ``fct_claim_audit`` judges them, from the same figures. ``hint`` names the nearest measure where
    no figure and no bound judges the claim, because the metric has no measure of its name.

    Raises:
        BilateralError: a file is wrong, or names a metric, area or item that the release does not have; a folder has no claim.
    """
    lineage = read_lineage(release)
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
        vocabulary = {
            "metric": dict.fromkeys(judging_metrics(lineage), ""),
            "area": dict(connection.execute("select area, name from dim_area").fetchall()),
            "item": dict(connection.execute("select item, name from dim_service_item").fetchall()),
            "unit": dict.fromkeys(units, ""),
        }
        claims = claims_table(*paths, vocabulary=vocabulary).to_pandas()
        if claims.empty:
            raise BilateralError(
                f"no claims in {', '.join(map(str, paths))}: a folder of claims needs files *.yaml or *.yml",
                remedy="name a claim file; docs/claims.md describes one",
            )
        audited = judged(connection, lineage, units, claims, quoted_figures(connection))
        measures = connection.execute(f"select distinct metric_id, measure from {ALL_VINTAGES}").fetchall()
    stated = {row["claim_id"]: row for row in claims[["claim_id", *_STATEMENT]].to_dict("records")}
    return [row | stated[row["claim_id"]] | {"hint": _hint(row, measures)} for row in audited]


def quoted_figures(connection: duckdb.DuckDBPyConnection) -> list[Quoted]:
    """Return the figures of publications, which bound claims."""
    names = [field.name for field in fields(Quoted)][:-1]
    rows = connection.execute(f"select {', '.join(names)} from fct_published_figure where is_latest").fetchall()
    return [Quoted(*row) for row in rows]


def judged(
    connection: duckdb.DuckDBPyConnection,
    lineage: ReleaseLineage,
    units: Mapping[str, Unit],
    claims: pd.DataFrame,
    quoted: Iterable[Quoted] = (),
) -> list[dict[str, Any]]:
    """The audit of claims, in the columns that ``audit_table`` needs, against the figures of a release."""
    judges = judging_metrics(lineage)
    compared = claims[claims["bound_rule"] == ABOVE_OTHERS] if "bound_rule" in claims else claims[:0]
    values = connection.execute(
        # the claims' economies in their years, all years of their series, all economies of comparisons, and what was revised
        f"select * from {ALL_VINTAGES} where list_contains($judges, metric_id) and "
        "((list_contains($years, year) or list_contains($claimed, metric_id)) "
        "and list_contains($economies, area) and list_contains($economies, counterpart_area) "
        "or list_contains($compared, metric_id) and list_contains($years, year) "
        f"or (metric_id, source) in (select metric_id, source from {ALL_VINTAGES} "
        "where list_contains($comparable, metric_id) group by metric_id, source having count(distinct vintage) > 1))",
        {
            "judges": judges,
            "years": sorted({int(year) for year in claims["year"]}),
            "claimed": sorted(set(claims["metric_id"])),
            "compared": sorted(set(compared["metric_id"])),
            "comparable": sorted({*judges} - set(NOT_COMPARABLE)),
            "economies": sorted({WORLD, *claims["area"], *claims["counterpart_area"]}),
        },
    ).df()
    return audited(connection, claims, values, lineage, units, quoted)


def audited(
    connection: duckdb.DuckDBPyConnection,
    claims: pd.DataFrame,
    values: pd.DataFrame,
    lineage: ReleaseLineage,
    units: Mapping[str, Unit],
    quoted: Iterable[Quoted] = (),
) -> list[dict[str, Any]]:
    """Return the audit of claims against figures in the columns of the metric contract."""
    phrases = {code: unit.phrase for code, unit in units.items()}
    economies = {area for (area,) in connection.execute("select area from dim_area where kind = 'country'").fetchall()}
    context = Context(_sources(lineage), phrases, economies, quoted)
    rows: list[dict[str, Any]] = audit_table(claims, values, context).to_pylist()
    return rows


def judging_metrics(lineage: ReleaseLineage) -> list[str]:
    """The metrics that may confirm or contradict a claim."""
    return sorted(lineage.metrics.keys() - {AUDIT})


def _sources(lineage: ReleaseLineage) -> dict[str, str]:
    """The sources of each metric in words, joined as in int_metrics_described."""
    listed = {name: metric.get("sources", "") for name, metric in lineage.metrics.items()}
    return {name: text if isinstance(text, str) else " or ".join(text) for name, text in listed.items()}


def _hint(row: Mapping[str, Any], measures: Iterable[tuple[str, str]]) -> str | None:
    known = {measure: "" for metric, measure in measures if metric == row["metric_id"]}
    if row["verdict"] != NOT_VERIFIABLE or not known or row["measure"] in known:
        return None
    nearest = did_you_mean(row["measure"], known) or f"it has {', '.join(sorted(known)[:8])}"
    return f"{row['metric_id']} has no measure {row['measure']}; {nearest}"
