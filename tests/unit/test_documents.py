"""Links and commands in the documents: every link leads somewhere, every command and option exists, every page is in the navigation."""

from __future__ import annotations

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
FOLDERS = ("data/claims", "data/corrections", "deploy")
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md")),
    ]
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    (bilateral .*)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:bilateral|make) [^`<]+)`")
_ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


@cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@cache
def anchors(document: Path) -> set[str]:
    """The anchors of a page's headings, as Markdown renderers derive them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(document)), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", one) for one in headings)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
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
    """The words of every `bilateral` and `make` command in a document, without variables before and pipes behind."""
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


def resolved(words: list[str]) -> str | None:
    """Why a `bilateral` command cannot be run as it is written; None where it can."""
    context, command, rest = click.Context(cli, info_name="bilateral"), cli, words
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if re.fullmatch(r"<[a-z]+>|[A-Z]+", rest[0]):  # a placeholder
            return None
        found = command.get_command(context, rest[0])
        if found is None:
            return f"no command {rest[0]!r}"
        context, command, rest = click.Context(found, parent=context, info_name=rest[0]), found, rest[1:]  # type: ignore[assignment]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help", "-h"}
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {unknown}" if unknown and command.name != "dbt" else None


@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path.name != "CHANGELOG.md"],  # which names removed commands
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wrong = []
    for program, *words in commands(document):
        if program == "make":
            asked = [word for word in words if re.fullmatch(r"[a-z-]+", word)]
            wrong += [f"make {word}" for word in asked[:1] if word not in targets]
        elif why := resolved(words):
            wrong.append(f"bilateral {' '.join(words)}: {why}")
    assert not wrong


def test_commands_are_found_at_all() -> None:
    found = [words for document in DOCUMENTS for words in commands(document)]
    assert len(found) > 60
    assert resolved(["refresh", "--no-such-option"]) == "no option ['--no-such-option']"
    assert resolved(["refersh"]) == "no command 'refersh'"


def test_every_page_is_in_the_navigation() -> None:
    def pages(node: object) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        elif isinstance(node, (list, dict)):
            for one in node.values() if isinstance(node, dict) else node:
                yield from pages(one)

    listed = set(pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]))
    assert listed == {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}


def test_the_two_pictures_of_the_pipeline_show_the_same_layers() -> None:
    diagram = re.search(r"```mermaid\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL)
    assert diagram is not None
    picture = (ROOT / "docs" / "images" / "pipeline.svg").read_text()
    layers = re.findall(r'class="name"[^>]*>([a-z]+)<', picture)
    assert layers == [
        "publisher",
        "landing",
        "raw",
        "staging",
        "intermediate",
        "marts",
        "metrics",
        "release",
        "readers",
    ]
    assert all(re.search(rf"\b{layer}\b", diagram[1]) for layer in layers)
