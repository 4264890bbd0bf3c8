"""The summary of a release: newest vintages, what is held back or lacks data, and what a publication accepted. All figures are synthetic."""

from pathlib import Path

from orchestration.cli.status import summary
from orchestration.reading.release import Release

HELD = {
    "vintage": "2026-08-01",
    "outcome": "held_back",
    "files": [],
    "reasons": [{"sentence": "too large"}, {"sentence": "x"}],
}
CONTENT = {
    "id": "r2",
    "published_at": "2026-08-01T00:00:00+00:00",
    "sources": {
        "office": {"vintages": ["2025-07-01", "2026-07-01"], "held": [HELD | {"open": True}, HELD | {"open": False}]},
        "silent": {"vintages": []},
    },
    "metrics": {"ip_receipts": {"passed": 8, "evaluated": 9}},
    "tables": {"ip_receipts": 1200, "fct_correction": 3},
    "no_data": {"fresh": ["one", "two"]},
    "diff": {"added": 2, "gone": 0, "changed": 1000, "before": "r1"},
    "accepted": {"reason": "announced", "instead_of": ["a limit", "another"]},
}
LINES = """
Release r2, published 2026-08-01T00:00:00Z

Sources   1 of 2 have data, with newest vintage: office 2026-07-01
Held back office, vintage 2026-08-01: too large; and 1 more reason; see
          bilateral vintages list office 2026-08-01
Metrics   1 with 1,200 latest figures; 8 of 9 expectations passed
No data   fresh, expected from one or two
Corrected official errors, rows of fct_correction: 3
Differs   2 added, 0 gone, 1,000 changed, from r1
Accepted  announced; instead of: a limit; another

"""


def test_every_fact_of_a_release_has_a_line() -> None:
    text = summary(Release(Path("r2"), CONTENT))
    assert text.startswith(LINES)
    assert 'query "select' in text
    bare = {name: CONTENT[name] for name in ("id", "published_at", "metrics")}
    text = summary(Release(Path("r2"), bare | {"sources": {}, "tables": {"ip_receipts": 1}}))
    assert [line[:10].strip() for line in text.splitlines()[3:6]] == ["Sources", "Metrics", ""]
