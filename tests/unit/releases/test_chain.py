"""The models that a figure's data pass: those on its own ways, in order, and no others."""

from __future__ import annotations

from orchestration.releases.lineage import Model, ReleaseLineage

READS = {
    "raw.one.table": ("raw", ()),
    "raw.two.table": ("raw", ()),
    "seed": ("units", ()),
    "stg_one": ("staging", ("raw.one.table", "seed")),
    "stg_two": ("staging", ("raw.two.table",)),
    "int_unioned": ("intermediate", ("stg_one", "stg_two")),
    "fct_one": ("marts", ("int_unioned",)),
    "fct_other": ("marts", ("int_unioned",)),
    "metric_one": ("metrics", ("fct_one", "fct_other")),
    "int_judged": ("intermediate", ("metric_one", "metric_two")),
    "metric_two": ("metrics", ("fct_other",)),
    "metric_of_metrics": ("metrics", ("int_judged",)),
}
LINEAGE = ReleaseLineage({}, {}, {name: Model(name, layer, "", reads, ()) for name, (layer, reads) in READS.items()})


def chain(metric: str, made_of: dict[str, set[str]], sources: set[str]) -> list[str]:
    return [model.name for model in LINEAGE.chain(metric, made_of, sources)]


def test_only_the_sources_that_a_figure_rests_on_are_passed() -> None:
    made_of = {"metric_one": {"fct_one"}, "fct_one": set[str]()}
    assert chain("metric_one", made_of, {"one"}) == ["raw.one.table", "stg_one", "int_unioned", "fct_one", "metric_one"]
    assert "stg_two" not in chain("metric_one", made_of, {"one"})
    assert "stg_two" in chain("metric_one", made_of, {"one", "two"})


def test_published_tables_that_the_figure_does_not_rest_on_are_not_passed() -> None:
    made_of = {"metric_of_metrics": {"metric_one"}, "metric_one": {"fct_one"}, "fct_one": set[str]()}
    assert chain("metric_of_metrics", made_of, {"two"}) == [
        "raw.two.table",
        "stg_two",
        "int_unioned",
        "fct_one",
        "metric_one",
        "int_judged",
        "metric_of_metrics",
    ]


def test_a_table_made_of_its_own_rows_ends() -> None:
    made_of = {"metric_one": {"metric_one", "fct_one"}, "fct_one": set[str]()}
    assert chain("metric_one", made_of, {"one"})[-2:] == ["fct_one", "metric_one"]
