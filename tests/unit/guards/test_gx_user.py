"""The example of docs/guards.md validates a metric with Great Expectations alone, in fewer than ten lines."""

import re
from pathlib import Path

import pytest

from tests.unit.guards.synthetic_frames import receipts

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guards.md"


@pytest.mark.parametrize("unit", ["USD", None])
def test_the_example_validates_a_metric(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str | None) -> None:
    (example,) = [
        code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "Checkpoint" in code
    ]
    assert len([line for line in example.splitlines() if line and not line.startswith("import")]) < 10
    receipts().assign(unit=unit).to_parquet(tmp_path / "metric.parquet")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, str(PAGE), "exec"), names)  # noqa: S102 (the example is the project's own)
    assert names["result"].success is (unit is not None)  # type: ignore[attr-defined]
