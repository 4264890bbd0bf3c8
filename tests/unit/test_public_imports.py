"""Frameworks are used by their public API: no module imports a private name of Dagster, dagster-dbt, Great Expectations or dbt."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ("dagster", "dagster_dbt", "dagster_webserver", "great_expectations", "dbt")
ALLOWED = {
    "orchestration/automation/event_storage.py",
    "orchestration/service/webserver.py",
    "tests/unit/automation/test_event_storage.py",
}
"""Dagster has no public base class of a storage, and no public call that returns its webserver as an application."""


_IMPORT = re.compile(rf"^\s*(?:from|import) ((?:{'|'.join(FRAMEWORKS)})\b[^(\n]*(?:\([^)]*\))?)", re.MULTILINE)
_PRIVATE = re.compile(r"(?<![\w])_(?!_)\w")


def test_no_module_imports_a_private_name_of_a_framework() -> None:
    folders = [ROOT / name for name in ("orchestration", "dbt_project", "bench", "tests", "expectations")]
    private = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*.py")
        if any(map(_PRIVATE.search, _IMPORT.findall(path.read_text(encoding="utf-8"))))
    }
    assert private == ALLOWED
