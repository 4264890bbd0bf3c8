"""Look up and answer worked questions."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict

from orchestration.cli.query import ask
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.releases.release_store import require_current
from orchestration.site.worked_questions import Question, worked_questions


def find_question(settings: Settings, wanted: str) -> Question:
    """The question with this number or name.

    Raises:
        BilateralError: there is none; the message suggests the nearest.
    """
    questions = worked_questions(settings.root)
    for question in questions:
        number, _, name = question.name.partition("_")
        if wanted in (question.name, name, number, number.lstrip("0")):
            return question
    names = [question.name.partition("_")[2] for question in questions]
    nearest = difflib.get_close_matches(wanted, names, n=1, cutoff=0.3)
    raise BilateralError(
        f"no worked question has the number or name {wanted!r}",
        remedy=f"{f'did you mean {nearest[0]}? ' if nearest else ''}list all: bilateral questions",
    )


def questions_json(settings: Settings, wanted: str | None) -> str:
    """All questions as a JSON array, or one as an object with the rows of its ``answer`` from the current release.

    Raises:
        BilateralError: there is no such question, or no release.
    """
    if wanted is None:
        content: object = [asdict(question) for question in worked_questions(settings.root)]
    else:
        question = find_question(settings, wanted)
        answer = ask(require_current(settings), question.sql)
        content = {**asdict(question), "answer": json.loads(answer.to_json(orient="records", date_format="iso"))}
    return json.dumps(content, ensure_ascii=False, indent=1)
