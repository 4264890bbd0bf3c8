"""What deploy/ says is what the code reads and the command line knows, and its secrets stay out of git and of the image."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return content


def test_every_setting_of_the_example_is_read_by_somebody() -> None:
    example = (DEPLOY / "bilateral.env.example").read_text()
    names = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    code = "\n".join(path.read_text() for path in (ROOT / "orchestration").rglob("*.py"))
    unread = {name for name in names if f'"{name}"' not in code}
    assert "BILATERAL_FEED" in names
    assert unread == {"POSTGRES_PASSWORD"}
    assert "${POSTGRES_PASSWORD:?" in (DEPLOY / "compose.yaml").read_text()


def test_the_file_of_secrets_enters_neither_git_nor_the_image() -> None:
    secrets = f"deploy/{compose()['services']['bilateral']['env_file']}"
    for name in (".gitignore", ".dockerignore"):
        assert secrets in (ROOT / name).read_text().splitlines(), name


def test_no_setting_of_the_file_is_overruled() -> None:
    """What the compose file sets itself wins over the file, so that it may set nothing that a person sets there."""
    example = (DEPLOY / "bilateral.env.example").read_text()
    assert [name for name in compose()["services"]["bilateral"]["environment"] if f"{name}=" in example] == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("bilateral.service", r"ExecStart=\S+/bilateral (\w+)"),
        ("bilateral-health.service", r"ExecStart=\S+/bilateral (\w+)"),
        ("Dockerfile", r'^CMD \["bilateral", "(\w+)"'),
        ("Dockerfile", r'HEALTHCHECK .* CMD \["bilateral", "(\w+)"'),
    ],
)
def test_what_is_started_is_a_command(name: str, pattern: str) -> None:
    (command,) = re.findall(pattern, (DEPLOY / name).read_text(), re.MULTILINE)
    assert command in cli.commands
