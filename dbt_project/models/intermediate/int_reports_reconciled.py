"""Both reports of every flow made into one value; the method itself is orchestration/methods/reconciliation.py."""

from orchestration.methods.reconciliation import RECONCILED_SCHEMA, WINDOW_YEARS, reconcile_stream
from orchestration.transform.engines import engine


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    return engine().mapped(
        reconcile_stream,
        RECONCILED_SCHEMA,
        dbt.ref("int_reports_paired"),
        groups=["item", f"year - year % {WINDOW_YEARS}"],
        order=["item", "year"],
    )
