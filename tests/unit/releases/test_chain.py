"""The models that a figure passes through, from raw tables to its metric. The project is invented."""

from __future__ import annotations

from orchestration.releases.lineage import Model, ReleaseLineage

READS = {
    "raw.one.table": (),
    "raw.two.table": (),
    "stg_one": ("raw.one.table",),
    "stg_two": ("raw.two.table",),
    "int_unioned": ("stg_one", "stg_two"),
    "fct_one": ("int_unioned", "dim_area"),
    "dim_area": (),
    "metric_one": ("fct_one",),
}
LINEAGE = ReleaseLineage(
    {},
    {},
    {name: Model(name, "raw" if name.startswith("raw") else "models", "", reads, ()) for name, reads in READS.items()},
)


def test_the_chain_has_every_model_between_the_raw_tables_of_a_source_and_the_metric() -> None:
    names = [model.name for model in LINEAGE.chain(["metric_one"], {"one"})]
    assert names == ["raw.one.table", "stg_one", "int_unioned", "fct_one", "metric_one"]
    assert "stg_two" in [model.name for model in LINEAGE.chain(["metric_one"], {"one", "two"})]
