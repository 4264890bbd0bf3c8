"""The queries of charts, tables and answers, each once for all pages that show its figures."""

from collections.abc import Iterator
from typing import NamedTuple

from orchestration.site.chapter import chapters_of
from orchestration.site.query_files import blocks_of
from orchestration.site.rendering import render
from orchestration.site.site import Site

PAGE = "queries.html"

KINDS = {"pair_chapters": "Two economies", "economy_chapters": "An economy", "region_chapters": "A region"}
"""Headings of the pages whose chapters a folder of queries makes."""


class Query(NamedTuple):
    """A query with its place on the page and the title of its result."""

    place: str
    title: str
    sql: str


def write(site: Site) -> str:
    """Write the page of queries."""
    groups = {"Questions of the front page": list(_of_questions())}
    groups |= {title: list(_of_chapters(folder)) for folder, title in KINDS.items()}
    site.write(PAGE, render("queries.html", root="..", context=site.context, groups=groups))
    return ""


def _of_questions() -> Iterator[Query]:
    for name, ((words, sql), *_) in blocks_of("questions").items():
        yield Query(f"question-{name}", words["question"], sql)


def _of_chapters(folder: str) -> Iterator[Query]:
    for chapter in chapters_of(folder).values():
        for part in chapter.parts:
            yield Query(part.query, part.title.replace("{", "$").replace("}", ""), part.sql)
