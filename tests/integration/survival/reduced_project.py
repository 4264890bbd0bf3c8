"""A reduced project: the whole command over one synthetic source, so that a refresh takes seconds. No figure here is
official.

The code is the project's own, all of it; what is left out are the other sources, their models and their suites.
"""

import hashlib
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from orchestration.core.files import write_json
from tests.integration.conftest import copy_tree

HERE = Path(__file__).parent
SOURCE = "synthetic_office"
METRIC = "synthetic_trademark_applications"
ECONOMIES = ("USA", "CHN", "JPN", "DEU", "KOR")
FIRST_VINTAGE = date(2026, 1, 1)
_ONE_PAGE = '''

def write_site(folder: Path, release_id: str, published_at: str) -> None:
    """One page instead of those of pairs, which are made of marts that the reduced project does not have."""
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text(f"<!doctype html><title>{release_id}, {published_at}</title>")
'''

_KEPT = ("tests/generic/", "seeds/units/", "models/docs/", "models/groups.yml", "models/metrics/_contract.md")
_KEPT_MODELS = ("staging/catalogue", "marts/dim_payload", "marts/dim_source", "marts/dim_unit")


def reduced_tree(target: Path, editions: int = 3) -> Path:
    """A copy of the checkout that knows the synthetic source alone, with so many editions of it in its bundle."""
    copy_tree(target)
    for folder, keep in (
        ("orchestration/sources", "__init__"),
        ("expectations", "shared"),
        ("data/bundle", " "),
        ("data/claims", "schema"),
    ):
        for path in (target / folder).iterdir():
            if keep not in path.name:
                _remove(path)
    for folder in ("dbt_project/seeds", "dbt_project/tests", "dbt_project/models"):
        for path in sorted((target / folder).rglob("*")):
            if path.is_file() and not _is_kept(path.relative_to(target / "dbt_project")):
                path.unlink()
    ignore = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(HERE / "reduced", target, dirs_exist_ok=True, ignore=ignore)
    with (target / "orchestration" / "site" / "write_site.py").open("a", encoding="utf-8") as stream:
        stream.write(_ONE_PAGE)
    for _ in range(editions):
        add_edition(target)
    return target


def add_edition(root: Path) -> Path:
    """Add the next vintage of the synthetic figures to a tree's bundle, ten years an economy; return the payload."""
    bundle = root / "data" / "bundle" / SOURCE
    number = len(list(bundle.glob("*"))) if bundle.exists() else 0
    vintage = FIRST_VINTAGE + timedelta(days=number)
    lines = ["economy,year,applications,released"]
    for place, economy in enumerate(ECONOMIES):
        lines += [f"{economy},{year},{100 * (place + 1) + year - 2000},{vintage}" for year in range(2015, 2025)]
    body = "\n".join(lines).encode()
    folder = bundle / vintage.isoformat()
    folder.mkdir(parents=True)
    path = folder / "table.csv"
    path.write_bytes(body)
    write_json(folder / "table.csv.origin.json", _card(body, vintage))
    return path


def _card(body: bytes, vintage: date) -> dict[str, object]:
    return {
        "source": SOURCE,
        "resource": "trademark_applications",
        "publisher": "Synthetic Statistics Office",
        "url": "https://statistics.example/table.csv",
        "parameters": {"of": "trademark_applications"},
        "fetched_at": datetime(vintage.year, vintage.month, vintage.day, tzinfo=UTC).isoformat(),
        "media_type": "text/csv",
        "licence": "none: synthetic figures for tests",
        "citation": "Synthetic Statistics Office: invented figures for tests.",
        "file_name": "table.csv",
        "sha256": hashlib.sha256(body).hexdigest(),
        "size": len(body),
        "publisher_last_updated": vintage.isoformat(),
        "note": "synthetic",
    }


def _is_kept(path: Path) -> bool:
    """Return whether a file of the dbt project stays: generic tests, units, texts, models of sources and payloads."""
    name = path.as_posix()
    return name.startswith(_KEPT) or any(name.startswith(f"models/{kept}") for kept in _KEPT_MODELS)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
