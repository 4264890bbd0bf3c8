"""HTML from templates: escaping, content security policy, style and scripts."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from orchestration.core.text import shown
from orchestration.site import charts, formatting

CHARTS = "charts.js"
"""The one script that all pages with charts load: Vega, Vega-Lite and Vega-Embed with the lines that draw a page's charts."""

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
    )
    made.filters["plain"] = formatting.plain
    made.globals["as_script"] = charts.as_script
    return made


def render(template: str, **content: Any) -> str:
    """A whole page with its style and small script inline.

    The content security policy allows these two by their hashes and scripts of the site's own folder (for the charts), and
    forbids everything else.
    """
    style, script = static_file("style.css"), static_file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src 'self' '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    inside = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - files of this package
    return environment().get_template(template).render(**inside, policy=policy, **content)


def charts_script() -> str:
    """The content of ``charts.js``."""
    return str(vl_convert.javascript_bundle(static_file("charts.js")))


def static_file(name: str) -> str:
    """The text of a file of ``static``."""
    return (files("orchestration.site") / "static" / name).read_text(encoding="utf-8")


def _inert(value: Any) -> Any:
    return shown(value, LONGEST_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
