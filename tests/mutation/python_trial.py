"""Trial of changed Python: the unit tests of a module run on a copy of the tree until the first one fails."""

from __future__ import annotations

import ast
import gc
import importlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.settings import Settings
from tests.mutation.equivalents import Judgements
from tests.mutation.tally import EQUIVALENT, INVALID, SURVIVED, Tally

MODULES = (
    "methods/*.py",
    "sources/*.py",
    "ingestion/*.py",
    "admission/**/*.py",
    *(
        f"releases/{name}.py"
        for name in (
            "gate",
            "release_diff",
            "table_diff",
            "limits",
            "publish",
            "figure_inputs",
            "figure_proof",
            "guard_lock",
        )
    ),
)
"""Where a wrong statement makes a wrong figure, or lets one pass; below ``orchestration/``."""

INTERPRETER = "BILATERAL_MUTATION_TOOL"
"""The environment variable with the interpreter of the environment in which Cosmic Ray is installed."""

SECONDS = 240
"""A mutant whose tests take more of a processor, or twenty times that by the clock, is killed: it does not end.

The clock alone would count what survives on a busy machine as killed.
"""

LIBRARIES = ("dagster", "duckdb", "great_expectations", "hypothesis", "pandas", "pyarrow.parquet", "sqlglot", "yaml")
"""What most tests import, and what takes longer than most tests."""

LEFT_OUT = ("test_fuzzing.py", "test_bulk_failures.py")
"""Tests of minutes over all sources."""

OF_EVERY_SOURCE = ("test_declared.py", "test_values.py")
"""Tests of milliseconds over all sources, which import none by its name."""


def try_python(
    settings: Settings, tree: Path, patterns: Iterable[str], seed: int, count: int, known: Judgements, tally: Tally
) -> None:
    """Try ``count`` mutants chosen by a seed of the modules at ``patterns``, as in ``MODULES``, in a copy of the project at ``tree``.

    Raises:
        ValueError: there is no such module.
    """
    package = settings.root / "orchestration"
    modules = sorted({path for pattern in patterns for path in package.glob(pattern) if path.name != "__init__.py"})
    if not modules:
        raise ValueError(f"no module below orchestration/ is named {' '.join(patterns)}")
    script = Path(__file__).with_name("cosmic.py")
    names = [str(path.relative_to(settings.root)) for path in modules]
    interpreter = os.environ.get(INTERPRETER) or str(settings.root / ".venv" / "mutation" / "bin" / "python")
    made = subprocess.run(
        [interpreter, str(script), str(seed), str(count), *names],
        cwd=settings.root,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(made.stdout)
    print(f"{found['places']} places in {len(names)} modules of Python", flush=True)
    _copy(settings.root, tree)
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()  # the garbage collection of a fork then leaves the libraries alone, half of a short trial's time
    for mutant in found["mutants"]:
        layer = f"Python, {Path(mutant['module']).parts[1]}"
        key = f"{mutant['operator']}: {mutant['before']} => {mutant['after']}"
        result = _result(tree, mutant)
        if result == SURVIVED and (mutant["module"], key) in known:
            result = EQUIVALENT
        if result in (SURVIVED, EQUIVALENT, INVALID):
            tally.note_other(layer, result, f"{mutant['module']}: {key}")
            print(f"   {result}  {mutant['module']}: {key}", flush=True)
        else:
            tally.note(layer, result)


def _copy(root: Path, tree: Path) -> None:
    """A copy of the files under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_file():
            path.write_bytes((root / name).read_bytes())


def _result(tree: Path, mutant: Mapping[str, Any]) -> str:
    """What a mutant ends as: ``unit tests`` or ``time limit`` that killed it, survived, or invalid."""
    if not mutant["text"] or _same(mutant["text"], (tree / mutant["module"]).read_text(encoding="utf-8")):
        return INVALID
    tests = unit_tests_of(tree, mutant["module"])
    if not tests:
        return SURVIVED
    path = tree / mutant["module"]
    original = path.read_bytes()
    path.write_text(mutant["text"], encoding="utf-8")
    try:
        return run_tests(tree, tests)
    finally:
        path.write_bytes(original)


def run_tests(tree: Path, tests: Iterable[str]) -> str:
    """Whether the tests of a tree notice what was changed in it; they run in a fork, which has the libraries of this process."""
    sys.stdout.flush()
    child = multiprocessing.get_context("fork").Process(target=_run_tests, args=(tree, list(tests)))
    child.start()
    child.join(20 * SECONDS)
    if child.exitcode is None:
        os.killpg(child.pid or 0, signal.SIGKILL)
        child.join()
        return "time limit"
    if child.exitcode == -signal.SIGXCPU:
        return "time limit"
    return "unit tests" if child.exitcode else SURVIVED


def _run_tests(tree: Path, tests: list[str]) -> None:
    """Run tests in this process, as if it had been started in the tree, and end it."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 60))
    os.environ.update(PYTHONPATH=str(tree), BILATERAL_ROOT=str(tree), PYTHONDONTWRITEBYTECODE="1")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] in ("orchestration", "tests")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    os._exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--no-header", *tests]))


def unit_tests_of(tree: Path, module: str) -> list[str]:
    """The unit tests that judge a module, the likeliest first: those that import it, then the others of its package.

    A source is judged by the tests that are named after it, and by those of every source. Where no test imports the module, those do that
    import a module which does.
    """
    importers = _importers(tree)
    name = module.removesuffix(".py").replace("/", ".")
    direct = importers.get(name, frozenset())
    near = frozenset().union(*(importers.get(one, frozenset()) for one in direct if not one.startswith("tests.")))
    tests = {one for one in direct if one.startswith("tests.unit.")} or {
        one for one in near if one.startswith("tests.unit.")
    }
    first = [tree / f"{one.replace('.', '/')}.py" for one in tests]
    package, stem = module.split("/")[1], Path(module).stem
    patterns = (f"test_{stem}*.py", *OF_EVERY_SOURCE) if package == "sources" else ("test_*.py",)
    folder = tree / "tests" / "unit" / package
    rest = [path for pattern in patterns for path in folder.glob(pattern) if path not in first]
    return [
        str(path.relative_to(tree))
        for paths in (first, rest)
        for path in sorted(paths, key=lambda path: (path.stat().st_size, path.name))
        if path.name.startswith("test_") and path.name not in LEFT_OUT
    ]


@cache
def _importers(tree: Path) -> dict[str, frozenset[str]]:
    """By module of the project, the modules and tests that import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (*(tree / "orchestration").rglob("*.py"), *(tree / "tests" / "unit").rglob("*.py")):
        name = path.relative_to(tree).with_suffix("").as_posix().replace("/", ".")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found[node.module].add(name)
                for one in node.names:
                    found[f"{node.module}.{one.name}"].add(name)
            elif isinstance(node, ast.Import):
                for one in node.names:
                    found[one.name].add(name)
    return {name: frozenset(importers) for name, importers in found.items()}


def _same(one: str, other: str) -> bool:
    """True where two texts are the same program."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return True
