"""A synthetic project for tests of releases: one metric, one mart, and builds. No figure here is official."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from orchestration.contracts.metric import ALL_ROWS, COLUMN_TYPES, COLUMNS, NO_CLOCK, NOT_APPLICABLE
from orchestration.contracts.payload import Origin
from orchestration.core.files import write_json, write_text
from orchestration.core.settings import Settings
from orchestration.guards.receipt import guard_build
from orchestration.ingestion.selection import Selection
from orchestration.reading.release import Release
from orchestration.releases.publish import Pages, publish
from orchestration.transform.build import Build
from orchestration.transform.declared_inputs import PAYLOAD_COLUMNS
from tests.unit import synthetic_source

META: Mapping[str, Any] = {
    **dict.fromkeys(("formula", "unit", "grain", "owner", "cadence", "sources"), "synthetic"),
    "answer": {"question": "How much is synthetic?", "measure": "m", "additive": True},
    "inputs": [
        {
            "role": "published",
            "from": "fct_synthetic",
            "same": ["source", "vintage", "measure", "area", "counterpart_area", "item", "year"],
        }
    ],
}
FIGURE: Mapping[str, Any] = {
    "metric_id": "synthetic_metric",
    "measure": "m",
    "area": "AAA",
    "counterpart_area": "W00",
    "item": "SH",
    "clock": NO_CLOCK,
    "authority": NOT_APPLICABLE,
    "year": 2024,
    "base_year": None,
    "value": 5.0,
    "unit": "USD",
    "obs_status": "A",
    "basis": "reported",
    "source": "synthetic",
    "vintage": "2026-07-01",
    "is_latest": True,
    "is_preferred": True,
}


def figure(**changes: Any) -> dict[str, Any]:
    """Return a figure of the synthetic metric with ``changes``; one of an earlier vintage is not preferred."""
    return {**FIGURE, "is_preferred": changes.get("is_latest", True), **changes}


def write_figures(connection: duckdb.DuckDBPyConnection, table: str, figures: Iterable[Mapping[str, Any]]) -> None:
    """Add figures to a table of the metric contract, which is made where it is not there."""
    connection.execute(
        f"create table if not exists {table} ({', '.join(f'{name} {kind}' for name, kind in COLUMN_TYPES.items())})"
    )
    marks = ", ".join("?" * len(COLUMNS))
    for row in figures:
        connection.execute(f"insert into {table} values ({marks})", [row[name] for name in COLUMNS])


def write_latest(connection: duckdb.DuckDBPyConnection, metric: str, figures: Iterable[Mapping[str, Any]]) -> None:
    """Add figures to the complete table of a metric."""
    write_figures(connection, f"{metric}{ALL_ROWS}", figures)


MART_KEY = ("source", "measure", "area", "counterpart_area", "item", "year", "vintage")
"""The primary key of the synthetic mart."""

SOURCES: Mapping[str, Any] = {
    "source.b.synthetic.figures": {
        "resource_type": "source",
        "source_name": "synthetic",
        "name": "figures",
        "description": "",
    }
}

MODELS = ("model.b.synthetic_metric", "model.b.dim_area", "model.b.fct_synthetic")


@dataclass
class Project:
    """A synthetic project with one metric and one mart, and builds of it."""

    settings: Settings
    meta: Mapping[str, Any] = field(default_factory=lambda: META)
    mart_meta: Mapping[str, Any] = field(default_factory=dict)
    description: str = "The synthetic {name}; it's quoted."
    origins: tuple[Origin, ...] = field(default_factory=lambda: (synthetic_source.origin(b"a"),))
    selection: Selection = field(default_factory=lambda: Selection("synthetic", (), ()))
    pages: Pages | None = None

    def build(self, run: str, value: float = 5.0, figures: Iterable[Mapping[str, Any]] | None = None) -> Build:
        """A build with these figures, or one figure of this ``value`` in two vintages."""
        build = Build(self.settings.build / run)
        build.folder.mkdir(parents=True)
        two_vintages = [figure(value=value), figure(value=4.0, vintage="2025-12-17", is_latest=False)]
        with duckdb.connect(str(build.database)) as connection:
            connection.execute("create schema marts")
            connection.execute("create schema metrics")
            connection.execute("create table marts.dim_area as select 'AAA' as area")
            connection.execute(
                "create table marts.dim_unit as select 'USD' as unit, 'US dollars' as name, 'money' as dimension, "
                "'US dollars' as phrase, '' as sign, true as is_scaled, 'usd' as column_words"
            )
            write_figures(connection, "metrics.synthetic_metric", two_vintages if figures is None else figures)
            payload = min(origin.sha256 for origin in self.origins)
            connection.execute(
                "create table marts.fct_synthetic as select source, measure, area, counterpart_area, item, year, vintage, "
                f"value, obs_status, is_latest, 'all' as resource, '{payload}' as payload_sha256, 'line 1' as payload_pointer "
                "from metrics.synthetic_metric"
            )
        write_json(build.target / "manifest.json", {"nodes": self.nodes(), "sources": SOURCES, "unit_tests": {}})
        self.set_dbt(build, "success")
        return build

    def nodes(self) -> dict[str, Any]:
        """The nodes of its manifest."""

        def node(
            name: str, folder: str, columns: Iterable[str] = ("area",), key: tuple[str, ...] = ()
        ) -> dict[str, Any]:
            return {
                "resource_type": "model",
                "path": f"{folder}/{name}.sql",
                "name": name,
                "original_file_path": f"models/{folder}/{name}.sql",
                "description": self.description.replace("{name}", name),
                "config": {
                    "meta": self.meta if folder == "metrics" else self.mart_meta,
                    "enabled": True,
                    "contract": {"enforced": True},
                },
                "columns": {column: {"name": column, "description": f"The {column}."} for column in columns},
                "constraints": [{"type": "primary_key", "columns": key}] if key else [],
                "depends_on": {"nodes": ["model.b.fct_synthetic"] if folder == "metrics" else list(SOURCES)},
            }

        return {
            "model.b.synthetic_metric": node("synthetic_metric", "metrics"),
            "model.b.dim_area": node("dim_area", "marts"),
            "model.b.fct_synthetic": node("fct_synthetic", "marts", sorted(PAYLOAD_COLUMNS), MART_KEY),
        }

    def set_dbt(self, build: Build, status: str, ids: tuple[str, ...] = MODELS) -> None:
        """Let dbt report this status of these nodes."""
        results = [{"unique_id": node_id, "status": status, "message": ""} for node_id in ids]
        write_json(build.target / "run_results.json", {"results": results})

    def guard(self, build: Build) -> None:
        guard_build(self.settings, build)

    def publish(self, build: Build, fingerprint: str, accept: str | None = None) -> tuple[Release, bool]:
        if not build.inputs.exists():
            write_json(build.inputs, fingerprint)
        selection = replace(self.selection, origins=self.origins)
        return publish(self.settings, build, [selection], fingerprint, accept, self.pages)

    def release(self, run: str, fingerprint: str | None = None, accept: str | None = None, **built: Any) -> Release:
        """Build, guard and publish at once. The fingerprint is the run's name, repeated, where none is given."""
        build = self.build(run, **built)
        self.guard(build)
        return self.publish(build, fingerprint or (run * 64)[:64], accept)[0]


_SUITE = """
import great_expectations.expectations as gxe

from orchestration.guards.expectation_types import *
from orchestration.guards.suites import CONTRACT

WITHOUT = dict.fromkeys(CONTRACT, "a synthetic metric")
SUITE = [
    {expectations}
]
"""


def write_suite(
    settings: Settings, ceiling: float = 10.0, *more: str, name: str = "synthetic_metric", fault: str = "a unit slip"
) -> None:
    """Write a suite without the metric contract: values from 0 to ``ceiling``, and ``more`` expectations as source."""
    between = f"column='value', min_value=0, max_value={ceiling}, meta={{'fault': {fault!r}}}"
    write_expectations(settings, f"gxe.ExpectColumnValuesToBeBetween({between})", *more, name=name)


def write_expectations(settings: Settings, *expectations: str, name: str = "synthetic_metric") -> None:
    """Write a suite of expectations given as source."""
    write_text(settings.expectations / f"{name}.py", _SUITE.format(expectations=",\n    ".join(expectations)))
