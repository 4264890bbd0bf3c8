"""Judge claim files against the figures of one release."""

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.catalog.claim_files import claims_table
from orchestration.contracts.unit import units_of_release
from orchestration.core.errors import BilateralError
from orchestration.methods.claim_audit import Context, audit_table
from orchestration.methods.claim_bounds import ABOVE_OTHERS, Quoted
from orchestration.methods.claims import WORLD
from orchestration.methods.revision_size import NOT_COMPARABLE
from orchestration.releases.lineage import read_lineage
from orchestration.releases.release_store import ALL_VINTAGES, Release, open_read_only

AUDIT = "claim_audit"
"""The metric that judges no claim: it is the audit itself."""

_STATEMENT = ["said_by", "title", "url", "paraphrase", "file"]


def check_claims(release: Release, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """A verdict for every claim in files or folders, ordered by claim: the columns of ``fct_claim_audit``.

    The function that fills ``fct_claim_audit`` judges them, from the same figures.

    Raises:
        BilateralError: a file is wrong, or names a metric, area or item that the release does not have; a folder has no claim.
    """
    with open_read_only(release.database) as connection:
        audit = Audit(connection, release)
        vocabulary = {
            "metric": dict.fromkeys(audit.judges, ""),
            "area": dict(connection.execute("select area, name from dim_area").fetchall()),
            "item": dict(connection.execute("select item, name from dim_service_item").fetchall()),
            "unit": dict.fromkeys(audit.context.units, ""),
        }
        claims = claims_table(*paths, vocabulary=vocabulary).to_pandas()
        if claims.empty:
            raise BilateralError(
                f"no claims in {', '.join(map(str, paths))}: a folder of claims needs files *.yaml or *.yml",
                remedy="name a claim file; docs/claims.md describes one",
            )
        stated = claims.set_index("claim_id")[_STATEMENT].to_dict("index")
        return [row | stated[row["claim_id"]] for row in audit.of(claims)]


class Audit:
    """The audit of claims against the figures of one open release.

    ``judges`` are the metrics that may confirm or contradict a claim.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, release: Release) -> None:
        self._connection = connection
        metrics = read_lineage(release).metrics
        self.judges = sorted(metrics.keys() - {AUDIT})
        listed = {name: metric.get("sources", "") for name, metric in metrics.items()}
        names = ", ".join(field.name for field in fields(Quoted)[:-1])
        quoted = connection.execute(f"select {names} from fct_published_figure where is_latest").fetchall()
        countries = connection.execute("select area from dim_area where kind = 'country'").fetchall()
        self.context = Context(
            # joined as in int_metrics_described
            {name: text if isinstance(text, str) else " or ".join(text) for name, text in listed.items()},
            {code: unit.phrase for code, unit in units_of_release(connection).items()},
            {area for (area,) in countries},
            [Quoted(*row) for row in quoted],
        )

    def of(self, claims: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the audit of claims, in the columns that ``audit_table`` needs."""
        compared = claims[claims["bound_rule"] == ABOVE_OTHERS] if "bound_rule" in claims else claims[:0]
        values = self._connection.execute(
            # the claims' economies in their years, all years of their series, all economies of comparisons, and what was revised
            f"select * from {ALL_VINTAGES} where list_contains($judges, metric_id) and "
            "((list_contains($years, year) or list_contains($claimed, metric_id)) "
            "and list_contains($economies, area) and list_contains($economies, counterpart_area) "
            "or list_contains($compared, metric_id) and list_contains($years, year) "
            f"or (metric_id, source) in (select metric_id, source from {ALL_VINTAGES} "
            "where list_contains($comparable, metric_id) group by metric_id, source having count(distinct vintage) > 1))",
            {
                "judges": self.judges,
                "years": sorted({int(year) for year in claims["year"]}),
                "claimed": sorted(set(claims["metric_id"])),
                "compared": sorted(set(compared["metric_id"])),
                "comparable": sorted({*self.judges} - set(NOT_COMPARABLE)),
                "economies": sorted({WORLD, *claims["area"], *claims["counterpart_area"]}),
            },
        ).df()
        return self.against(claims, values)

    def against(self, claims: pd.DataFrame, values: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the audit of claims against figures in the columns of the metric contract."""
        rows: list[dict[str, Any]] = audit_table(claims, values, self.context).to_pylist()
        return rows
