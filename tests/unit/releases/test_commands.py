"""The ``bilateral releases`` commands as a person types them. All figures are synthetic."""

import json

import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import cli
from orchestration.reading.release import Release

pytestmark = pytest.mark.slow


def bilateral(*arguments: str) -> Result:
    group = [] if arguments[0] == "status" else ["releases"]
    return CliRunner().invoke(cli, [*group, *arguments], catch_exceptions=False)


def test_list(two: tuple[Release, Release]) -> None:
    first, second = two
    seen = json.loads(bilateral("list", "--json").stdout)
    assert [(row["id"], row["current"]) for row in seen] == [(first.id, False), (second.id, True)]
    assert (seen[1]["diff"]["added"], seen[1]["diff"]["gone"], seen[1]["diff"]["changed"]) == (2, 1, 1)
    lines = bilateral("list").stdout.splitlines()
    assert [line.split()[0] for line in lines if line.endswith("← current")] == [second.id]
    assert max(map(len, lines)) <= 80


def test_status(two: tuple[Release, Release]) -> None:
    first, second = two
    text = bilateral("status").stdout
    reason, counts = "a year was dropped by the publisher", "2 added, 1 gone, 1 changed"
    logged = f"\n2026-08-01 00:00  published {second.id}: "
    for part in (second.id, first.id, reason, counts, "1 of 1 expectations", logged):
        assert part in text
    assert f"published {first.id}" not in text
    seen = json.loads(bilateral("status", first.id, "--json").stdout)
    assert (seen["id"], seen["current"]) == (first.id, False)
    assert seen["fingerprint"] == first.fingerprint


def test_diff(two: tuple[Release, Release]) -> None:
    first, second = two
    seen = json.loads(bilateral("diff", first.id, second.id, "--json").stdout)
    assert (seen["added"], seen["gone"], seen["changed"]) == (2, 1, 1)
    assert seen["beyond"] == [
        f"{table}: 1 of 40 figures are gone, 2.5 %; the limit is 2" for table in ("synthetic_metric", "fct_synthetic")
    ]
    text = bilateral("diff", first.id).stdout
    rows = [line.split() for line in text.splitlines() if line.endswith(("exceeded", "within"))]
    assert rows[0] == ["synthetic_metric", "41", "2", "1", "1", "exceeded"]
    assert ["dim_area", "within"] in [[row[0], row[-1]] for row in rows]
    assert "m AAA W00 SH synthetic reported 1981: 1 USD → 4 USD, a factor of 4" in text
    assert text.count("beyond its limits: 1 of 40 figures are gone") == 2
    assert "synthetic m AAA W00 SH 1981 2026-07-01: 1 → 4, a factor of 4" in text
    backwards = json.loads(bilateral("diff", second.id, first.id, "--json").stdout)
    assert (backwards["added"], backwards["gone"]) == (1, 2)


def test_rollback_and_verify(two: tuple[Release, Release]) -> None:
    first, second = two
    assert bilateral("rollback", first.id).exit_code == 2, "a rollback has a reason"
    assert bilateral("rollback", first.id, "--reason", "  ").exit_code == 2
    done = bilateral("rollback", first.id, "--reason", "it was wrong")
    assert done.stdout == f"{first.id} is the current release; it was {second.id}.\n"
    files = [path for path in first.folder.rglob("*") if path.is_file()]
    assert f"{first.id} is whole: all {len(files)} files are as they were published" in bilateral("verify").stdout
    assert "it was wrong" in bilateral("status", second.id).stdout
    assert json.loads(bilateral("verify", second.id, "--json").stdout)["whole"] is True


def test_verify_of_damage_is_exit_code_1_and_names_it(two: tuple[Release, Release]) -> None:
    (two[1].folder / "croissant.json").unlink()
    done = bilateral("verify")
    assert done.exit_code == 1
    assert "croissant.json is missing" in done.stderr
    as_json = bilateral("verify", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["damage"] == ["croissant.json is missing"]


@pytest.mark.parametrize("command", [("status",), ("diff",), ("verify",), ("rollback", "--reason", "x")])
def test_unknown_ids_get_the_nearest(two: tuple[Release, Release], command: tuple[str, ...]) -> None:
    done = bilateral(command[0], two[0].id[:-1] + "z", *command[1:])
    assert done.exit_code == 1
    assert f"did you mean {two[0].id}" in done.stderr
