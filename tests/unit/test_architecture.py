"""docs/images/packages.svg shows the imports between packages; `python -m tests.unit.test_architecture` redraws it."""

import tomllib
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import grimp

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "packages.svg"
STEP, LEFT, WIDTH = 44, 20, 150
STYLE = """
text { font: 15px sans-serif; fill: #1f2937; text-anchor: middle }
rect { fill: #eef2ff; stroke: #4f46e5 }
path { fill: none; stroke: #6b7280; marker-end: url(#tip) }
"""


def package_order() -> list[str]:
    """Return packages from the top of the import contract to its bottom; methods import nothing of ours."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (item["layers"] for item in project["tool"]["importlinter"]["contracts"] if item["type"] == "layers")
    order = [*layers, "methods"]
    order.insert(order.index("releases"), "bilateral")
    order.insert(order.index("guards"), "expectations")
    return order


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("bilateral", "orchestration", "expectations", cache_dir=None)


def imports_of_packages() -> set[tuple[str, str]]:
    """Return importer and imported package, without the imports that a longer path implies."""
    graph = imports()

    def package(module: str) -> str:
        return module.removeprefix("orchestration.").partition(".")[0]

    modules = [
        (package(one), package(other))
        for one in graph.modules
        for other in graph.find_modules_directly_imported_by(one)
    ]
    below: dict[str, set[str]] = {name: set() for name in package_order()}
    for name in reversed(package_order()):
        direct = {imported for importer, imported in modules if importer == name} - {name, "orchestration"}
        below[name] = direct.union(*(below[imported] for imported in direct))
    return {
        (importer, imported)
        for importer, names in below.items()
        for imported in names - set().union(*(below[name] for name in names))
    }


def drawing() -> str:
    """Return the picture as SVG: packages in a column, imports as arcs beside it."""
    order = package_order()
    middle = {name: 30 + index * STEP for index, name in enumerate(order)}
    svg = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 300 {len(order) * STEP + 16}")
    ElementTree.SubElement(svg, "title").text = "Packages of Bilateral and the imports between them"
    ElementTree.SubElement(svg, "style").text = STYLE
    tip = {
        "id": "tip",
        "viewBox": "0 0 8 8",
        "refX": "8",
        "refY": "4",
        "markerWidth": "8",
        "markerHeight": "8",
        "orient": "auto",
    }
    ElementTree.SubElement(ElementTree.SubElement(svg, "marker", tip), "polygon", points="0,0 8,4 0,8", fill="#6b7280")
    for importer, imported in sorted(imports_of_packages(), key=lambda pair: [order.index(name) for name in pair]):
        start, end, edge = middle[importer] + 6, middle[imported] - 6, LEFT + WIDTH
        bend = edge + 20 + 17 * (order.index(imported) - order.index(importer))
        ElementTree.SubElement(svg, "path", d=f"M{edge},{start} C{bend},{start} {bend},{end} {edge},{end}")
    for name, y in middle.items():
        box = {"x": str(LEFT), "y": str(y - 15), "width": str(WIDTH), "height": "30", "rx": "4"}
        ElementTree.SubElement(svg, "rect", box)
        ElementTree.SubElement(svg, "text", x=str(LEFT + WIDTH // 2), y=str(y + 5)).text = name
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def test_the_picture_shows_the_imports_between_packages() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawing(), "run: python -m tests.unit.test_architecture"


def test_no_module_imports_another_that_imports_it() -> None:
    """Only a package and its own modules may; an import for annotations counts."""
    graph = imports()
    pairs = ((name, other) for name in graph.modules for other in graph.find_modules_directly_imported_by(name))
    apart = [pair for pair in pairs if not pair[0].startswith(f"{pair[1]}.") and not pair[1].startswith(f"{pair[0]}.")]
    assert [(name, other) for name, other in apart if graph.chain_exists(other, name)] == []


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
