"""The project speaks plain English: private words stay out of names, docstrings, comments, errors, pages and documents."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "house, houses": "project, repository",
    "room, rooms": "layer, package; space (of a disk)",
    "street, streets": "pipeline",
    "door, doors": "interface",
    "affair, affairs": "handled by",
    "told, tell, tells, telling": "reported, states, records, distinguishes, notifies",
    "go on with, goes on with, gone on with": "resume, continue",
    "landed, lands": "stored",
    "sourcebook": "source status",
    "the dead": "crashed process",
    "a person has seen": "reviewed",
    "half files": "partial files",
    "anew": "again, regenerated",
    "fed, feeding, unfed, not_fed, fed_by": "has data, has no data yet, supplied by",
    "as it came, as they came, as it comes": "unmodified",
    "marriage": "union",
    "nobody watches": "unattended",
    "without a word": "silently",
    "put right": "corrected",
    "nought": "zero",
}
"""Words that the field does not use, and what to write instead; see the glossary for terms."""

PATTERN = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(re.escape(word) for words in WORDS for word in words.split(', '))})(?![A-Za-z])",
    re.IGNORECASE,
)
LEAVES_OUT = re.compile(
    r"\b(nothing|nobody|no one|elsewhere|not known here|not decided here|no \w+ here)\b", re.IGNORECASE
)
"""The first line of a module states what it does, not what it leaves to others."""

LONGEST_FIRST_LINE = 140
SUFFIXES = {
    "",
    ".cff",
    ".css",
    ".example",
    ".html",
    ".js",
    ".json",
    ".md",
    ".py",
    ".service",
    ".sql",
    ".timer",
    ".toml",
    ".yaml",
    ".yml",
}
NOT_OURS = ("data/bundle/", "dbt_project/seeds/", "docs/images/", "LICENSE")
"""Publishers' words, and names of people, places, packages and laws."""


EARLIER_EDITIONS = "orchestration/releases/release_store.py"
"""Reads releases of earlier editions, whose keys are private words."""


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        path = ROOT / name
        if (
            path.is_file()
            and path.suffix in SUFFIXES
            and not name.startswith((*NOT_OURS, EARLIER_EDITIONS))
            and path != Path(__file__)
        ):
            yield name, path.read_text(encoding="utf-8")


def private_words(text: str) -> list[str]:
    """Each line with a private word, and what to write instead."""
    better = {word: instead for words, instead in WORDS.items() for word in words.split(", ")}
    return [
        f"{number}: {found[0]!r} (better: {better[found[0].lower()]}): {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for found in PATTERN.finditer(line)
    ]


def bad_first_line(text: str) -> str | None:
    """The first line of a module where it is too long, or states what the module does not do."""
    first = text.split("\n", 1)[0]
    return first if len(first) > LONGEST_FIRST_LINE or LEAVES_OUT.search(first) else None


def test_no_private_words() -> None:
    found = [f"{name}:{one}" for name, text in texts() for one in private_words(text)]
    assert not found, f"{len(found)} private words:\n" + "\n".join(found[:60])


def test_modules_begin_with_what_they_do() -> None:
    modules = ((name, text) for name, text in texts() if name.startswith("orchestration/") and name.endswith(".py"))
    found = [f"{name}: {first}" for name, text in modules if (first := bad_first_line(text))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text", ["Whoever calls it is TOLD.", "the_house = 1", "# not fed yet", "the dead process", "goes on with it"]
)
def test_a_private_word_is_found(text: str) -> None:
    assert private_words(text)


@pytest.mark.parametrize("text", ["A warehouse and its standard.", "Retelling", "outstanding", "def feed(): ..."])
def test_parts_of_words_are_not_private(text: str) -> None:
    assert private_words(text) == []


def test_a_first_line_that_leaves_out_is_found() -> None:
    assert bad_first_line('"""Paths and switches. Nothing is read here."""\n')
    assert bad_first_line('"""Paths and switches of the project."""\n') is None
