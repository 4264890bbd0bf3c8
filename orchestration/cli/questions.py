"""The worked questions of docs/questions: listing them, asking one, and the page with all answers. Their words and SQL are the files'."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from orchestration.cli.query import ask
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release, require_current


@dataclass(frozen=True)
class Question:
    """One file: its first comment line is the question, the following ones say what to know before using the answer."""

    name: str
    title: str
    remarks: str
    sql: str


def worked_questions(settings: Settings) -> list[Question]:
    """The questions in the order of their file names, which begin with a number.

    Raises:
        BilateralError: a file does not begin with a comment.
    """
    return [_read(path) for path in sorted((settings.root / "docs" / "questions").glob("*.sql"))]


def find_question(settings: Settings, wanted: str) -> Question:
    """The question with a number or a name.

    Raises:
        BilateralError: there is none; the message names the nearest.
    """
    questions = worked_questions(settings)
    for question in questions:
        number, _, name = question.name.partition("_")
        if wanted in (question.name, name, number, number.lstrip("0")):
            return question
    names = [question.name.partition("_")[2] for question in questions]
    nearest = difflib.get_close_matches(wanted, names, n=1, cutoff=0.3)
    raise BilateralError(
        f"a worked question is named by its number or name; there is no {wanted!r}",
        remedy=f"{f'did you mean {nearest[0]}? ' if nearest else ''}see all: bilateral questions",
    )


def answers_page(release: Release, questions: Iterable[Question]) -> str:
    """The Markdown page of all questions with their SQL and their answers from a release."""
    lines = [
        "# Worked questions",
        "",
        "Each is a file of SQL beside this page. `bilateral questions` lists them, `bilateral questions 3` asks one, and",
        "`bilateral query --file` runs a copy that you changed. The answers below are those of the embedded bundle; this page is",
        "written by `bilateral questions --markdown` and checked by the tests.",
    ]
    for question in questions:
        frame = ask(release, question.sql)
        lines += [
            "",
            f"## {question.title}",
            "",
            question.remarks,
            "",
            f"[{question.name}.sql]({question.name}.sql)",
            "",
        ]
        lines += _markdown(frame)
    return "\n".join(lines) + "\n"


def questions_json(settings: Settings, wanted: str | None) -> str:
    """All questions as a JSON array, or the wanted one as an object with the rows of its ``answer`` from the current release.

    Raises:
        BilateralError: there is no such question, or no release.
    """
    if wanted is None:
        told: object = [asdict(question) for question in worked_questions(settings)]
    else:
        question = find_question(settings, wanted)
        answer = ask(require_current(settings), question.sql)
        told = {**asdict(question), "answer": json.loads(answer.to_json(orient="records", date_format="iso"))}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _read(path: Path) -> Question:
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = []
    for line in lines:
        if not line.startswith("--"):
            break
        comments.append(line.removeprefix("--").strip())
    if not comments or not comments[0].endswith("?"):
        raise BilateralError(
            "a worked question begins with a comment that asks it",
            payload=path.name,
            remedy="begin the file with: -- The question?",
        )
    return Question(
        path.stem, comments[0], " ".join(filter(None, comments[1:])), "\n".join(lines[len(comments) :]).strip()
    )


def _markdown(frame: pd.DataFrame) -> list[str]:
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    head = [str(name).replace("_", " ") for name in frame.columns]
    aligned = ["---:" if pd.api.types.is_numeric_dtype(kind) else "---" for kind in frame.dtypes]
    return ["| " + " | ".join(cells) + " |" for cells in (head, aligned, *rows)]


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return (
            f"{value:,.0f}"
            if value.is_integer() and abs(value) >= 1000
            else f"{value:g}"
            if abs(value) < 1e6
            else f"{value:,.0f}"
        )
    return str(value).replace("|", "\\|")
