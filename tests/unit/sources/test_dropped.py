"""Every source with a drop folder refuses by name any file that is not its publisher's, and quotes nothing of it."""

import io
import os
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Unpack

import pytest

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Card, Feed, RequestOptions, Resource, Source
from orchestration.core.errors import BilateralError, FeedError, NothingDroppedError
from orchestration.ingestion.drop_folder import dropped_answers, strays
from orchestration.ingestion.fetching import live_resources
from orchestration.sources import load_sources
from tests.unit.sources.fakes import land
from tests.unit.sources.fuzzing import cases_of

SECRET = "Zm9yYmlkZGVuLXdvcmRz"  # synthetic
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET},{SECRET}\n{SECRET}\n-----END OPENSSH PRIVATE KEY-----\n"


class NoNetwork:
    """The drop folder alone; a request ends the fetch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.asked_for_files = False

    def get(self, card: Card, resource: Resource, url: str, **options: Unpack[RequestOptions]) -> Answer:
        raise FeedError("no network in this test")

    def files(self, card: Card, resource: Resource) -> Iterator[Answer]:
        self.asked_for_files = True
        yield from dropped_answers(self._folder, card, resource)


def fetched(source: Source, folder: Path, resource: Resource | None = None) -> list[Answer]:
    feed: Feed = NoNetwork(folder)
    return list(source.fetch(resource or source.RESOURCES[0], feed))


def asking(source: Source) -> list[Resource]:
    """The resources of a source that are requested in the drop folder."""
    resources = []
    for resource in live_resources(source):
        feed = NoNetwork(Path("/nonexistent"))
        with suppress(BilateralError):
            list(source.fetch(resource, feed))
        if feed.asked_for_files:
            resources.append(resource)
    return resources


SOURCES = [name for name, source in load_sources().items() if asking(source)]


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Fail where the block waits: a pipe that nobody writes into blocks its reader for ever."""

    def ring(*_: Any) -> None:
        raise TimeoutError("something was opened and waited for")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def refusals(name: str, drop: Path) -> list[BilateralError]:
    """What fetching and reading each resource of a source from the folder is refused with; nothing may pass."""
    source = load_sources()[name]
    refusals: list[BilateralError] = []
    landing = drop.parent / "landing"
    landing.mkdir(exist_ok=True)
    for resource in asking(source):
        with pytest.raises(BilateralError) as caught, alarm(20):
            read(source, drop, resource, landing)
        refusals.append(caught.value)
    return refusals


def read(source: Source, drop: Path, resource: Resource, landing: Path) -> None:
    """Fetch and read all there is of a resource."""
    for payload in land(landing, fetched(source, drop, resource)):
        for parsed in source.parse(payload):
            list(parsed.batches)


def test_a_misspelt_folder_and_a_misplaced_file_are_named_and_stop_nothing(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    for folder in ("safe", "wipox", "zzz"):
        (drop / folder).mkdir(parents=True)
    (drop / ".DS_Store").write_bytes(b"left by a desktop")
    (drop / "workbook.xlsx").write_bytes(b"lost")
    (drop / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"lost")
    assert list(strays(drop, SOURCES)) == [
        "'caf\\\\xe9.csv' in the drop folder is not read; put it into the folder of its source",
        "the folder 'wipox' in the drop folder is of no source and is not read; did you mean wipo?",
        "'workbook.xlsx' in the drop folder is not read; put it into the folder of its source",
        f"the folder 'zzz' in the drop folder is of no source and is not read; the sources are {', '.join(sorted(SOURCES))}",
    ]
    assert all(isinstance(error, NothingDroppedError) for error in refusals("safe", drop))


def test_dropped_files_are_recognised_by_content(tmp_path: Path) -> None:
    assert set(SOURCES) >= {"ncses", "publications", "safe", "uspto", "wipo", "wto"}
    for name in set(SOURCES) - {"uspto"}:
        (tmp_path / name).mkdir()
        source, dropped = load_sources()[name], {resource.key for resource in asking(load_sources()[name])}
        cases = [case for case in cases_of(name) if case.origin.resource in dropped]
        files = [(case.origin.resource, body) for case in cases for body in (case.body, *case.same)]
        for number, (_, body) in enumerate(files):
            (tmp_path / name / f"国际收支 ({number:02}).bin").write_bytes(body)
        (tmp_path / name / "Thumbs.db").write_bytes(b"left by a desktop")
        for resource in asking(source):
            expected = [body for key, body in files if key == resource.key]
            if expected:
                assert [answer.read() for answer in fetched(source, tmp_path, resource)] == expected
            else:
                with pytest.raises(NothingDroppedError, match="put the file into the drop folder"):
                    fetched(source, tmp_path, resource)


FILES = ("figures.csv", "g_patent_2026-01-15.tsv.zip")


NOT_FILES: dict[str, Callable[[Path], object]] = {
    "a link to a file": lambda path: path.symlink_to(path.parents[2] / "id_ed25519"),
    "a folder": Path.mkdir,
    "a named pipe": os.mkfifo,
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("kind", NOT_FILES)
def test_anything_but_a_regular_file_is_refused_by_name_and_never_opened(name: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "id_ed25519").write_text(KEY, encoding="utf-8")
    for file in FILES:
        path = tmp_path / "drop" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        NOT_FILES[kind](path)
        for error in refusals(name, tmp_path / "drop"):
            assert not isinstance(error, NothingDroppedError)
            assert f"{file!r} in the drop folder cannot be read: it" in error.failure
            assert error.payload == f"{name}/{file}"
            assert SECRET not in str(error)
        path.rename(tmp_path / file)


@pytest.mark.parametrize("name", SOURCES)
def test_the_folder_of_a_source_must_be_a_folder(name: str, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / name).write_text(KEY, encoding="utf-8")
    assert all("it is not a folder" in error.failure for error in refusals(name, drop))
    (drop / name).unlink()
    (drop / name).symlink_to(tmp_path)
    assert all("it is not a folder" in error.failure for error in refusals(name, drop))


def as_zip(member: str, text: str = KEY) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(member, text)
    return body.getvalue()


FOREIGN = {
    "a private key": KEY.encode(),
    "a table of another": f"name,password\n{SECRET},{SECRET}\n".encode(),
    "an archive with a table of another": as_zip("data.csv", f"{SECRET},{SECRET}\n"),
    "an archive whose member has the name": as_zip("g_patent.tsv", f"{SECRET}\t{SECRET}\n"),
    "a damaged archive": as_zip("data.csv")[:-30] + SECRET.encode(),
    "nothing": b"",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_files_are_refused_and_not_quoted(name: str, content: bytes, tmp_path: Path) -> None:
    for file in FILES:
        path = tmp_path / "drop" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        for error in refusals(name, tmp_path / "drop"):
            assert f"{file!r} in the drop folder is not a file of" in error.failure
            assert "it must have" in error.failure
            assert error.row, "the place where the layout was expected"
            assert SECRET not in str(error)
            assert "BEGIN" not in str(error)
        path.unlink()
