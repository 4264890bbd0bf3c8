"""HTML from templates: escaping, the page's policy, style and scripts. What stands on a page is decided by its callers."""

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

LONGEST_HELD = 20_000
"""Characters of one text that a page holds."""


@cache
def environment() -> Environment:
    """The templates. Every text is escaped, and written out where it would hide, turn direction or look like another."""
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
    """A whole page. Style and the small script stand inside it, under a policy that names their hashes and forbids all else.

    The policy allows one thing beside them, a script of the site's own folder, for the charts.
    """
    style, script = asset("style.css"), asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src 'self' '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    inside = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - our own files
    return environment().get_template(template).render(**inside, policy=policy, **content)


def charts_script() -> str:
    """The content of ``charts.js``."""
    return str(vl_convert.javascript_bundle(asset("charts.js")))


def asset(name: str) -> str:
    """A file of ``assets``."""
    return (files("orchestration.site") / "assets" / name).read_text(encoding="utf-8")


def _inert(value: Any) -> Any:
    return shown(value, LONGEST_HELD) if isinstance(value, str) and not isinstance(value, Markup) else value


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
