"""docs/architecture.md draws the imports between packages (`python -m tests.unit.test_architecture`); no imports are
circular."""

import re
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
PICTURE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)


@cache
def imports() -> list[tuple[str, str]]:
    """Return each module with one that it imports."""
    graph = grimp.build_graph("bilateral", "orchestration", "expectations", cache_dir=None)
    return [(name, other) for name in graph.modules for other in graph.find_modules_directly_imported_by(name)]


def picture() -> str:
    """Return the imports between packages as a Mermaid diagram, without those that a longer path implies."""
    direct: dict[str, set[str]] = defaultdict(set)
    for pair in imports():
        importer, imported = (module.removeprefix("orchestration.").partition(".")[0] for module in pair)
        direct[importer] |= {imported} - {importer, "orchestration"}
    below: dict[str, set[str]] = {}
    order = TopologicalSorter({name: sorted(direct[name]) for name in sorted(direct)}).static_order()
    for package in order:
        below[package] = direct[package].union(*(below[name] for name in direct[package]))
    arrows = (
        f"    {package}-->{name}"
        for package in reversed(list(below))
        for name in sorted(direct[package].difference(*(below[other] for other in direct[package])))
    )
    return "\n".join(["```mermaid", "flowchart TD", *arrows, "```\n"])


def test_the_picture_shows_the_imports_between_packages() -> None:
    assert PICTURE.findall(PAGE.read_text(encoding="utf-8")) == [picture()], "python -m tests.unit.test_architecture"


def test_no_module_imports_another_that_imports_it() -> None:
    """A package may import its own modules; an import for annotations counts."""
    graph: dict[str, set[str]] = defaultdict(set)
    for name, other in imports():
        if not name.startswith(f"{other}.") and not other.startswith(f"{name}."):
            graph[name].add(other)
    assert len([*TopologicalSorter(graph).static_order()]) > 200, "CycleError names the circle"


if __name__ == "__main__":
    PAGE.write_text(PICTURE.sub(lambda _: picture(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
