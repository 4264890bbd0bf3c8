"""Packages from outside, which bring sources under the entry point group ``bilateral.sources``.

The name of an entry point is the id of the source, and its value the module. The folder ``project`` of the module's
package is laid out as the checkout. A run sees one project: a folder with the files of the checkout and all packages.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path, link_or_copy

FOLDERS = ("dbt_project", "expectations", "data/bundle", "data/claims", "data/corrections")
"""Where a package may bring files; in the bundle, whole folders of sources."""

_GENERATED = {"__pycache__", "target", "logs"}


@cache
def outside_sources() -> tuple[EntryPoint, ...]:
    """Return the sources that installed packages declare, by id."""
    return tuple(sorted(entry_points(group="bilateral.sources"), key=lambda point: point.name))


@cache
def outside_packages() -> dict[str, Path]:
    """Return the folder of every package that declares sources, by its name; none of their code runs."""
    packages = {}
    for point in outside_sources():
        spec = find_spec(point.module.partition(".")[0])
        if not (point.dist and spec and spec.submodule_search_locations):
            failure = f"the source {point.name} is declared as {point.value}, which is in no package"
            raise BilateralError(failure, remedy="put the module into a package (docs/adding.md), or uninstall it")
        packages[point.dist.name] = Path(spec.submodule_search_locations[0])
    return packages


def project_root(root: Path, data: Path) -> Path:
    """Return the root of the project of a run: ``root``, or a folder below ``data`` where packages bring files.

    Files are hard links or copies, as several readers refuse symbolic ones; a file that changes is in another folder.
    Raise BilateralError if a package brings a file outside of ``FOLDERS``, or one that is there already.
    """
    if not outside_packages():
        return root
    links = dict(_entries(root))
    for package, folder in outside_packages().items():
        for name, path in _entries(folder / "project"):
            if name in links or not name.startswith(FOLDERS):
                rule = f"which is {links[name]}" if name in links else f"which is in none of {', '.join(FOLDERS)}"
                remedy = "a package adds files and replaces none: rename or remove it, or uninstall the package"
                raise BilateralError(f"the package {package} brings {name}, {rule}", remedy=remedy)
            links[name] = path
    present = [(name, str(path), path.stat().st_mtime_ns * path.is_file()) for name, path in sorted(links.items())]
    project = data / "build" / f"project_{hashlib.sha256(repr(present).encode()).hexdigest()[:16]}"
    if not project.exists():
        with atomic_path(project) as part:
            for name, path in links.items():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    (part / name).symlink_to(path.absolute())
                else:
                    link_or_copy(path.resolve(), part / name)
    return project


def _entries(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the parts of a project with their names: files of the folders that discovery walks, other folders whole."""
    walked = ("dbt_project/**/*", "expectations/**/*", "data/claims/*", "data/corrections/*")
    for pattern in ("*", "data/bundle/*", *walked):
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root)
            is_opened = name.as_posix() in ("data", *FOLDERS) or ("**" in pattern and path.is_dir())
            if not (is_opened or name.name.startswith(".") or _GENERATED.intersection(name.parts)):
                yield name.as_posix(), path
