"""HTML from templates: escaping, content security policy, and the files that all pages share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import vl_convert
from duckdb import DuckDBPyConnection
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from orchestration.core.text import shown
from orchestration.site import charts, formatting
from orchestration.site.chapter import Chapter
from orchestration.site.lead import Lead, sentences_of
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext
from orchestration.site.sections import HeldFigure, Link, bodies_of

CHARTS = "charts.js"
"""Vega, Vega-Lite and Vega-Embed with the function that draws a chart: loaded by every page that has charts."""

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' blob: data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""The content security policy of a page: files of its own folder, pictures that it draws itself, and nothing else."""

LONGEST_TEXT = 20_000
"""Characters of one text after which a page cuts it."""


@cache
def environment() -> Environment:
    """The templates. Every text is escaped; characters that hide, change direction or imitate other letters are written as escapes."""
    made = Environment(
        loader=PackageLoader("orchestration.site"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # it would look at the files of templates thousands of times
    )
    made.filters["plain"] = formatting.plain
    made.filters["metric_title"] = formatting.metric_title
    # Jinja's own test of numbers asks an abstract class, which is slow for every cell
    made.tests["number"] = lambda value: isinstance(value, int | float | Decimal)
    made.tests["figure"] = lambda value: isinstance(value, HeldFigure)
    made.tests["link"] = lambda value: isinstance(value, Link)
    made.globals["as_script"] = charts.as_script
    return made


def render(template: str, root: str, policy: Mapping[str, str] | None = None, **content: Any) -> str:
    """A whole page that loads ``style.css`` and ``page.js`` of the site's folder.

    ``root`` is the relative path from the page's folder to the release's folder; ``policy`` replaces directives of ``POLICY``.
    """
    directives = "; ".join(f"{name} {value}" for name, value in {**POLICY, **(policy or {})}.items())
    page = environment().get_template(template)
    return page.render(policy=directives, root=root, site=f"{root}/site", **content)


class BodyPage(NamedTuple):
    """A page about one economy or two: its HTML and its figures as CSV."""

    html: str
    csv: str


def body_pages(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    template: str,
    subjects: Mapping[tuple[Economy, ...], Mapping[str, Any]],
    chapters: Mapping[str, Chapter],
    leads: Iterable[Lead],
    pairs: Collection[str] = (),
) -> Iterator[BodyPage]:
    """Yield the pages about several subjects, in the same order; every query runs once for all of them.

    Args:
        subjects: the economies of each page, with what else its template shows.
        pairs: stems of the pairs that have a page; partners are linked to them.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    bodies = bodies_of(connection, context, list(subjects), chapters, pairs)
    sentences = sentences_of(connection, context, list(subjects), leads)
    for content, body, said in zip(subjects.values(), bodies, sentences, strict=True):
        yield BodyPage(render(template, "../..", context=context, body=body, sentences=said, **content), body.csv)


def shared_files() -> dict[str, str]:
    """The files that all pages load, by name: every file of ``static``; of the charts' script, with Vega."""
    names = sorted(path.name for path in (files("orchestration.site") / "static").iterdir())
    return {name: charts_script() if name == CHARTS else static_file(name) for name in names}


def charts_script() -> str:
    """The content of ``charts.js``."""
    return str(vl_convert.javascript_bundle(static_file(CHARTS)))


def static_file(name: str) -> str:
    """The text of a file of ``static``."""
    return (files("orchestration.site") / "static" / name).read_text(encoding="utf-8")


def _inert(value: Any) -> Any:
    return shown(value, LONGEST_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value
