"""Claims judged against every published metric in every vintage, by orchestration/methods/claim_audit.py."""

from orchestration.methods.claim_audit import audit_table


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    claims = dbt.ref("stg_catalogue__claims").df()
    values = dbt.ref("int_claim_figures_chosen").df()
    described = dbt.ref("int_metrics_described").df()
    units = dbt.ref("dim_unit").df()
    sources = dict(zip(described["metric_id"], described["sources"], strict=True))
    return audit_table(claims, values, sources, dict(zip(units["unit"], units["phrase"], strict=True)))
