"""Frameworks are used by their public API: no module imports a private name of Dagster, dagster-dbt, Great Expectations or dbt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ("dagster", "dagster_dbt", "dagster_webserver", "great_expectations", "dbt")
ALLOWED = {"orchestration/service/webserver.py"}
"""Dagster has no public call that returns its webserver as an application."""


def private_imports(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\nimport " in node.value:
            names = [line.split()[1] for line in node.value.splitlines() if line.startswith("from ")]
        else:
            continue
        for name in names:
            root, *rest = name.split(".")
            if root in FRAMEWORKS and any(part.startswith("_") and not part.startswith("__") for part in rest):
                yield name


def test_no_module_imports_a_private_name_of_a_framework() -> None:
    folders = [ROOT / name for name in ("orchestration", "dbt_project", "bench", "tests", "expectations")]
    private = {
        str(path.relative_to(ROOT)): sorted(names)
        for folder in folders
        for path in folder.rglob("*.py")
        if (names := set(private_imports(path.read_text(encoding="utf-8"))))
    }
    assert private.keys() == ALLOWED, private
