"""Front matter of the pages: a wrong key or value is named with its file."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, FileSystemLoader

from orchestration.core.errors import BilateralError
from orchestration.site.chapter import Chapter, chapters_of
from orchestration.site.lead import leads_of
from orchestration.site.pages.front import declared_questions
from orchestration.site.query_files import _environment, blocks_of

HEAD = "---\ntitle: A title\nlead: >-\n  A lead of\n  two lines\nevents: [SH, S]\n---\n"
LINES = "---\nkind: lines\ntitle: A chart\nid: a\nuntil: true\n---\nselect {{ literal('1') }}\n"


def chapter(monkeypatch: pytest.MonkeyPatch, text: str, folder: str = "pair_chapters") -> dict[str, Chapter]:
    monkeypatch.setattr(_environment(), "loader", DictLoader({f"{folder}/10_new.sql": text}))
    blocks_of.cache_clear()
    try:
        return chapters_of(folder)
    finally:
        blocks_of.cache_clear()


def test_a_contributor_adds_chapters_and_a_question_as_they_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """tests/journeys/test_contributor.py publishes them, which takes half an hour."""
    added = Path(__file__).parents[2] / "journeys/addition/source/orchestration/site/queries"
    monkeypatch.setattr(_environment(), "loader", FileSystemLoader(added))
    blocks_of.cache_clear()
    try:
        (question,), pairs, economies = (
            declared_questions(),
            chapters_of("pair_chapters"),
            chapters_of("economy_chapters"),
        )
    finally:
        blocks_of.cache_clear()
    (lines,), (table,) = pairs["trademarks"].parts, economies["trademarks"].parts
    assert (lines.kind, lines.directed, table.kind, table.partners) == ("lines", True, "table", True)
    assert {lines.concept, table.concept, question.concept} == {"trademark applications"}


def test_front_matter_declares_a_chapter_and_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    new = chapter(monkeypatch, HEAD + "\n" + LINES)["new"]
    assert (new.lead, new.events, new.is_screen) == ("A lead of two lines", ("SH", "S"), False)
    (part,) = new.parts
    assert (part.kind, part.until, part.directed, part.sql) == ("lines", True, False, "select '1'")
    assert part.query == "pair-new-a"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\ntitle: A title\n---\n", "pair_chapters/new: lead: "),
        (HEAD.replace("events", "event"), "pair_chapters/new: event: Unexpected keyword"),
        (HEAD + LINES.replace("until", "untl"), "pair_chapters/new: untl: Unexpected keyword"),
        (HEAD + LINES.replace("lines\n", "pie\n"), "pair_chapters/new: kind: .*seen 'pie'"),
        (HEAD + LINES.replace("id: a\n", ""), "pair_chapters/new: each part needs an id"),
        (HEAD + LINES + LINES, "pair_chapters/new: each part needs an id of its own"),
        (
            HEAD + LINES.replace("id: a", "id: a\nid: b"),
            r"key 'id' repeated in line 4\npayload: pair_chapters/10_new.sql",
        ),
        (HEAD + LINES.replace("A chart", "A: chart"), r"not plain YAML: [^\n]*\npayload: pair_chapters/10_new.sql"),
    ],
)
def test_an_invalid_chapter_file_is_named(monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    with pytest.raises(BilateralError, match=words):
        chapter(monkeypatch, text)


def test_leads_and_questions_name_a_wrong_key(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"pair_leads/a.sql": "---\nconcpt: b\n---\nselect 1", "questions/b.sql": "---\nfirst: true\n---\nselect 1"}
    monkeypatch.setattr(_environment(), "loader", DictLoader(files))
    blocks_of.cache_clear()
    with pytest.raises(BilateralError, match=r"pair_leads/a: .*concpt: Unexpected keyword"):
        leads_of("pair_leads")
    with pytest.raises(BilateralError, match=r"questions/b: .*first: Unexpected keyword"):
        declared_questions()
    blocks_of.cache_clear()
