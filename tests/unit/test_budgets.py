"""Each package stays within its budget of lines, and the code keeps to 120 columns."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BUDGETS: dict[str, int] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["bilateral"][
    "lines"
]
TOLERANCE = 1.1


def lines_of(package: str) -> int:
    """Return the number of lines of Python below a folder."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", BUDGETS)
def test_a_package_stays_within_its_budget(package: str) -> None:
    assert 0 < lines_of(package) <= BUDGETS[package] * TOLERANCE, (
        f"{package} has more lines than pyproject.toml allows: delete what no user would miss, or argue for a larger budget"
    )


def test_every_package_has_a_budget() -> None:
    packages = {f"orchestration/{path.parent.name}" for path in (ROOT / "orchestration").glob("*/__init__.py")}
    assert packages | {"expectations", "bench", "deploy", "tests"} == set(BUDGETS)


def test_scripts_styles_and_templates_of_the_site_stay_within_2600_lines() -> None:
    files = (path for folder in ("static", "templates") for path in (ROOT / "orchestration/site" / folder).iterdir())
    assert 0 < sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 2600


def test_yaml_of_the_dbt_project_is_in_block_style_within_120_columns() -> None:
    paths = sorted((ROOT / "dbt_project").rglob("*.yml"))
    wrong = []
    for path in paths:
        text, rows = path.read_text(encoding="utf-8"), set[int]()
        lines = text.splitlines()
        events: Any = yaml.parse(text, Loader=yaml.CSafeLoader)
        for event in events:
            number = event.start_mark.line
            if getattr(event, "style", None) == "|":  # rows as CSV
                rows.update(range(number, event.end_mark.line))
            elif isinstance(event, yaml.MappingStartEvent) and event.flow_style and "- {" not in lines[number]:
                wrong.append(f"{path}:{number + 1} is a flow mapping")
        long = (number for number, line in enumerate(lines) if len(line) > 120 and number not in rows)
        wrong += [f"{path}:{number + 1} is longer than 120 columns" for number in long]
    assert paths
    assert not wrong
