"""A copy of a release for any static host: pages, tables, database, and the query engine."""

import glob
import shutil
from collections.abc import Iterable
from pathlib import Path

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path, read_json, remove_leftovers, write_json, write_text
from orchestration.core.output_files import require_outside_data
from orchestration.reading.read_only import CONTENTS
from orchestration.reading.release import Release
from orchestration.site.hosting import CARDS, HOST_FILES, Host, host_of, preview_card
from orchestration.site.pages.changes import CHANGELOG
from orchestration.site.query_engine import MOUNT, engine_folder

MARK = "bilateral-pages.json"
"""The file by which a copy is known, with the id of its release."""

_START = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bilateral</title>
<meta http-equiv="refresh" content="0; url=site/index.html"></head>
<body><p><a href="site/index.html">The pages of the release</a></p></body></html>
"""


def copy_site(release: Release, target: Path, base: str | None = None) -> int:
    """Write a copy of a release to a folder and return its size in bytes; an earlier copy is exchanged by one rename.

    ``base`` is the address at which the copy will be served; the heads of its pages, sitemap and feed need it.

    Raises:
        BilateralError: the folder has other content, or is in the data folder; or the address is none.
    """
    host = host_of(release, base) if base else None
    require_outside_data(target)
    target = target.resolve()
    _require_replaceable(target)
    remove_leftovers(target.parent, f".{glob.escape(target.name)}.*")
    with atomic_path(target) as part:
        part.mkdir()
        _copy(release.folder, part, (CONTENTS, *release.content["files"]))
        if engine_folder().is_dir():
            _copy(engine_folder(), part / MOUNT, (file.name for file in engine_folder().iterdir()))
        for name, content in {"index.html": _START, **HOST_FILES}.items():
            write_text(part / name, content)
        if host:
            _add_address(part, host)
        missing = part / "site/404.html"
        if missing.is_file():  # a host shows it at any address, so that its links name the whole path
            start = f"{base.rstrip('/')}/" if base else "/"
            write_text(part / "404.html", missing.read_text(encoding="utf-8").replace('"../', f'"{start}'))
        write_json(part / MARK, {"release": release.id})
        return sum(path.stat().st_size for path in part.rglob("*") if path.is_file())


def _add_address(folder: Path, host: Host) -> None:
    """Write the parts of a copy that depend on its address."""
    paths = (path.relative_to(folder) for path in (folder / "site").rglob("*.html"))
    pages = [path.as_posix() for path in paths if path.name != "404.html"]
    for name in pages:
        path = folder / name
        path.write_text(host.head(name, path.read_text(encoding="utf-8")), encoding="utf-8")
    changelog = folder / CHANGELOG
    for name, content in host.files(pages, changelog.read_text(encoding="utf-8") if changelog.exists() else "").items():
        write_text(folder / name, content)
    for kind, words in CARDS.items():
        (folder / "site" / f"card-{kind}.png").write_bytes(preview_card(words))


def _require_replaceable(target: Path) -> None:
    is_empty, mark = not target.exists() or (target.is_dir() and not any(target.iterdir())), target / MARK
    if is_empty or (mark.is_file() and "release" in read_json(mark)):
        return
    raise BilateralError(
        f"{target} is neither empty nor an earlier copy of pages; a copy replaces its whole folder",
        remedy="name a folder that is new, empty or an earlier copy",
    )


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, path)
