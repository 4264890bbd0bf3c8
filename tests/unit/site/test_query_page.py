"""The query page offers the project's own questions and the tables of the release, and has no text as markup."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest

from orchestration.core.errors import BilateralError
from orchestration.site.pages.query import Question, query_page, worked_questions
from tests.unit.site.test_front_page import context

TABLES = [
    {"name": "dim_area", "rows": 1, "description": "", "schema": {"fields": []}},
    {
        "name": "ip_receipts",
        "rows": 1234,
        "description": "What is <earned>.",
        "schema": {"fields": [{"name": "area", "type": "string", "description": "ISO </script> code."}]},
    },
]
QUESTIONS = [
    Question("01_one", "Who?", "A remark.", "select 1 from ip_receipts"),
    Question("02_two", "And who else?", "", "select 1 from not_there_all"),
]


def given(page: str) -> dict[str, object]:
    script = re.search(r'id="query-given">(.*?)</script>', page)
    assert script
    content: dict[str, object] = json.loads(script[1])
    return content


def test_tables_have_rows_types_and_descriptions() -> None:
    page = query_page(replace(context(None), metrics={"ip_receipts": {}}), TABLES, QUESTIONS)
    assert "1,234 rows" in page
    assert "What is &lt;earned&gt;." in page
    assert "ISO &lt;/script&gt; code." in page
    assert given(page)["tables"] == ["ip_receipts", "dim_area"], "metrics first"


def test_a_question_about_a_metric_without_data_is_not_offered() -> None:
    without = replace(context(None), without_data={"not_there": ["uspto"]})
    page = query_page(without, TABLES, QUESTIONS)
    assert [question["name"] for question in given(page)["questions"]] == ["01_one"]  # type: ignore[attr-defined]
    assert "And who else?" not in page


def test_the_policy_allows_its_own_origin_and_the_one_map_of_imports() -> None:
    page = query_page(context(None), TABLES, QUESTIONS)
    imports = re.search(r'<script type="importmap">(.*?)</script>', page)
    assert imports
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    directives = policy[1].replace("&#39;", "'").split("; ")
    digest = base64.b64encode(hashlib.sha256(imports[1].encode()).digest()).decode()
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}'" in directives
    assert "connect-src 'self' blob:" in directives
    assert "default-src 'none'" in directives
    assert "unsafe-inline" not in policy[1]
    assert "'unsafe-eval'" not in policy[1]


def test_a_file_that_begins_with_no_question_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("root")
    (root / "docs" / "questions").mkdir(parents=True)
    (root / "docs" / "questions" / "01_x.sql").write_text("select 1\n")
    with pytest.raises(BilateralError, match="does not begin with a question"):
        worked_questions(root)
