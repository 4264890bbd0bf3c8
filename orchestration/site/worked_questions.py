"""Worked questions: one SQL file each in docs/questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.core.errors import BilateralError


@dataclass(frozen=True)
class Question:
    """One file: the first comment line is the question, the next ones are remarks on using the answer."""

    name: str
    title: str
    remarks: str
    sql: str


def worked_questions(root: Path) -> list[Question]:
    """The questions of a checkout in order of their file names, which begin with a number.

    Raises:
        BilateralError: a file does not begin with a question.
    """
    return [_read(path) for path in sorted((root / "docs" / "questions").glob("*.sql"))]


def _read(path: Path) -> Question:
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = []
    for line in lines:
        if not line.startswith("--"):
            break
        comments.append(line.removeprefix("--").strip())
    if not comments or not comments[0].endswith("?"):
        raise BilateralError(
            "the file does not begin with a question in a comment",
            payload=path.name,
            remedy="write the question into the first line: -- The question?",
        )
    return Question(
        path.stem, comments[0], " ".join(filter(None, comments[1:])), "\n".join(lines[len(comments) :]).strip()
    )
