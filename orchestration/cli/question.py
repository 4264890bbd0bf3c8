"""How ``bilateral show`` and ``bilateral explain`` name the figures that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.releases.figure_lookup import Question

_NAMES = ("measure", "clock", "authority", "basis", "source", "vintage", "base_year")

only = click.option(
    "--only",
    "choices",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Choose where a metric has several; repeatable. NAME is {', '.join(_NAMES[:-1])} or {_NAMES[-1]}.",
)


def question_of(
    metric: str, area: str, between: Sequence[str], choices: Sequence[str], year: int | None = None
) -> Question:
    """Return the question for a metric and an area; ``between`` may have a counterpart and an item.

    Raises:
        click.BadParameter: a choice does not have the form NAME=VALUE, or its name is unknown.
    """
    from orchestration.releases.figure_lookup import Question

    chosen: dict[str, str] = {}
    for choice in choices:
        name, _, value = choice.partition("=")
        name = name.strip().replace("-", "_")
        if name not in _NAMES or not value or (name == "base_year" and not value.isdecimal()):
            rule = f"{choice!r} is not NAME=VALUE, with a name such as source=wto; names: {', '.join(_NAMES)}"
            raise click.BadParameter(rule, param_hint="--only")
        chosen[name] = value.strip()
    base_year = chosen.pop("base_year", None)
    return Question(metric, area, tuple(between), year, **chosen, base_year=int(base_year) if base_year else None)
