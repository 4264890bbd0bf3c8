"""Documents: links lead somewhere, commands, options and tests exist, every page is in the navigation."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import yaml

from orchestration.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".", "docs/**", "data/claims", "data/corrections", "deploy")
DOCUMENTS = sorted({path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*.md")})
PROMISES = ("threats.md", "reliability.md")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    (bilateral .*)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:bilateral|make) [^`<]+)`")
_ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@cache
def anchors(document: Path) -> set[str]:
    """Return the anchors that Markdown renderers derive from the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(document)), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", text_of(document))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def commands(document: Path) -> Iterator[list[str]]:
    """Yield the words of every `bilateral` and `make` command of a document, without variables and pipes."""
    text = text_of(document)
    fenced = "\n".join(_FENCE.findall(text))
    joined = re.sub(r"\"[^\"]*\"", lambda quoted: quoted[0].replace("\n", " "), fenced)
    for line in [*joined.splitlines(), *_INDENTED.findall(text), *_INLINE.findall(text)]:
        try:
            words = shlex.split(re.split(r"[|>]|&&|…|\.\.\.", line)[0], comments=True)
        except ValueError:
            continue
        while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in ("sudo", "$")):
            words.pop(0)
        if words and words[0].removeprefix(".venv/bin/") in ("bilateral", "make"):
            yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


def fault_of(words: list[str]) -> str | None:
    """Return why a `bilateral` command cannot be run, or None."""
    context, command, rest = click.Context(cli, info_name="bilateral"), cli, words
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if re.fullmatch(r"<[a-z]+>|[A-Z]+", rest[0]):  # a placeholder
            return None
        child = command.get_command(context, rest[0])
        if child is None:
            return f"no command {rest[0]!r}"
        context, command, rest = click.Context(child, parent=context, info_name=rest[0]), child, rest[1:]  # type: ignore[assignment]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help", "-h"}
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {unknown}" if unknown and command.name != "dbt" else None


@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path.name != "CHANGELOG.md"],  # which names removed commands
    ids=name_of,
)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wrong = []
    for program, *words in commands(document):
        if program == "make":
            target = next((word for word in words if re.fullmatch(r"[a-z-]+", word)), None)
            wrong += [f"make {target}"] if target and target not in targets else []
        elif fault := fault_of(words):
            wrong.append(f"bilateral {' '.join(words)}: {fault}")
    assert not wrong


def test_every_command_that_a_message_names_exists() -> None:
    prose = {"charges", "figure", "figures", "log", "services"}
    code = [path for ending in ("py", "html") for path in (ROOT / "orchestration").rglob(f"*.{ending}")]
    named = {word for path in code for word in re.findall(r"\bbilateral ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named - {*cli.list_commands(click.Context(cli)), *prose} == set()


def test_the_table_of_metrics_states_what_each_answers() -> None:
    listed = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in (ROOT / "docs" / "figures.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `\w+` \| (none: |.*\?)", line)
    ]
    stated = []
    for path in sorted((ROOT / "dbt_project" / "models" / "metrics").glob("*.yml")):
        answer = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["config"]["meta"]["answer"]
        places = (item if isinstance(item, str) else " or ".join(item) for item in answer.get("sources", ()))
        order = "; ".join(filter(None, (", ".join(answer.get("bases", ())), ", ".join(places)))) or "the newest edition"
        row = [f"none: {answer['none']}", "none"] if "none" in answer else [answer["question"], order]
        stated.append([f"`{path.stem}`", *row, "yes" if answer["additive"] else "no"])
    assert [[cell for cell in row if cell.strip("| ")] for row in listed] == [
        [cell for cell in row if cell.strip("| ")] for row in stated
    ]


@pytest.mark.parametrize("name", PROMISES)
def test_every_promise_names_a_test_that_exists(name: str) -> None:
    text = text_of(ROOT / "docs" / name)
    tables = [
        table for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE) if table.split("\n")[0].endswith("test |")
    ]
    rows = [line for table in tables for line in table.splitlines()[2:]]
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(rows) > 25
    for row in rows:
        tests = re.findall(r"`([\w/]+\.(?:py|sql))`", row.rsplit(" | ", 1)[1])
        assert tests or "dbt unit tests" in row, row
        assert all((ROOT / test).is_file() if "/" in test else test in known for test in tests), row
