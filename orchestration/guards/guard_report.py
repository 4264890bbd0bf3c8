"""The guard report: one HTML page made from a receipt, readable offline. It judges nothing and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape as html_escaped
from pathlib import Path
from typing import Any

from orchestration.core.text import one_line
from orchestration.transform.build import Build

NAME = "guards.html"
LONGEST_HELD = 100_000
"""Characters of a value that the page holds."""

LONGEST_SHOWN = 160
"""Characters of a value that are shown at once; the rest folds away."""

_HIDDEN = ("column", "row_condition", "condition_parser")
"""Arguments of an expectation that are not shown among the others: they have a place of their own, or say nothing to a reader."""


def escape(text: str) -> str:
    """Text that is neither HTML nor, by marks that cannot be seen, other text than it seems."""
    return html_escaped(one_line(text, LONGEST_HELD))


def report_path(build: Build) -> Path:
    """Where a build keeps its report, whatever its outcome."""
    return build.folder / NAME


def report_html(receipt: Mapping[str, Any], subject: str) -> str:
    """The whole page. ``subject`` says what was guarded, such as ``release 2026…``.

    Everything that comes from data, models or suites is escaped. The page has no script, and its policy forbids it to
    load anything.
    """
    suites: Mapping[str, Mapping[str, Any]] = receipt["suites"]
    waiting = [name for name, suite in suites.items() if suite.get("not_fed")]
    failed = [name for name, suite in suites.items() if not suite["passed"] and name not in waiting]
    fed = len(suites) - len(waiting)
    evaluated = sum(suite["evaluated"] for suite in suites.values())
    passed = sum(_passed(suite) for suite in suites.values())
    facts = {
        "metrics": f"{fed - len(failed)} of {fed} passed" + (f", {len(waiting)} not fed" if waiting else ""),
        "expectations": f"{passed:,} of {evaluated:,} passed",
        "dbt models, seeds and tests": ", ".join(f"{count:,} {status}" for status, count in receipt["dbt"].items()),
        "evaluated at": f"{str(receipt['evaluated_at'])[:16].replace('T', ' ')} UTC",
        "database sha256": receipt["database_sha256"],
    }
    verdict = (
        f"{len(failed)} of {fed} metrics failed"
        if failed
        else "Every metric that is fed passed"
        if waiting
        else "Every metric passed"
    )
    order = sorted(suites, key=lambda name: (name not in failed, name in waiting, name))
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Guards of {escape(subject)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            f"<h1>Guards of {escape(subject)}</h1>",
            f'<p class="verdict {"failed" if failed else "passed"}">{escape(verdict)}</p>',
            "<dl>"
            + "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in facts.items())
            + "</dl>",
            "<p>Each expectation stands for a fault that it would catch. Open a metric to see what was observed.</p>",
            *_not_asked(receipt),
            *(_suite(name, suites[name]) for name in order),
            "</body>\n</html>\n",
        ]
    )


def _not_asked(receipt: Mapping[str, Any]) -> Iterator[str]:
    """Of a build as of an earlier day: what could not be asked about it, and why."""
    if not receipt.get("as_of"):
        return
    left_out = [(one["guard"], one["of"], one["reason"]) for one in receipt["not_asked"]]
    left_out += [
        (f"suite of {name}", f"{one['expectation']}: {one['fault']}", one["reason"])
        for name, suite in receipt["suites"].items()
        for one in suite["not_asked"]
    ]
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in one)}</tr>" for one in left_out)
    yield (
        f"<p>This build knows as of {escape(str(receipt['as_of']))}. Guards that rest on what was published later are not "
        "asked; all others are.</p>\n"
        f'<details class="suite waiting" id="not-asked">\n<summary><span class="name">not asked</span> '
        f'<span class="counts">{len(left_out)} guards, each with its reason</span></summary>\n'
        f"<table><thead><tr><th>Guard</th><th>Of what</th><th>Why not</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n"
        "</details>"
    )


def _suite(name: str, suite: Mapping[str, Any]) -> str:
    passed = _passed(suite)
    awaited = suite.get("not_fed") or []
    state = "waiting" if awaited else "passed" if suite["passed"] else "failed"
    looked_at = f"{suite['rows']:,} rows" if suite["rows"] else "no rows, so nothing was guarded"
    counts = (
        f"{' or '.join(awaited)} would bring its figures"
        if awaited
        else f"{passed} of {suite['evaluated']} passed, {looked_at}"
    )
    results = sorted(suite["results"], key=lambda result: bool(result["passed"]))
    rows = "\n".join(_result(result) for result in results)
    table = (
        '<table class="results"><thead><tr><th>Expectation</th><th>Fault it stands for</th><th>Observed</th>'
        f"<th>Passed</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n"
    )
    return (
        f'<details class="suite {state}" id="{escape(name)}"{" open" if state == "failed" else ""}>\n'
        f'<summary><span class="name">{escape(name)}</span> <span class="counts">{escape(counts)}</span> '
        f'<span class="mark">{"not fed" if awaited else state}</span></summary>\n'
        f'<p class="hash">Suite sha256 {escape(str(suite["suite_sha256"]))}</p>\n'
        f"{table if rows else ''}</details>"
    )


def _result(result: Mapping[str, Any]) -> str:
    state = "passed" if result["passed"] else "failed"
    row = (
        f'<tr class="{state}"><td data-label="Expectation">{_expectation(result)}</td>'
        f'<td data-label="Fault it stands for">{escape(str(result["fault"]))}</td>'
        f'<td data-label="Observed">{_observed(result)}</td>'
        f'<td data-label="Passed" class="mark">{"yes" if result["passed"] else "no"}</td></tr>'
    )
    if result["failing_rows"]:
        row += f'\n<tr class="rows"><td colspan="4">{_rows(result["failing_rows"])}</td></tr>'
    return row


def _expectation(result: Mapping[str, Any]) -> str:
    kwargs: Mapping[str, Any] = result["kwargs"]
    words = str(result["expectation"]).removeprefix("expect_").replace("_", " ")
    lines = [f"<b>{escape(words)}</b>"]
    if "column" in kwargs:
        lines[0] = f"<code>{escape(str(kwargs['column']))}</code> {lines[0]}"
    shown = sorted(kwargs.keys() - set(_HIDDEN), key=lambda name: (name == "max_value", name))
    lines += [f"{escape(name.replace('_', ' '))}: {_folded(kwargs[name])}" for name in shown]
    if "row_condition" in kwargs:
        lines.append(f"where: {_folded(kwargs['row_condition'])}")
    return "<br>".join(lines)


def _observed(result: Mapping[str, Any]) -> str:
    observed = str(result["observed"])
    return _folded("" if observed == "None" else observed.removesuffix(", such as []"))


def _folded(value: Any) -> str:
    """A value as text; a long one shows its beginning and opens on demand."""
    text = ", ".join(map(_plain, value)) if isinstance(value, (list, tuple)) else _plain(value)
    if len(text) <= LONGEST_SHOWN:
        return escape(text)
    return f"<details><summary>{escape(text[: LONGEST_SHOWN // 2])}…</summary>{escape(text)}</details>"


def _plain(value: Any) -> str:
    """A number without a needless fraction, a day without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return str(value).removesuffix(" 00:00:00")


def _rows(rows: list[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "\n".join(_cells(row, names) for row in rows)
    return (
        f'<p>Failing rows, {len(rows)} shown</p><div class="scroll"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _cells(row: Mapping[str, Any], names: list[str]) -> str:
    values: Iterator[Any] = (row.get(name) for name in names)
    return "<tr>" + "".join(f"<td>{escape(_plain(value))}</td>" for value in values) + "</tr>"


def _passed(suite: Mapping[str, Any]) -> int:
    return sum(1 for result in suite["results"] if result["passed"])


_STYLE = """
:root { color-scheme: light dark; --text: #1c1f23; --quiet: #5b636d; --line: #d8dde3; --page: #ffffff; --card: #f5f7f9;
  --good: #14683a; --bad: #b3261e; --bad-card: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e7eb; --quiet: #9aa4af; --line: #3a424c; --page: #15181c;
  --card: #1e2329; --good: #6fd49a; --bad: #ff8a80; --bad-card: #3a1f1e; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
.verdict { font-size: 1.15rem; font-weight: 600; margin: 0 0 1rem; }
.passed > summary .mark, .verdict.passed, tr.passed .mark { color: var(--good); }
.failed > summary .mark, .verdict.failed, tr.failed .mark { color: var(--bad); font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: .75rem 1.5rem; margin: 0 0 1rem; }
dt, .hash, .counts { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; }
dl > div:last-child { grid-column: 1 / -1; }
.hash { margin: 0 0 .5rem; }
.suite { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 .9rem; }
.suite[open] { padding-bottom: .75rem; }
.suite > summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .15rem .9rem; align-items: baseline;
  padding: .6rem 0; }
.suite > summary .name { font-weight: 600; }
.suite > summary .mark { margin-left: auto; }
.suite > summary::before { content: "▸"; color: var(--quiet); }
.suite[open] > summary::before { content: "▾"; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--quiet); font-weight: 500; }
th, td { padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
.results { table-layout: fixed; }
.results th:nth-child(1) { width: 38%; } .results th:nth-child(2) { width: 32%; } .results th:nth-child(4) { width: 4.5rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
td details summary { cursor: pointer; }
tr.failed > td, tr.rows > td { background: var(--bad-card); }
tr.failed > td:first-child, tr.rows > td { padding-left: .6rem; }
tr.rows > td { border-top: 0; }
tr.rows p { margin: 0 0 .25rem; color: var(--quiet); }
.scroll { overflow-x: auto; }
.scroll table { width: auto; font-size: .85rem; }
.scroll th, .scroll td { white-space: nowrap; padding-left: .1rem; }
@media (max-width: 44rem) {
  .results > thead { display: none; }
  .results, .results > tbody, .results > tbody > tr, .results > tbody > tr > td { display: block; width: 100%; }
  .results > tbody > tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  .results > tbody > tr > td, .results > tbody > tr.failed > td:first-child { border: 0; padding: .15rem .4rem; }
  .results > tbody > tr.rows { border-top: 0; padding-top: 0; }
  .results > tbody > tr.failed:has(+ tr.rows) { padding-bottom: 0; }
  .results > tbody > tr > td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); font-weight: 400; }
  .suite > summary .mark { margin-left: 0; }
}
@media print { .suite { break-inside: avoid-page; } }
"""
