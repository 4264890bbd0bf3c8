"""Claims judged against every published metric in every vintage; the judging itself is orchestration/methods/claim_audit.py."""

from orchestration.methods.claim_audit import audit_table


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    claims = dbt.ref("stg_catalogue__claims").df()
    values = dbt.ref("int_metrics_unioned").df()
    described = dbt.ref("int_metrics_described").df()
    return audit_table(claims, values, dict(zip(described["metric_id"], described["sources"], strict=True)))
