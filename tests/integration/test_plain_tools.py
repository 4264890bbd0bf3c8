"""Plain ``dg`` and the notebook open project and release without variables of the wrapper."""

import runpy
import shutil
import subprocess

import pytest

from orchestration.core.settings import Settings, program
from tests.integration.conftest import REPOSITORY, TIME_LIMIT, PublishedCopy, plain_environment


def test_dg_loads_the_code_location(published_copy: PublishedCopy) -> None:
    """In the shared tree, whose parse is lent to the default data folder."""
    root, kept = published_copy.root, plain_environment()
    shutil.copytree(published_copy.settings.parsed, Settings(root=root, data=root / "data").parsed)
    checked = subprocess.run(
        [program("dg"), "check", "defs"],
        cwd=root,
        env=kept | {"PYTHONPATH": str(root), "HOME": str(root.parent), "PATH": f"{program('')}:{kept['PATH']}"},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


NOTEBOOK = REPOSITORY / "docs" / "notebooks" / "first_pair.py"


def test_the_notebook_runs_from_a_release_alone(published_copy: PublishedCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(published_copy.data))
    app = runpy.run_path(str(NOTEBOOK))["app"]
    outputs, names = app.run()
    assert sum(output is not None for output in outputs) == 9
    charges = names["charges"]
    shown = charges[
        (charges["economy"] == "China") & (charges["year"] == 2020) & (charges["metric_id"] == "ip_receipts")
    ]
    known = published_copy.query("select value / 1e9 as it from ip_receipts where area = 'CHN' and year = 2020")
    assert [{"it": value} for value in shown["billion_usd"]] == known
    assert len(names["events"]) > 0
    for frame, question in (("both_ways", "03_charges_both_ways"), ("applications", "14_when_china_overtook")):
        asked = (REPOSITORY / f"docs/questions/{question}.sql").read_text(encoding="utf-8")
        answer = [row for row in published_copy.query(asked) if None not in row.values()]
        assert names[frame].reset_index()[[*answer[0]]].to_dict("records") == answer
