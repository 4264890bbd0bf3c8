"""Changes of the dbt project: the catalogue of semantic ones, and random ones of its SQL."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

CATALOGUE = Path(__file__).with_name("semantic_changes.yml")

OPERATORS = (
    (r"\bleft join\b", "inner join"),
    (r"\bmax\(", "min("),
    (r"\bmin\(", "max("),
    (r"\bsum\(", "max("),
    (r" desc nulls last", " nulls last"),
    (r"\bcount\(distinct ", "count("),
    (r"partition by [a-z_.]+, ", "partition by "),
    (r" and (?=[a-z_.]+ )", " or "),
    (r" <= ", " < "),
    (r" >= ", " > "),
    (r" > ", " >= "),
    (r" < ", " <= "),
    (r" <> ", " = "),
    (r" \+ ", " - "),
    (r" / ", " * "),
    (r"\* 100\b", "* 10"),
    (r"is not null", "is null"),
    (r"'X'", "'M'"),
    (r"'A'", "'E'"),
)
"""Random changes of SQL: a regular expression and what replaces one match of it."""


@dataclass(frozen=True)
class Change:
    """Texts of one file of ``dbt_project`` to replace, each once, and what would then be wrong."""

    file: str
    texts: tuple[tuple[str, str], ...]
    wrong: str

    @property
    def name(self) -> str:
        return f"{self.file}: {self.wrong}"

    def apply(self, project: Path) -> None:
        """Edit the file.

        Raises:
            ValueError: the file does not contain a text; the catalogue is out of date.
        """
        path = project / self.file
        content = path.read_text(encoding="utf-8")
        for before, after in self.texts:
            if before not in content:
                raise ValueError(f"{self.file} does not contain {before!r}")
            content = content.replace(before, after, 1)
        path.write_text(content, encoding="utf-8")


def catalogue() -> list[Change]:
    """Return the semantic changes of ``semantic_changes.yml``."""
    return [
        Change(
            entry["file"],
            tuple((entry[f"before{n}"], entry[f"after{n}"]) for n in ("", "_2") if f"before{n}" in entry),
            entry["wrong"],
        )
        for entry in yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    ]


def random_changes(project: Path, count: int, chance: random.Random) -> list[Change]:
    """Return random changes of the SQL of models."""
    places = [place for path in sorted(project.glob("models/**/*.sql")) for place in _places(project, path)]
    return chance.sample(places, min(count, len(places)))


def _places(project: Path, path: Path) -> Iterator[Change]:
    content = path.read_text(encoding="utf-8")
    for pattern, replacement in OPERATORS:
        for match in re.finditer(pattern, content):
            line = content.count("\n", 0, match.start()) + 1
            if content.splitlines()[line - 1].lstrip().startswith(("--", "{")):
                continue
            changed = content[: match.start()] + replacement + content[match.end() :]
            wrong = f"line {line}, {match[0].strip()!r} became {replacement.strip()!r}"
            yield Change(str(path.relative_to(project)), ((content, changed),), wrong)


def rounds(changes: list[Change]) -> list[list[Change]]:
    """Divide changes into rounds with one change a file: a unit test reads one model, so that they do not meet.

    A change of a macro or a seed has a round of its own.
    """
    divided: list[list[Change]] = []
    waiting = [change for change in changes if change.file.startswith("models/")]
    while waiting:
        files: set[str] = set()
        chosen = [change for change in waiting if not (change.file in files or files.add(change.file))]  # type: ignore[func-returns-value]
        divided.append(chosen)
        waiting = [change for change in waiting if change not in chosen]
    return divided + [[change] for change in changes if not change.file.startswith("models/")]
