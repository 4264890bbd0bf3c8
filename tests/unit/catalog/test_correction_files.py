"""Correction files: the right ones become rows, and every wrong one is refused by file, correction, field and rule."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from orchestration.catalog.correction_files import CORRECTIONS_SCHEMA, OPEN_END, corrections_table
from orchestration.core.errors import BilateralError

FOLDER = Path(__file__).resolve().parents[3] / "data" / "corrections"

GOOD = dedent(
    """
    source: synthetic
    reason: The table of 2024 gave thousands in place of units.
    evidence:
      title: Erratum of 2024-09-01
      url: https://example.org/erratum
    corrected_on: 2024-10-01
    corrections:
      - id: slip
        table: stg_synthetic__indicators
        keys: {indicator: gdp, area: USA, item: _T, year: 2023}
        column: value
        unit: USD
        expect: 120
        value: 12.5
        first_vintage: 2024-07-01
    """
)


def write(folder: Path, text: str, name: str = "slip.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> BilateralError:
    write(folder, text)
    with pytest.raises(BilateralError) as caught:
        corrections_table(folder)
    return caught.value


def test_a_correction_becomes_a_row(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    table = corrections_table(tmp_path)
    assert table.schema == CORRECTIONS_SCHEMA
    assert table.to_pylist() == [
        {
            "correction_id": "slip",
            "source": "synthetic",
            "table_name": "stg_synthetic__indicators",
            "row_key": "area=USA|indicator=gdp|item=_T|year=2023",
            "first_vintage": date(2024, 7, 1),
            "last_vintage": OPEN_END,
            "expected_value": 120.0,
            "value": 12.5,
            "unit": "USD",
            "reason": "The table of 2024 gave thousands in place of units.",
            "evidence_title": "Erratum of 2024-09-01",
            "evidence_url": "https://example.org/erratum",
            "corrected_on": date(2024, 10, 1),
            "file": "slip.yaml",
        }
    ]


@pytest.mark.parametrize(
    ("before", "after", "field", "rule"),
    [
        ("    expect: 120\n", "", "corrections[0].expect", "Field required"),
        ("expect: 120", "expect: nan", "corrections[0].expect", "finite number"),
        ("expect: 120", "expect: 12.5", "corrections[0]", "value must differ from expect"),
        ("column: value", "column: area", "corrections[0].column", "'value'"),
        ("unit: USD", "unit: dollars", "corrections[0].unit", "match pattern"),
        ("keys: {indicator: gdp, area: USA, item: _T, year: 2023}", "keys: {}", "corrections[0].keys", "at least 1"),
        ("area: USA", "area: USA|x=1", "corrections[0].keys.area", "match pattern"),
        ("year: 2023", "year: 20.5", "corrections[0].keys.year", "valid integer"),
        ("table: stg_synthetic", "table: raw_synthetic", "corrections[0].table", "match pattern"),
        ("first_vintage: 2024-07-01", "first_vintage: 9998-12-31", "corrections[0].first_vintage", "is after today"),
        (
            "first_vintage: 2024-07-01",
            "first_vintage: 2024-07-01\n    last_vintage: 2024-06-30",
            "corrections[0]",
            "last_vintage must not be before first_vintage",
        ),
        ("source: synthetic", "source: another", "the file", "a file corrects its own source, another"),
    ],
)
def test_a_wrong_field_is_named_with_its_rule(tmp_path: Path, before: str, after: str, field: str, rule: str) -> None:
    assert before in GOOD
    error = refusal(tmp_path, GOOD.replace(before, after))
    assert error.payload == "slip.yaml"
    assert error.row == ("correction slip" if field.startswith("corrections[") else None)
    assert error.failure.startswith(f"{field}")
    assert rule in error.failure
    assert "correction.schema.json" in str(error.remedy)


def test_the_corrections_of_the_repository_can_be_read() -> None:
    assert corrections_table(FOLDER).schema == CORRECTIONS_SCHEMA
