"""Both reports of every flow made into one value; the method itself is orchestration/methods/reconciliation.py."""

from orchestration.methods.reconciliation import reconcile_stream


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    return reconcile_stream(dbt.ref("int_reports_paired").order("item, year").to_arrow_reader(100_000))
