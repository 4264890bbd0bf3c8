"""Files of chapters: one that declares what a chapter does not have is named."""

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.site import chapter

HEAD = ({"title": "A title", "lead": "A lead"}, "")
LINES = ({"lines": "A chart", "id": "a"}, "select 1")


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([({"title": "A title"}, "")], "'lead'"),
        ([HEAD, ({"pie": "A chart", "id": "a"}, "select 1")], "'pie'"),
        ([HEAD, ({"lines": "A chart"}, "select 1")], "the part 'A chart' lacks -- Id:"),
        ([HEAD, LINES, LINES], "two parts have the same Id"),
    ],
)
def test_a_file_that_is_no_chapter_is_named(monkeypatch: pytest.MonkeyPatch, blocks: list[object], words: str) -> None:
    monkeypatch.setattr(chapter, "blocks_of", lambda _: {"10_new": blocks})
    with pytest.raises(ReleaseError, match=f"pair_chapters/10_new is no chapter: .*{words}"):
        chapter.chapters_of("pair_chapters")
