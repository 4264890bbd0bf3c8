"""Each package stays within its budget of lines, and the code keeps to 120 columns."""

import tomllib
from pathlib import Path

import pytest

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
