"""The guard report: one HTML page of a receipt, readable offline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestration.core.text import one_line
from orchestration.transform.build import Build

NAME = "guards.html"
LONGEST = 100_000
"""Characters of a value in the page."""

LONGEST_SHOWN = 160
"""Characters of a value that are shown at once; the rest folds away."""

_SHOWN_APART = ("column", "row_condition", "condition_parser")
"""Arguments of an expectation that are not listed among the others."""


def report_path(build: Build) -> Path:
    """Return the path of the report of a build, whatever its outcome."""
    return build.folder / NAME


def report_html(receipt: Mapping[str, Any], subject: str) -> str:
    """Return the whole page. ``subject`` names what was guarded, such as ``release 2026…``.

    Everything that comes from data, models or suites is escaped. The page has no script, and its policy forbids loading anything.
    """
    suites: Mapping[str, Mapping[str, Any]] = receipt["suites"]
    waiting = [name for name, suite in suites.items() if suite.get("no_data")]
    failed = [name for name, suite in suites.items() if not suite["passed"] and name not in waiting]
    with_data = len(suites) - len(waiting)
    results = [result for suite in suites.values() for result in suite["results"]]
    facts = {
        "metrics": f"{with_data - len(failed)} of {with_data} passed"
        + (f", {len(waiting)} without data yet" if waiting else ""),
        "expectations": f"{sum(bool(result['passed']) for result in results):,} of {len(results):,} passed",
        "dbt models, seeds and tests": ", ".join(f"{count:,} {status}" for status, count in receipt["dbt"].items()),
        "evaluated at": f"{str(receipt['evaluated_at'])[:16].replace('T', ' ')} UTC",
    } | ({"database sha256": receipt["database_sha256"]} if "database_sha256" in receipt else {})
    verdict = (
        f"{len(failed)} of {with_data} metrics failed"
        if failed
        else "Every metric that has data passed"
        if waiting
        else "Every metric passed"
    )
    return (
        _environment()
        .get_template("guards.html")
        .render(
            subject=subject,
            as_of=receipt.get("as_of"),
            suites=sorted(suites.items(), key=lambda item: (item[0] not in failed, item[0] in waiting, item[0])),
            failed=failed,
            waiting=waiting,
            verdict=verdict,
            facts=facts,
            left_out=_left_out(receipt),
            longest_shown=LONGEST_SHOWN,
        )
    )


def _left_out(receipt: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the guards that do not apply to a build as of an earlier day: which, of what, and why."""
    of_dbt = [(test["guard"], test["of"], test["reason"]) for test in receipt.get("not_asked", ())]
    return of_dbt + [
        (f"suite of {name}", f"{item['expectation']}: {item['fault']}", item["reason"])
        for name, suite in receipt["suites"].items()
        for item in suite.get("not_asked", ())
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("orchestration.guards"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": _plain, "words": _words, "arguments": _arguments, "observed": _observed}
    return environment


def _inert(value: Any) -> Any:
    """Return text without characters that hide or turn direction."""
    return one_line(value, LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(value: Any) -> str:
    """Return a number without a needless fraction, a day without its midnight, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return str(value).removesuffix(" 00:00:00")


def _words(kind: str) -> str:
    return kind.removeprefix("expect_").replace("_", " ")


def _arguments(kwargs: Mapping[str, Any]) -> list[str]:
    return sorted(kwargs.keys() - set(_SHOWN_APART), key=lambda name: (name == "max_value", name))


def _observed(observed: Any) -> str:
    return "" if str(observed) == "None" else str(observed).removesuffix(", such as []")
