"""``make campaign``: change formulas and guards one at a time, print who noticed, and the rows for docs/reliability.md.

``BILATERAL_MUTATION_SEED`` repeats a series. ``BILATERAL_MUTATION_SQL`` (300) mutants of the SQL of intermediate models, marts and
metrics are tried, ``BILATERAL_MUTATION_PYTHON`` (100) of the Python, ``BILATERAL_MUTATION_GUARDS`` (20) guards of every kind; and every
place where one input is left out of a combined status or of ``is_latest``. They need the raw data of a finished build.

``BILATERAL_MUTATION_MODULES`` names modules below ``orchestration/``, such as ``releases/gate.py methods/*.py``: then only their Python is
tried, and no build is needed.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.transform.build import latest_build
from orchestration.transform.dbt_runner import dbt_environment, project_hash, run_dbt
from tests.mutation.equivalents import Judgements, judged
from tests.mutation.guard_mutants import try_guards
from tests.mutation.kept_apart import kept_apart
from tests.mutation.python_trial import MODULES, try_python
from tests.mutation.sql_mutants import INPUTS, kind_at, mutant_at, places_of
from tests.mutation.sql_project import CompiledProject, UnitTest
from tests.mutation.sql_trial import BuiltTrial, NoMutantError, UnitTrial
from tests.mutation.tally import EQUIVALENT, INVALID, SURVIVED, Tally
from tests.mutation.written_unions import written_unions

LAYERS = ("intermediate", "marts", "metrics")
DATABASE = "warehouse.duckdb"
GENERATED = ("_unioned", "int_metrics_checked", "int_metrics_described")
"""Models that a macro writes branch by branch; they are counted apart."""

Place = tuple[str, int, int]
"""A model, a node of its statement and one of the node's changes."""


def built_project(settings: Settings) -> tuple[CompiledProject, Path]:
    """The project built with all its tests from the raw data of the latest build, once for each state of its files."""
    folder = settings.build / "mutation"
    mark, target, database = folder / "project.sha256", folder / "target", folder / DATABASE
    if not mark.exists() or mark.read_text() != project_hash(settings):
        folder.mkdir(parents=True, exist_ok=True)
        database.unlink(missing_ok=True)
        raw = latest_build(settings).raw
        run_dbt(settings, ["build"], dbt_environment(settings, raw, database, target))
        mark.write_text(project_hash(settings))
    return CompiledProject(settings.dbt_project, target), database


def all_unit_tests(project: CompiledProject) -> Callable[[str], list[UnitTest]]:
    """By model, dbt's unit tests, those with a copy of their rows, and those of the branches that a macro writes."""
    unions = written_unions(project)
    return lambda model: [
        *project.unit_tests(model),
        *([unions[model]()] if model in unions else ()),
        *kept_apart(project, model),
    ]


def all_places(project: CompiledProject) -> list[Place]:
    """Where the SQL of the project can be changed."""
    return [
        (name, *place)
        for name in project.order
        if project.models[name]["resource_type"] == "model"
        and project.models[name]["path"].startswith(LAYERS)
        and project.models[name]["path"].endswith(".sql")
        for place in places_of(project.tree(name))
    ]


def inputs_of(project: CompiledProject, places: Iterable[Place]) -> list[Place]:
    """The places at which one input is left out of a combined status or of ``is_latest``."""
    trees = {name: project.tree(name) for name in {place[0] for place in places}}
    return [place for place in places if kind_at(trees[place[0]], *place[1:]) in INPUTS]


def try_sql(
    project: CompiledProject,
    units: UnitTrial,
    built: BuiltTrial,
    places: Iterable[Place],
    known: Judgements,
    tally: Tally,
) -> None:
    """Try mutants at some places, by the unit tests first and then on the built tables."""
    for name, place, number in places:
        mutant = mutant_at(project.tree(name), place, number)
        layer = (
            "SQL, unions by macros"
            if name.endswith(GENERATED)
            else f"SQL, {project.models[name]['path'].split('/')[0]}"
        )
        words = f"{name}: {mutant.key}"
        try:
            killer = units.killer(name, mutant.tree)
            outcome = None if killer else built.outcome(name, mutant.tree)
        except NoMutantError:
            tally.note_other(layer, INVALID)
            continue
        if killer or (outcome and outcome.killed_by):
            tally.note(layer, killer or (outcome.killed_by if outcome else ""))
        elif (name, mutant.key) in known:
            tally.note_other(layer, EQUIVALENT)
        else:
            moved = "".join(f"\n      {line[:300]}" for line in outcome.moved) if outcome else ""
            tally.note_other(layer, SURVIVED, words + (moved or "\n      no figure of the bundle moves"))
            print(f"   survived  {words}{moved}", flush=True)


def try_inputs(
    project: CompiledProject,
    units: UnitTrial,
    places: Iterable[Place],
    known: Judgements,
    tally: Tally,
) -> None:
    """Leave out each input of a combined status or of ``is_latest``: the unit tests of the model alone must notice."""
    layer = "inputs of status and is_latest"
    for name, place, number in places:
        mutant = mutant_at(project.tree(name), place, number)
        try:
            killer = units.killer(name, mutant.tree)
        except NoMutantError:
            tally.note_other(layer, INVALID)
            continue
        if killer:
            tally.note(layer, killer)
        else:
            result = EQUIVALENT if (name, mutant.key) in known else SURVIVED
            tally.note_other(layer, result, f"{name}: {mutant.key}")


def main() -> None:
    seed = int(os.environ.get("BILATERAL_MUTATION_SEED") or time.time())
    counts = {
        name: int(os.environ.get(f"BILATERAL_MUTATION_{name}") or default)
        for name, default in (("SQL", 300), ("PYTHON", 100), ("GUARDS", 20))
    }
    named = os.environ.get("BILATERAL_MUTATION_MODULES", "").split()
    started, settings, known, tally = time.monotonic(), Settings.from_environment(), judged(), Tally()
    print(f"seed {seed}, {counts}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bilateral-mutation-") as folder:
        if not named:
            try_project(settings, Path(folder), seed, counts, known, tally)
        if counts["PYTHON"]:
            try_python(settings, Path(folder) / "tree", named or MODULES, seed, counts["PYTHON"], known, tally)
    print("\n".join(["", *tally.rows(), "", f"{len(tally.survivors)} survivors", *tally.survivors]))
    print(f"\n{time.monotonic() - started:.0f} s")


def try_project(
    settings: Settings, folder: Path, seed: int, counts: Mapping[str, int], known: Judgements, tally: Tally
) -> None:
    """Try the inputs of statuses, the guards, and a sample of the SQL of the built project."""
    project, database = built_project(settings)
    places, units = all_places(project), UnitTrial(all_unit_tests(project))
    print(f"{len(places)} places in the SQL", flush=True)
    try_inputs(project, units, inputs_of(project, places), known, tally)
    suites = [load_suite(settings.expectations, metric) for metric in metrics_of(project.manifest)]
    try_guards(project.manifest, suites, seed, counts["GUARDS"], tally)
    chosen = random.Random(seed).sample(places, min(counts["SQL"], len(places)))  # noqa: S311
    if chosen:
        built = BuiltTrial(project, database, settings.expectations, folder)
        try_sql(project, units, built, chosen, known, tally)


if __name__ == "__main__":
    main()
