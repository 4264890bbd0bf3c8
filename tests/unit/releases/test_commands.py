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
