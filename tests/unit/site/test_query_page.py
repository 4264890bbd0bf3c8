"""The query page offers the project's own questions and the tables of the release, and has no text as markup."""

import base64
import hashlib
import re

from orchestration.site.pages.query import WorkedQuestion, query_page
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
    WorkedQuestion("01_one", "Who?", "A remark.", "select 1 from ip_receipts"),
    WorkedQuestion("02_two", "And who else?", "", "select 1 from not_there_all"),
]


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
