"""Plain English: private words stay out of names, docstrings, comments, errors, pages and documents."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

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
SUFFIX = re.compile(r"(\.(cff|css|example|html|js|json|md|py|service|sql|timer|toml|ya?ml))?")
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
            and SUFFIX.fullmatch(path.suffix)
            and not name.startswith((*NOT_OURS, EARLIER_EDITIONS))
            and path != Path(__file__)
        ):
            yield name, path.read_text(encoding="utf-8")


def private_words(text: str) -> list[str]:
    """Each line with a private word, and what to write instead."""
    better = {word: instead for words, instead in WORDS.items() for word in words.split(", ")}
    return [
        f"{number}: {match[0]!r} (better: {better[match[0].lower()]}): {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for match in PATTERN.finditer(line)
    ]


def test_no_private_words() -> None:
    lines = [f"{name}:{line}" for name, text in texts() for line in private_words(text)]
    assert not lines, f"{len(lines)} private words:\n" + "\n".join(lines[:60])
