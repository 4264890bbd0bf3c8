"""Inputs of figures are found by declaration, and a wrong declaration is reported. All figures are synthetic."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from orchestration.contracts.lineage import LATEST, STATUS, Lineage
from orchestration.core.errors import GuardError, ReleaseError
from orchestration.reading.lineage import Inputs
from orchestration.releases import lineage
from orchestration.releases.lineage import sources_behind, unexplained
from orchestration.transform.declared_inputs import lineage_from
from orchestration.transform.project import Project as Manifest
from tests.unit.synthetic_project import META, Project, figure, write_figures

pytestmark = pytest.mark.slow

KNOWN = "a" * 64
ON = ["source", "vintage", "area", "counterpart_area", "item", "year"]
SOLD = {"role": "sold", "from": "fct_flow", "same": ON, "where": "input.flow = 'X'"}
BOUGHT = {"role": "bought", "from": "fct_flow", "same": ON, "where": "input.flow = 'M'"}
RATIO: dict[str, Any] = {"inputs": [SOLD, BOUGHT], "recompute": "sold / bought"}


def lineages(metric: dict[str, Any], **others: dict[str, Any]) -> dict[str, Lineage]:
    declared = {"fct_flow": {}, "ratio": metric, **others}
    return {name: lineage_from(name, content, f"{name}.yml") for name, content in declared.items()}


@pytest.fixture(autouse=True)
def row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every row proved by itself: however many are proved together, the same is found."""
    monkeypatch.setattr(lineage, "ROWS_AT_ONCE", 1)


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two flows of one pair in two vintages, and their ratio: 30 / 12 = 2.5, as known before 20 / 10 = 2."""
    with duckdb.connect(":memory:") as connection:
        write_figures(
            connection,
            "metric_vintages",
            [
                figure(metric_id="ratio", value=2.5, unit="PN", basis="derived"),
                figure(metric_id="ratio", value=2.0, unit="PN", basis="derived", vintage="2025-12-17"),
            ],
        )
        connection.execute(
            "create table fct_flow as select 'synthetic' as source, vintage::date as vintage, 'AAA' as area, "
            "'W00' as counterpart_area, item, 2024 as year, flow, value::double as value, payload as payload_sha256 "
            f"from (values ('2026-07-01', 'SH', 'X', 30, '{KNOWN}'), ('2026-07-01', 'SH', 'M', 12, '{KNOWN}'), "
            f"('2025-12-17', 'SH', 'X', 20, '{KNOWN}'), ('2025-12-17', 'SH', 'M', 10, '{KNOWN}'), "
            f"('2026-07-01', 'SA', 'X', 99, '{KNOWN}')) as flows (vintage, item, flow, value, payload)"
        )
        yield connection


def reasons(
    connection: duckdb.DuckDBPyConnection, declared: dict[str, Lineage], metrics: tuple[str, ...] = ("ratio",)
) -> list[tuple[str, str, int]]:
    faults = unexplained(connection, declared, metrics, [KNOWN])
    parts = [re.match(r"(\w+): (.+); (\d+) rows, the first \w", fault) for fault in faults]
    return [(part[1], part[2], int(part[3])) for part in parts if part]


def test_the_inputs_of_figures_in_the_order_of_the_declaration(release: duckdb.DuckDBPyConnection) -> None:
    inputs = Inputs(release, lineages(RATIO), ["ratio"])
    assert inputs.of("ratio", [0, 1]) == [
        (0, "sold", "fct_flow", 0, 30.0),
        (0, "bought", "fct_flow", 1, 12.0),
        (1, "sold", "fct_flow", 2, 20.0),
        (1, "bought", "fct_flow", 3, 10.0),
    ]
    inverse = Inputs(release, lineages(RATIO | {"inputs": [BOUGHT, SOLD]}), ["ratio"])
    assert [value for *_, value in inverse.of("ratio", [0])] == [12.0, 30.0]
    assert inputs.of("fct_flow", [0]) == []


def test_figures_of_all_metrics_rest_on_what_these_rest_on(release: duckdb.DuckDBPyConnection) -> None:
    """A table that is made of any metric's figures is looked through after all metrics, wherever it is declared."""
    release.execute("create table summary as select value, vintage from metric_vintages")
    of_metrics = {"role": "figure", "from": "metric_vintages", "same": ["vintage"]}
    declared = lineages(RATIO, summary={"inputs": [of_metrics], "recompute": "figure"})
    declared = {name: declared[name] for name in ("summary", "ratio", "fct_flow")}
    inputs = Inputs(release, declared, ["ratio"])
    assert inputs.of("summary", [1]) == [(1, "figure", "ratio", 1, 2.0)]
    assert reasons(release, declared) == []
    release.execute("update fct_flow set payload_sha256 = 'lost' where flow = 'M' and value = 12")
    lost = "it leads to no official payload"
    assert reasons(release, declared) == [("fct_flow", lost, 1)]


@pytest.fixture
def rated(release: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same flows with status and is_latest: bought is provisional in both vintages, superseded in the earlier."""
    release.execute(
        "create or replace table fct_flow as select *, case flow when 'M' then 'P' else 'A' end as obs_status, "
        "flow = 'X' or vintage = '2026-07-01' as is_latest from fct_flow"
    )
    release.execute("update metric_vintages set obs_status = 'P', is_latest = vintage = '2026-07-01'")
    return release


RULED = RATIO | {"status": STATUS, "latest": LATEST}
STATUS_OFF, LATEST_OFF = "its status is not that of its inputs", "its is_latest is not that of its inputs"

OTHER_VINTAGE = [name for name in ON if name != "vintage"]
NEWEST = {**BOUGHT, "same": OTHER_VINTAGE, "where": "input.flow = 'M' and input.value = 12"}
BEFORE = {**BOUGHT, "same": OTHER_VINTAGE, "where": "input.flow = 'M' and input.vintage = '2025-12-17'"}
LOOSE = {**SOLD, "same": [name for name in ON if name != "item"]}
STATED = [{**item, "when": "figure.source <> 'none'"} for item in (SOLD, BOUGHT)]
SHARE = RATIO | {"inputs": [SOLD, BEFORE]}
MAY_REST_ON_NONE = RATIO | {"inputs": STATED, "without_inputs": "figure.source = 'none'"}
UNKNOWN = MAY_REST_ON_NONE | {"status": "coalesce(weakest, 'M')"}

FIRST = "update metric_vintages set {} where vintage = '2026-07-01'"
NONE_LEFT = "delete from metric_vintages where vintage = '2025-12-17'; update metric_vintages set "
NO_VALUE = f"{NONE_LEFT} value = null, source = 'none', obs_status = 'M', is_latest = true"
ANOTHER = "update fct_flow set {} where value = {}"
VALUE_OFF = ("ratio", "its value is not that of its inputs", 1)
MIXED = ("ratio", "it mixes vintages of one source", 1)
MISSING = ("ratio", "an input is missing", 1)
LOST, UNGROUNDED = (("fct_flow", "it leads to no official payload", 1), ("ratio", "it leads to no official payload", 1))
OF_TWO = FIRST.format("value = 30.0 / 10")

SCENARIOS: dict[str, tuple[str, dict[str, Any], list[tuple[str, str, int]]]] = {
    "true": ("", RULED, []),
    "an input of another vintage": ("", RATIO | {"inputs": [SOLD, NEWEST]}, [MIXED, VALUE_OFF]),
    "two vintages whose formula holds": (OF_TWO, SHARE, [MIXED]),
    "a comparison of vintages": (OF_TWO, SHARE | {"across_vintages": "it compares two vintages"}, []),
    "a sum in another order": (FIRST.format(f"value = {2.5 * (1 + 1e-11)}"), RATIO, []),
    "another value": (FIRST.format(f"value = {2.5 * (1 + 1e-7)}"), RATIO, [VALUE_OFF]),
    "a lost value": (FIRST.format("value = null"), RATIO, [VALUE_OFF]),
    "a suppressed input": (ANOTHER.format("value = null", 30), RATIO, [VALUE_OFF]),
    "a suppressed figure": (f"{ANOTHER.format('value = null', 30)}; {FIRST.format('value = null')}", RATIO, []),
    "a missing input": ("delete from fct_flow where value = 10", RATIO, [MISSING, VALUE_OFF]),
    "two inputs of one role": ("", RATIO | {"inputs": [LOOSE, BOUGHT]}, [VALUE_OFF]),
    "an unknown payload": (ANOTHER.format("payload_sha256 = 'x'", 12), RATIO, [LOST]),
    "no payload": (ANOTHER.format("payload_sha256 = null", 12), RATIO, [LOST]),
    "another status": ("update metric_vintages set obs_status = 'A'", RULED, [("ratio", STATUS_OFF, 2)]),
    "a status of an older declaration": ("update metric_vintages set obs_status = 'A'", RATIO, []),
    "no status": ("update metric_vintages set obs_status = null", RULED, [("ratio", STATUS_OFF, 2)]),
    "another status of an input": (ANOTHER.format("obs_status = 'E'", 12), RULED, [("ratio", STATUS_OFF, 1)]),
    "another latest": ("update metric_vintages set is_latest = true", RULED, [("ratio", LATEST_OFF, 1)]),
    "no latest": ("update metric_vintages set is_latest = null", RULED, [("ratio", LATEST_OFF, 2)]),
    "another latest of an input": (ANOTHER.format("is_latest = false", 30), RULED, [("ratio", LATEST_OFF, 1)]),
    "no figure and no input": (NO_VALUE, UNKNOWN, []),
    "no figure, no input and another status": (
        f"{NO_VALUE}; update metric_vintages set obs_status = 'A'",
        UNKNOWN,
        [("ratio", STATUS_OFF, 1)],
    ),
    "no input where one is due": (NO_VALUE, RATIO | {"inputs": STATED}, [UNGROUNDED]),
    "a figure without an input": (f"{NONE_LEFT} value = 5, source = 'none'", MAY_REST_ON_NONE, [UNGROUNDED, VALUE_OFF]),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_figure_that_does_not_follow_from_its_inputs_is_named(rated: duckdb.DuckDBPyConnection, name: str) -> None:
    changes, declared, expected = SCENARIOS[name]
    rated.execute(changes or "select 1")
    assert reasons(rated, lineages(declared)) == expected


@pytest.mark.parametrize(
    ("sold", "bought", "weakest"),
    [("E", "U", "U"), ("P", "E", "E"), ("A", "P", "P"), ("A", "Q", "A"), ("Q", "Q", "A"), (None, None, None)],
)
def test_the_weakest_status_counts(
    rated: duckdb.DuckDBPyConnection, sold: str | None, bought: str | None, weakest: str | None
) -> None:
    rated.execute("update fct_flow set obs_status = if(flow = 'X', ?, ?)", [sold, bought])
    rated.execute("update metric_vintages set obs_status = ?", [weakest])
    assert reasons(rated, lineages(RULED)) == []


def test_many_inputs_of_one_role_are_a_map(release: duckdb.DuckDBPyConnection) -> None:
    release.execute("update metric_vintages set value = 129.0 where vintage = '2026-07-01'")
    release.execute("update metric_vintages set value = 20.0 where vintage = '2025-12-17'")
    parts, others = ({**flow, "same": ["source", "vintage", "area", "year"], "many": "item"} for flow in (SOLD, BOUGHT))
    both = {"inputs": [parts, others], "recompute": "list_sum(map_values(sold)) + 0 * list_sum(map_values(bought))"}
    assert reasons(release, lineages(both)) == []
    declared = lineages({"inputs": [parts], "recompute": "list_sum(map_values(sold))"})
    assert reasons(release, declared) == []
    edges = Inputs(release, declared, ["ratio"]).of("ratio", [0])
    assert [value for *_, value in edges] == [99.0, 30.0], "in the order of their keys, SA and SH"
    release.execute("update metric_vintages set value = 130.0 where vintage = '2026-07-01'")
    assert reasons(release, declared) == [VALUE_OFF]
    release.execute("insert into fct_flow from fct_flow where item = 'SA'")
    assert reasons(release, declared) == [VALUE_OFF]


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ({"inputs": [{**SOLD, "surprise": 1}]}, "inputs.0.surprise"),
        ({"inputs": [{"role": "sold"}]}, "inputs.0.from"),
        ({"inputs": [SOLD, BOUGHT]}, "an SQL expression over the roles bought, sold is missing"),
    ],
)
def test_a_wrong_declaration_is_refused_by_field(meta: dict[str, Any], words: str) -> None:
    with pytest.raises(GuardError, match=words) as refused:
        lineage_from("ratio", meta, "models/metrics/ratio.yml")
    assert "models/metrics/ratio.yml" in str(refused.value)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([], "its rows name no payload"),
        ([{"role": "published", "from": "dim_area"}], "dim_area: meta.inputs is missing"),
        ([{"role": "published", "from": "int_flows"}], r"no published table is called \['int_flows'\]"),
        ([{"role": "published", "from": "circle"}], "they form a circle, .*circle"),
    ],
)
def test_metrics_must_lead_to_payloads(project: Project, inputs: list[Any], words: str) -> None:
    project.meta = {**META, "inputs": inputs}
    nodes = project.nodes()
    back = {"inputs": [{"role": "published", "from": "synthetic_metric"}]}
    nodes["int"] = nodes["model.b.fct_synthetic"] | {"name": "int_flows", "path": "intermediate/int_flows.sql"}
    nodes["circle"] = nodes["model.b.fct_synthetic"] | {"name": "circle", "config": {"meta": back}}
    with pytest.raises(GuardError, match=words):
        _ = Manifest({"nodes": nodes}).lineages


def test_a_release_with_an_unexplained_figure_is_refused_by_name(project: Project) -> None:
    project.meta = {**META, "recompute": "2 * published"}
    with pytest.raises(ReleaseError, match="its value is not that of its inputs") as refused:
        project.release("a")
    assert "metric_id=synthetic_metric" in str(refused.value)
    assert not list(project.settings.releases.glob("2*"))


def test_the_sources_behind_a_model_are_those_of_all_models_below_it() -> None:
    def node(name: str, *depends_on: str, kind: str = "model") -> dict[str, Any]:
        return {"name": name, "resource_type": kind, "depends_on": {"nodes": depends_on}}

    sources = {name: {"source_name": name, "name": "flows"} for name in ("bea", "wto")}
    sources["claims"] = {"source_name": "catalogue", "name": "claims"}
    nodes = {
        "staged": node("stg_flows", "wto"),
        "mart": node("fct_flow", "staged", "claims"),
        "test": node("unique_flow", "mart", kind="test"),
    }
    behind = sources_behind(Manifest({"sources": sources, "nodes": nodes}))
    assert behind == {"stg_flows": {"wto"}, "fct_flow": {"wto", "catalogue.claims"}}
