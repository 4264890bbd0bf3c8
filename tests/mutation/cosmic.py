"""Mutants of Python modules by Cosmic Ray, chosen by a seed, as JSON; run by the interpreter of its own environment.

usage: cosmic.py SEED COUNT MODULE.py ...
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

# Cosmic Ray has an environment of its own (requirements-mutation.lock), in which the project is not installed
from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-not-found]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]
from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-not-found]

LEFT_OUT = ("_BitOr_", "RemoveDecorator", "ZeroIterationForLoop", "Variable")
"""Operators that meet type hints (``int | None``), that every test of a module notices, or that need arguments."""


def positions(path: Path) -> list[tuple[str, int, int]]:
    """Operator, occurrence and line of every mutant of a module, one operator for each place chosen evenly."""
    tree = get_ast(path.read_text(encoding="utf-8"))
    found: dict[tuple[int, int, str], list[tuple[str, int, int]]] = defaultdict(list)
    for name in sorted(operator_names()):
        if any(part in name for part in LEFT_OUT):
            continue
        operator, occurrence = get_operator(name)(), 0
        for node in ast_nodes(tree):
            for start, _ in operator.mutation_positions(node):
                family = name.split("/")[-1].split("_")[0]
                found[(*start, family)].append((name, occurrence, start[0]))
                occurrence += 1
    chooser = random.Random(path.name)  # noqa: S311
    return [chooser.choice(variants) for _, variants in sorted(found.items())]


def mutant(path: Path, name: str, occurrence: int, line: int) -> dict[str, Any]:
    """One mutant: its module, operator, line before and after, and the whole text."""
    text = path.read_text(encoding="utf-8")
    try:
        changed = mutate_code(text, get_operator(name)(), occurrence)
    except AttributeError:  # its replacement of an exception knows no name with a dot
        changed = None
    before, after = text.splitlines(), (changed or text).splitlines()
    differs = next(
        (place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), line - 1
    )
    return {
        "module": str(path),
        "operator": name.split("/")[-1],
        "before": before[differs].strip(),
        "after": after[differs].strip() if differs < len(after) else "nothing",
        "text": changed,
    }


def main() -> None:
    seed, count, *modules = sys.argv[1:]
    every = [(Path(module), *place) for module in modules for place in positions(Path(module))]
    chosen = random.Random(seed).sample(every, min(int(count), len(every)))  # noqa: S311
    print(json.dumps({"places": len(every), "mutants": [mutant(*one) for one in chosen]}))


if __name__ == "__main__":
    main()
