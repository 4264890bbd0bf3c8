"""Every command that prints facts prints them as JSON too."""

from collections.abc import Iterator

import click

from orchestration.cli.main import cli

WITHOUT = {
    *("guards run", "mcp", "query", "refresh", "serve", "site"),
    *(f"dev {name}" for name in ("lock", "parse", "review-coverage", "snapshot")),
    *("releases prune", "releases rollback", "vintages admit", "vintages reject"),
}
"""Commands without the option: they act or serve; query has --format json, and status --json describes what refresh published."""


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.commands:
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        elif command:
            yield f"{before}{name}", command


def test_every_command_with_facts_prints_json() -> None:
    leaves = dict(commands(cli))
    assert len(leaves) <= 30
    assert sum(isinstance(each, click.Option) for command in (cli, *leaves.values()) for each in command.params) <= 60
    without = {
        name for name, command in commands(cli) if not any("--json" in parameter.opts for parameter in command.params)
    }
    assert without == WITHOUT
