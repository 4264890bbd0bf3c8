"""Attacks on the log of releases and on what readers trust because of it. All figures are synthetic."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import cli
from orchestration.core.append_log import append
from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.core.files import read_json, replace_symlink, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.reading.read_only import CONTENTS
from orchestration.reading.release import Release
from orchestration.reading.release_log import (
    BEGUN,
    CHAIN,
    HEAD,
    LOG,
    PUBLISHED,
    SIGNATURE,
    chained,
    entries,
    read_chain,
)
from orchestration.reading.release_store import CURRENT, all_releases, current_release, require_current
from orchestration.releases import log_writer
from orchestration.releases import publish as publishing
from orchestration.releases.log_writer import record
from orchestration.releases.upkeep import begin_publishing, damage_of, recover
from tests.unit.synthetic_project import Project

pytestmark = pytest.mark.slow


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["releases", "verify", *arguments])


def log_of(settings: Settings) -> Path:
    return settings.releases / LOG


def rewritten(settings: Settings, change: Callable[[list[str]], list[str]]) -> None:
    """Put other lines into the log, and leave its head as it is."""
    lines = log_of(settings).read_text().splitlines(keepends=True)
    log_of(settings).write_text("".join(change(lines)))


def chained_again(settings: Settings, keep: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    """What somebody does who knows how the chain is made: new lines, each with its right hash, and a head to match."""
    lines = [json.loads(line) for line in log_of(settings).read_text().splitlines()]
    chain, text = "", ""
    for line in keep(lines):
        content = {key: value for key, value in line.items() if key not in (CHAIN, SIGNATURE)}
        chain = chained(chain, content)
        text += json.dumps({**content, CHAIN: chain}, ensure_ascii=False) + "\n"
    log_of(settings).write_text(text)
    write_json(settings.releases / HEAD, {"lines": len(text.splitlines()), "chain": chain})


def forged(settings: Settings, folder: Path, **changes: object) -> Path:
    """Copy the current release with another figure into a whole folder that nobody published."""
    shutil.copytree(require_current(settings).folder, folder)
    path = folder / "parquet" / "dim_area.parquet"
    path.chmod(0o644)
    path.write_bytes(b"forged")
    content = dict(read_json(folder / CONTENTS)) | {"id": folder.name} | changes
    content["files"]["parquet/dim_area.parquet"] = sha256_of(path)
    (folder / CONTENTS).chmod(0o644)
    write_json(folder / CONTENTS, content)
    return folder


def test_the_log_is_chained_and_verifies(three: Project) -> None:
    settings = three.settings
    chain = read_chain(settings)
    assert list(chain.faults()) == []
    assert [entry.event for entry in entries(settings)] == [BEGUN, PUBLISHED] * 3
    done = verify()
    assert done.exit_code == 0, done.output
    assert chain.end in done.output, "who keeps the end elsewhere notices every cut"
    place = json.loads(verify("--json").stdout)["log"]
    assert place == {"lines": 6, "chain": chain.end, "signed": False}


ADDED = '{"time": "2026-07-02", "event": "published", "release": "x", "reason": "r"}\n'
ATTACKS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "emptied": (lambda lines: [], "the log was cut: log.head knows 6 lines, 0 are there"),
    "cut by a line": (lambda lines: lines[:-1], "the log was cut: log.head knows 6 lines, 5 are there"),
    "altered": (
        lambda lines: [*lines[:2], lines[2].replace("every", "no"), *lines[3:]],
        "line 3 of the log was altered",
    ),
    "a line taken out": (
        lambda lines: [*lines[:3], *lines[4:], lines[-1]],
        "line 4 of the log was altered, or lines before it were added or taken out",
    ),
    "a line added": (lambda lines: [*lines, ADDED], "line 7 of the log has no hash"),
}


@pytest.mark.parametrize(("attack", "words"), ATTACKS.values(), ids=ATTACKS)
def test_a_tampered_log_is_refused(three: Project, attack: Callable[[list[str]], list[str]], words: str) -> None:
    settings, first = three.settings, all_releases(three.settings)[0]
    rewritten(settings, attack)
    before = log_of(settings).read_bytes()
    for wanted in (first.id, all_releases(settings)[-1].id):
        done = verify(wanted)
        assert done.exit_code == 1
        assert words in done.output
    with pytest.raises(ReleaseError, match="the log of releases is not as it was written"):
        record(settings, "published", "x", "a reason")
    with pytest.raises(ReleaseError):
        three.release("d", accept="a reason")
    assert log_of(settings).read_bytes() == before
    assert [path.name for path in settings.releases.glob(".*")] == [], "nothing half-published is left"


@pytest.mark.parametrize("target", ["a forged release", "absolute", "climbing", "by a second link", "itself"])
def test_a_current_link_to_an_unlogged_folder_is_ignored(three: Project, tmp_path: Path, target: str) -> None:
    settings, current = three.settings, require_current(three.settings)
    inside = forged(settings, settings.releases / "20990101T000000Z-99999999", previous=current.id)
    outside = forged(settings, tmp_path / current.id)
    (settings.releases / "aside").symlink_to(outside)
    climbing = os.path.relpath(outside, settings.releases)
    targets = {"absolute": str(outside), "climbing": climbing, "by a second link": "aside", "itself": CURRENT}
    replace_symlink(settings.releases / CURRENT, targets.get(target, inside.name))
    assert require_current(settings) == current
    for command in (["releases", "verify"], ["releases", "verify", current.id]):
        done = CliRunner().invoke(cli, command)
        assert (done.exit_code, f"and the log names {current.id}" in done.output) == (1, True), done.output
    before = log_of(settings).read_bytes()
    (report,) = recover(settings)
    assert report.startswith(f"made {current.id} the current release, as the log says")
    assert (log_of(settings).read_bytes(), require_current(settings)) == (before, current)
    assert verify().exit_code == 0


def test_recovery_finishes_only_what_it_began(three: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publication is killed before its folder appears; somebody puts another folder there."""
    settings, current = three.settings, require_current(three.settings)

    def begin_and_end(settings: Settings, release: Release) -> None:
        begin_publishing(settings, release)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "begin_publishing", begin_and_end)
        with pytest.raises(ZeroDivisionError):
            three.release("d")
    begun = entries(settings)[-1]
    assert begun.event == BEGUN
    folder = forged(settings, settings.releases / begun.release, previous=current.id)
    named = Release(folder, {**read_json(folder / CONTENTS), "id": current.id})
    assert f"{CONTENTS} is of {current.id}, and its folder is called {folder.name}" in damage_of(settings, named)
    assert recover(settings) == []
    assert require_current(settings) == current
    assert f"{LOG} has no entry that it was published" in damage_of(
        settings, Release(folder, read_json(folder / CONTENTS))
    )


# signatures


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private and a public key, as docs/releases.md says to make them."""
    private, public = tmp_path / "log.key", tmp_path / "log.pub"
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    subprocess.run([openssl, "genpkey", "-algorithm", "ed25519", "-out", str(private)], check=True)
    subprocess.run([openssl, "pkey", "-in", str(private), "-pubout", "-out", str(public)], check=True)
    return private, public


@pytest.fixture
def signed(three: Project, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project after a further release, from which on the log is signed."""
    monkeypatch.setenv(log_writer.KEY, str(keys[0]))
    three.release("d")
    return three


def test_signatures_verify_by_their_key_only(signed: Project, keys: tuple[Path, Path], tmp_path: Path) -> None:
    done = verify("--key", str(keys[1]))
    assert done.exit_code == 0, done.output
    assert "signed by this key" in done.output
    assert json.loads(verify("--key", str(keys[1]), "--json").stdout)["log"]["signed"] is True
    done = verify(all_releases(signed.settings)[0].id, "--key", str(keys[1]))
    assert done.exit_code == 1, "nobody with the key published it"
    assert "line 2 of the log, which published it, is from before the log was signed" in done.output
    private, second = tmp_path / "other.key", tmp_path / "other.pub"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(private)], check=True)
    subprocess.run(["openssl", "pkey", "-in", str(private), "-pubout", "-out", str(second)], check=True)
    assert json.loads(verify("--key", str(second), "--json").stdout)["log"]["signed"] is False
    done = verify("--key", str(second))
    assert done.exit_code == 1
    assert "the signature of line 7 of the log is not of this key" in done.output


def test_a_rechained_log_fails_without_the_key(signed: Project, keys: tuple[Path, Path]) -> None:
    settings = signed.settings

    def other_reason(lines: list[dict[str, object]]) -> list[dict[str, object]]:
        return [{**line, "reason": "another reason"} for line in lines]

    chained_again(settings, other_reason)
    for release in all_releases(settings):  # the releases forget after which line they were made
        (release.folder / CONTENTS).chmod(0o644)
        write_json(release.folder / CONTENTS, {key: value for key, value in release.content.items() if key != "log"})
    assert not [words for words in damage_of(settings, require_current(settings)) if "log" in words]
    done = verify("--key", str(keys[1]))
    assert done.exit_code == 1
    assert "no line of the log is signed" in done.output


def test_a_signed_log_is_not_written_on_without_its_key(signed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(log_writer.KEY)
    with pytest.raises(ReleaseError, match="the environment has no key"):
        record(signed.settings, "pruned", "x", "a reason")
    assert require_current(signed.settings), "readers need no key"


def test_the_key_is_never_written(three: Project, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    pem = keys[0].read_text()
    secret = pem.splitlines()[1]
    monkeypatch.setenv(log_writer.KEY, pem)
    three.release("d")
    written = [path.read_bytes() for path in three.settings.data.rglob("*") if path.is_file()]
    assert written
    assert not [content for content in written if secret.encode() in content]
    monkeypatch.setenv(log_writer.KEY, secret)  # a key that was pasted without its frame
    with pytest.raises(ReleaseError) as refused:
        record(three.settings, "pruned", "x", "a reason")
    assert secret not in str(refused.value)
    done = verify("--key", str(three.settings.releases / HEAD))
    assert (done.exit_code, "has no public Ed25519 key" in done.output) == (1, True)


# formats of the future


def test_a_log_and_a_release_of_a_later_format_are_refused_in_words(three: Project) -> None:
    settings, release = three.settings, require_current(three.settings)
    (release.folder / CONTENTS).chmod(0o644)
    write_json(release.folder / CONTENTS, {**release.content, "format": 9, "readable_by": "0.9.0"})
    with pytest.raises(
        BilateralError, match=r"release .* has format 9, which Bilateral 0\.9\.0 reads; this is Bilateral 0\."
    ):
        current_release(settings)
    line = {"format": 9, "readable_by": "0.9.0", "sealed_again": True}
    append(log_of(settings), {**line, CHAIN: chained(read_chain(settings).end, line)})
    with pytest.raises(BilateralError, match=r"the log of releases has format 9, which Bilateral 0\.9\.0 reads"):
        entries(settings)
    done = verify(release.id)
    assert (done.exit_code, "install Bilateral 0.9.0" in done.output) == (1, True)


def test_a_cut_with_a_head_to_match_is_noticed_by_what_was_published_later(three: Project) -> None:
    settings, releases = three.settings, all_releases(three.settings)
    chained_again(settings, lambda lines: lines[:2])
    assert list(read_chain(settings).faults()) == [], "the log by itself looks right"
    head = settings.releases / HEAD
    kept = head.read_bytes()
    head.unlink()
    assert "log.head, which names the last line of the log, is missing" in verify().output
    head.write_bytes(kept)
    assert f"line 4 of the log is not the one after which {releases[2].id} was made" in verify(releases[0].id).output
    assert f"{LOG} has no entry that it was published" in verify(releases[2].id).output


def test_unsigned_lines_are_refused(signed: Project, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    settings = signed.settings
    chain = read_chain(settings)
    line = {"time": "2026-11-26", "event": "published", "release": "20990101T000000Z-9", "reason": "forged"}
    append(log_of(settings), {**line, CHAIN: chained(chain.end, line)})
    done = verify("--key", str(keys[1]))
    assert done.exit_code == 1
    assert "line 9 of the log is not signed, and lines before it are" in done.output
    with pytest.raises(ReleaseError, match="line 9 of the log is not signed"):
        record(settings, "pruned", "x", "a reason")
