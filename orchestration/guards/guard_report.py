"""The guard report: one HTML page of a receipt, readable offline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestration.core.text import one_line

if TYPE_CHECKING:
    from orchestration.transform.build import Build

NAME = "guards.html"
LONGEST = 2_000
"""Longest value on the page, in characters."""


def report_path(build: Build) -> Path:
    """Return the path of the report of a build, whatever its outcome."""
    return build.folder / NAME


def report_html(receipt: Mapping[str, Any], subject: str, pages: str = "") -> str:
    """Return the whole page. ``subject`` names what was guarded, such as ``release 2026…``; ``pages`` is the folder of
    its pages.

    Everything that comes from data, models or suites is escaped. The page has no script, and its policy forbids loading
    anything.
    """
    suites: Mapping[str, Mapping[str, Any]] = receipt["suites"]
    states = {
        name: "no data yet" if suite.get("no_data") else "passed" if suite["passed"] else "failed"
        for name, suite in suites.items()
    }
    order = sorted(suites, key=lambda name: (["failed", "passed", "no data yet"].index(states[name]), name))
    template = _environment().get_template(NAME)
    return template.render(subject=subject, pages=pages, receipt=receipt, states=states, order=order)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("orchestration.guards"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = _plain
    return environment


def _inert(value: Any) -> Any:
    """Return text without characters that hide or turn direction."""
    return one_line(value, LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(value: Any) -> str:
    """Return a number without a needless fraction, a day without its midnight, a list with commas."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return "" if value is None else str(value).removesuffix(" 00:00:00")
