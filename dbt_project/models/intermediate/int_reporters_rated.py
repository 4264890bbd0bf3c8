"""How reliable each reporter is in each item and window; the method itself is orchestration/methods/reconciliation.py."""

from orchestration.methods.reconciliation import RATED_SCHEMA, rated_reporters
from orchestration.transform.engines import engine


def model(dbt, session):  # type: ignore[no-untyped-def]
    dbt.config(materialized="table")
    pairs = dbt.ref("int_reports_paired").filter("is_pair")
    pairs = pairs.select("item", "window_start", "exporter", "importer", "year", "asymmetry")
    return engine().mapped(rated_reporters, RATED_SCHEMA, pairs, groups=["item", "window_start"])
