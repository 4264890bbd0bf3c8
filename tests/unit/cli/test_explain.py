"""The printed explanation of a figure: inputs below it with their places, revisions, and payloads once each. All figures are synthetic."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestration.cli import explain as module
from orchestration.cli.main import cli

CODE = "c" * module.LONGEST_CODE
ORIGIN = {
    "source": "office",
    "resource": "all",
    "file_name": "all.csv",
    "sha256": "ab",
    "fetched_at": "2026-07-01T10:00:00+00:00",
    "url": "https://example.org/all-the-figures-of-the-year.csv",
    "citation": "Office",
    "compiler": {"name": "A compiler"},
}
ROW = {"metric_id": "ip_receipts", "area": "USA", "code": CODE, "prose": f"{CODE}c", "year": 2016, "obs_status": "E"}
CONTENT = {
    "release": "r1",
    "figure": {"metric_id": "ip_receipts", "measure": "receipts", "area": "USA", "value": 1234.5, "base_year": None}
    | {"vintage": "v2", "year": 2016, "obs_status": "A"},
    "names": {"area": "United States"},
    "metric": {"description": "Receipts.", "formula": "A sum", "caveats": ["Mind it."]},
    "formula": "sold -\n lent",
    "guards": {"evaluated": 9, "rows": 1200},
    "inputs": [
        {
            "role": "sold",
            "value": 2000000.0,
            "table": "t",
            "row": {"area": "USA"},
            "inputs": [
                {
                    "role": "published",
                    "value": None,
                    "table": "f",
                    "row": ROW,
                    "payload": {
                        "pointer": "line 1",
                        "origin": ORIGIN,
                        "content": {"k": [1, "é"], "none": None},
                        "member": "m.csv",
                    },
                }
            ],
        },
        {
            "role": "lent",
            "value": "x",
            "table": "f",
            "row": {},
            "payload": {"pointer": "line 2", "origin": ORIGIN, "content": "a cell", "member": None},
        },
    ],
    "revisions": [
        {"vintage": "v1", "value": None, "obs_status": "Q", "change_percent": None},
        {"vintage": "v2", "value": 1234.5, "obs_status": "A", "change_percent": -1.5},
    ],
    "notes": [],
    "policy_events": [],
}


def printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **changes: Any) -> list[str]:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(module, "require_current", lambda _: None)
    monkeypatch.setattr(module, "explained", lambda *_: CONTENT | changes)
    done = CliRunner().invoke(cli, ["explain", "ip_receipts", "USA", "2016"])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_inputs_are_indented_below_what_they_enter_each_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = printed(monkeypatch, tmp_path)
    assert lines[lines.index("Inputs") + 1 : lines.index("Payloads") - 1] == [
        "  sold - lent = 1,234.5",
        "  sold = 2,000,000",
        "    t: USA",
        "    published = none",
        f"      f: USA, {CODE}, year 2016, status E",
        "      at line 1 of office/all/all.csv",
        "        | hash: verified",
        "        | in: m.csv",
        '        | k: [1, "é"]',
        "  lent = x",
        "    f:",
        "    at line 2 of office/all/all.csv",
        "      | hash: verified",
        "      | a cell",
    ]
    assert "Inputs" not in printed(monkeypatch, tmp_path, formula=None, inputs=[])
    assert "  sold = 1,234.5" not in printed(monkeypatch, tmp_path, formula="sold"), "the only input is the figure"
