"""A package from outside adds files and a source to the project of a run, and replaces none."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.core.errors import BilateralError
from orchestration.core.files import write_text
from orchestration.core.outside import outside_packages, outside_sources, project_root
from orchestration.sources import load_sources

Install = Callable[[str, str, str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package with one source, and one file of its project, as pip does; return a checkout of one file."""

    def installed(source: str, code: str, file: str) -> Path:
        site = tmp_path / "site"
        write_text(site / "bilateral_extra/source.py", code)
        write_text(site / "bilateral_extra/project" / file, "theirs")
        write_text(site / "bilateral_extra-1.0.dist-info/METADATA", "Name: bilateral-extra\nVersion: 1.0\n")
        points = f"[bilateral.sources]\n{source} = bilateral_extra.source\n"
        write_text(site / "bilateral_extra-1.0.dist-info/entry_points.txt", points)
        write_text(tmp_path / "checkout/expectations/ip_receipts.py", "ours")
        write_text(tmp_path / "checkout/data/landing/payload", "made at run time")
        write_text(tmp_path / "checkout/dbt_project/target/model.sql", "generated")
        monkeypatch.syspath_prepend(str(site))
        forget()
        return tmp_path / "checkout"

    yield installed
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Let the next call see what is installed now."""
    outside_sources.cache_clear()
    outside_packages.cache_clear()
    for name in [name for name in sys.modules if name.startswith("bilateral_extra")]:
        del sys.modules[name]


def test_a_project_has_the_files_of_the_checkout_and_of_packages(install: Install, tmp_path: Path) -> None:
    checkout = install("extra", "raise SystemExit('no code of it runs')", "expectations/extra.py")
    first = project_root(checkout, tmp_path / "data")
    files = {str(path.relative_to(first)): path.read_text() for path in first.rglob("*") if path.is_file()}
    assert files == {"expectations/ip_receipts.py": "ours", "expectations/extra.py": "theirs"}
    assert not any(path.is_symlink() for path in first.rglob("*"))
    assert project_root(checkout, tmp_path / "data") == first
    write_text(checkout / "expectations/ip_receipts.py", "edited")
    assert (project_root(checkout, tmp_path / "data") / "expectations/ip_receipts.py").read_text() == "edited"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("expectations/ip_receipts.py", "expectations/ip_receipts.py, which is /"),
        ("orchestration/extra.py", "orchestration, which is in none of"),
    ],
)
def test_a_package_that_replaces_a_file_or_brings_anything_else_is_refused(
    install: Install, tmp_path: Path, file: str, named: str
) -> None:
    checkout = install("extra", "", file)
    with pytest.raises(BilateralError, match=f"bilateral-extra brings {named}"):
        project_root(checkout, tmp_path / "data")


@pytest.mark.parametrize(
    ("source", "code", "named"),
    [
        ("extra", "import missing_library", "No module named"),
        ("extra", "from orchestration.sources.wto import *", "the id on its card, wto"),
        ("wto", "from orchestration.sources.wto import *", "the id on its card, wto"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_with_its_package(
    install: Install, source: str, code: str, named: str
) -> None:
    install(source, code, "expectations/extra.py")
    with pytest.raises(BilateralError, match=f"bilateral-extra declares {source}, which is not a source: {named}"):
        load_sources()
