"""Claims judged against every published metric in every vintage, by orchestration/methods/claim_audit.py."""

from orchestration.methods.claim_audit import AUDIT_SCHEMA, audit_table
from orchestration.methods.claims import AuditContext, Quoted
from orchestration.transform.engines import engine


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    chosen = engine()
    sources = dict(chosen.rows(dbt.ref("int_metrics_described").select("metric_id", "sources")))
    phrases = dict(chosen.rows(dbt.ref("dim_unit").select("unit", "phrase")))
    claims, values = dbt.ref("stg_catalogue__claims"), dbt.ref("int_claim_figures_chosen")
    quoted = dbt.ref("fct_published_figure").select(
        *("figure_id", "measure", "value", "precision_value", "unit", "year", "qualifier", "publisher", "vintage"),
        *("phrase", "is_primary", "is_latest"),
    )
    bounds = [Quoted(*row) for *row, is_latest in chosen.rows(quoted) if is_latest]
    areas = chosen.rows(dbt.ref("dim_area").select("area", "kind"))
    economies = {area for area, kind in areas if kind == "country"}
    cycles = dict(chosen.rows(dbt.ref("dim_source").select("source", "cycle_months")))
    context = AuditContext(sources, phrases, economies, bounds, cycles)

    def audited(claimed, official):  # type: ignore[no-untyped-def]
        return audit_table(claimed.to_pandas(), official.to_pandas(), context)

    # a claim can be mistaken for a figure of any metric: all of them are seen together
    return chosen.mapped(audited, AUDIT_SCHEMA, claims, values, groups=["true"])
