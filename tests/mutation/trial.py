"""Trial of changes: dbt runs the unit tests of the changed project, and builds what survives with its tests."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.core.errors import DbtError
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.transform.dbt_runner import dbt_environment, run_dbt
from tests.mutation.changes import Change, rounds

FAILED = ("error", "fail", "runtime error")
LAYERS = {"unit_test": "unit tests", "test": "data tests", "model": "constraints", "seed": "constraints"}
"""The layer of proof by the type of the dbt node that fails, in the order in which they run."""


class Trial:
    """A folder with a built database, in which copies of the project are changed and run."""

    def __init__(self, settings: Settings, raw: Path, folder: Path) -> None:
        self._settings, self._raw, self._folder = settings, raw, folder
        self._base = folder / "base.duckdb"
        if not self._base.exists():
            failed = self._run(settings, self._base, "build", "--exclude-resource-type", "unit_test")
            if failed:  # it would count as the layer that stops every change
                self._base.unlink()
                raise DbtError(
                    f"the unmodified project fails at {', '.join(failed)}", remedy="run bilateral refresh first"
                )

    def layers(self, changes: list[Change]) -> Iterator[tuple[Change, str]]:
        """Yield every change with the layer that stops it, one of ``LAYERS``; empty for a survivor."""
        for together in rounds(changes):
            names = [Path(change.file).stem for change in together if change.file.startswith("models/")]
            selected = [f"{name},test_type:unit" for name in names] or ["test_type:unit", "--fail-fast"]
            results = self._run(self._changed(together), self._base, "test", "--select", *selected)
            for change in together:
                is_stopped = any(len(together) == 1 or _is_of(node, change) for node in results.values())
                yield change, LAYERS["unit_test"] if is_stopped else self._layer_in_build(change)

    def _layer_in_build(self, change: Change) -> str:
        """Return the layer that stops a build of the changed file and of everything that reads it."""
        settings = self._changed([change])
        database = self._folder / "changed.duckdb"
        shutil.copyfile(self._base, database)
        selected = ["--exclude-resource-type", "unit_test"]
        if not change.file.startswith("macros/"):
            selected += ["--select", f"{Path(change.file).stem}+"]
        try:
            failed = self._run(settings, database, "build", "--fail-fast", *selected).values()
        except DbtError:  # the adapter may fail when dbt cancels the other threads
            failed = self._run(settings, database, "build", *selected).values()
        return next((LAYERS[node["resource_type"]] for node in failed), "")

    def _changed(self, changes: list[Change]) -> Settings:
        root = self._folder / "changed"
        shutil.rmtree(root, ignore_errors=True)
        project = root / "dbt_project"
        shutil.copytree(self._settings.dbt_project, project, ignore=shutil.ignore_patterns("target", "logs"))
        for change in changes:
            change.apply(project)
        return Settings(root=root, data=root / "data")

    def _run(self, settings: Settings, database: Path, *arguments: str) -> Mapping[str, Mapping[str, Any]]:
        """Run dbt; return the nodes that failed, by name.

        Raises:
            DbtError: dbt ended before it ran a node, which says nothing about a change.
        """
        target = self._folder / "target"
        (target / "run_results.json").unlink(missing_ok=True)
        environment = dbt_environment(settings, self._raw, database, target)
        try:
            run_dbt(settings, list(arguments), {**environment, "PYTHONPATH": str(self._settings.root)})
        except DbtError:
            if not (target / "run_results.json").exists():
                raise
        manifest = read_json(target / "manifest.json")
        nodes = manifest["nodes"] | manifest["unit_tests"]
        results = read_json(target / "run_results.json")["results"]
        return {
            nodes[result["unique_id"]]["name"]: nodes[result["unique_id"]]
            for result in results
            if result["status"] in FAILED
        }


def _is_of(node: Mapping[str, Any], change: Change) -> bool:
    return bool(node.get("model", node["name"]) == Path(change.file).stem)
