"""Both reports of every flow made into one value; the method itself is orchestration/methods/reconciliation.py."""

from orchestration.methods.reconciliation import reconcile


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    return reconcile(dbt.ref("int_reports_paired").df())
