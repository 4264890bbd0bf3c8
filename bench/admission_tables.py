"""The tables of docs/methods/admission.md, from what admission reads: its rules, and the limits of revisions.

    python bench/admission_tables.py

writes them between their marks; a test compares.
"""

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from orchestration.admission.edits.revisions import AGES, EVERY_MEASURE, TRIANGLES
from orchestration.admission.parameters import RULES

DOCUMENT = Path(__file__).parents[1] / "docs" / "methods" / "admission.md"


def rules() -> Iterator[str]:
    """Yield the lines of the table of rules."""
    yield "| rule | level | compares | limits | evidence | consequence |"
    yield "|---|---|---|---|---|---|"
    for rule in RULES.values():
        limits = ", ".join(limit.replace("=", " ").replace("|", "/").replace("_", " ") for limit in rule.limits.split())
        yield f"| {rule.id} | {rule.level} | {rule.compares} | {limits} | {rule.evidence} | {rule.consequence} |"


def revisions() -> Iterator[str]:
    """Yield the lines of the table of revisions, in percent; ages are years before the newest year."""
    yield "| measure | size | age | figures | changed | mean | mean absolute | standard deviation | remark from | held from |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    ends = {first: str(first) if after == first + 1 else f"{first} to {after - 1}" for first, after in pairwise(AGES)}
    with TRIANGLES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["measure"] in (EVERY_MEASURE, "ip_receipts", "ip_payments", "gdp") and row["size"] in (
                "leader",
                "visible",
                "ratio",
            ):
                numbers = (
                    f"{float(row[name]) * 100:.2f}" for name in ("mean", "mean_absolute", "sd", "remark", "hold")
                )
                age = ends.get(int(row["age"]), f"{AGES[-1]} and more")
                yield f"| {row['measure']} | {row['size']} | {age} | {row['figures']} | {float(row['changed']):.0%} | {' | '.join(numbers)} |"


def written(text: str) -> str:
    """Return the document with both tables."""
    for name, lines in (("rules", rules()), ("revisions", revisions())):
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        text = before + mark + "".join(f"{line}\n" for line in lines) + end + after
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
