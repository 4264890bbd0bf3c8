"""One table of rules: every finding names one, the documents have it, and every limit in it is used."""

import re
from pathlib import Path

from bench.admission_tables import DOCUMENT, written
from orchestration.admission.parameters import PARAMETERS, RULES

CODE = Path(__file__).resolve().parents[3] / "orchestration" / "admission"


def test_the_document_has_the_tables_that_the_code_reads() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert written(text) == text, "run: python bench/admission_tables.py"


def test_every_limit_of_the_table_is_used_and_every_edit_is_a_rule() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    names = {limit.partition("=")[0] for rule in RULES.values() for limit in rule.limits.split()}
    assert {name for name in names if not re.search(rf"(settings|parameters|PARAMETERS)\.{name}\b", code)} == set()
    assert names <= vars(PARAMETERS).keys()
    edits = re.findall(r"^(?:EDIT|REPEATS|EXCHANGED|AGGREGATES|FAILED)\b.* = (.+)$", code, re.MULTILINE)
    assert {name.strip('" ') for line in edits for name in line.split(",")} <= RULES.keys()
