"""HTML from templates: escaping, content security policy, and the files that all pages share."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from orchestration.core.text import escape_text
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.site import formatting
from orchestration.site.answers import Cell
from orchestration.site.metric_figures import FEWEST
from orchestration.site.pairs import Economy
from orchestration.site.release_context import ReleaseContext
from orchestration.site.sections import HeldFigure, Link, Listed
from orchestration.site.sql_parts import authority_name

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' blob: data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""The content security policy of a page: files of its own folder, pictures that it draws itself, and nothing else."""

NAVIGATION = (
    ("Pairs", "pairs/index.html"),
    ("Economies", "economies/index.html"),
    ("Metrics", "metrics/index.html"),
    ("Sources", "sources.html"),
    ("Methods", "methods.html"),
    ("Query", "query.html"),
)
"""Words and path within ``site/`` of the pages that every page links to."""

LONGEST_TEXT = 20_000
"""Characters of one text after which a page cuts it."""


@cache
def environment() -> Environment:
    """Return the templates. Every text is escaped, and so are characters that hide, change direction or imitate."""
    made = Environment(
        loader=PackageLoader("orchestration.site"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_escape_value,
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
    made.tests["cell"] = lambda value: isinstance(value, Cell)
    made.tests["link"] = lambda value: isinstance(value, Link)
    made.filters["in_text"] = lambda name: Economy("", name).in_text
    made.filters["authority"] = authority_name
    made.filters["flowing"] = lambda words: Markup(" ".join(words.split()))  # noqa: S704 - escaped before
    made.globals.update(
        as_script=formatting.as_script,
        brief=formatting.brief,
        exact=formatting.exact,
        multiple=formatting.multiple,
        readable=formatting.readable,
        navigation=NAVIGATION,
        verdict_words=VERDICT_WORDS,
        FEWEST=FEWEST,
        LEAST_BASE=formatting.LEAST_BASE,
    )
    return made


def render(template: str, root: str, policy: Mapping[str, str] | None = None, **content: Any) -> str:
    """Return a whole page that loads ``style.css`` and ``page.js`` of the site's folder.

    ``root`` is the relative path from the page's folder to the release's folder; ``policy`` replaces directives of
    ``POLICY``.
    """
    directives = "; ".join(f"{name} {value}" for name, value in {**POLICY, **(policy or {})}.items())
    page = environment().get_template(template)
    return page.render(policy=directives, root=root, site=f"{root}/site", **content)


def listing_page(
    context: ReleaseContext,
    title: str,
    lead: str,
    listings: Sequence[Listed],
    root: str = "../..",
    after: Sequence[str] = (),
) -> str:
    """Return a page of tables that sort and filter; paragraphs of HTML follow them."""
    return render("listing.html", root, context=context, title=title, lead=lead, listings=listings, after=after)


def shared_files() -> dict[str, str]:
    """Return the files that all pages load, by name: every file of ``static``."""
    folder = files("orchestration.site") / "static"
    return {
        path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir(), key=lambda path: path.name)
    }


def _escape_value(value: Any) -> Any:
    return escape_text(value, LONGEST_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value
