"""dbt as a child that does not outlive its parent and need not parse what was parsed: ``python -m orchestration.transform.dbt_process build ...``.

A killed refresh must not leave a dbt behind that goes on writing into its build. What dbt does with the project is dbt's affair.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Any

PARENT = "BILATERAL_DBT_PARENT"
"""The process that this one must not outlive."""

PARSED = "BILATERAL_DBT_PARSED"
"""The target folder of an earlier parse of this very project, to be read instead of parsing it again: dbt itself would
parse it again for each build, because the path of the build database is in its profile."""

PACKED = "partial_parse.msgpack"
"""The file in it that dbt itself reads a parse from."""

RAW_DIR = "BILATERAL_RAW_DIR"
"""The environment variable with the raw folder of a build. A parse for all builds is made with this very name as its value."""

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends; where the kernel cannot (other than Linux), nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    expected = os.environ.get(PARENT)
    if expected and os.getppid() != int(expected):  # it ended before the kernel was told
        sys.exit("the process that started dbt has ended")


def parsed_before(folder: Path) -> Any:
    """The manifest of an earlier parse, with the sources in the raw folder of this build."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    packed = (folder / PACKED).read_bytes()
    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    then, here = f"{RAW_DIR}/", f"{os.environ[RAW_DIR]}/"
    for source in manifest.sources.values():
        for meta in (source.meta, source.config.meta, source.source_meta, source.unrendered_config["meta"]):
            meta["external_location"] = meta["external_location"].replace(then, here)
        source.relation_name = str(source.relation_name).replace(then, here)
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    return manifest


def main() -> None:
    """Run dbt's own command line, on the manifest of an earlier parse where the environment names one."""
    die_with_parent()
    from dbt.cli.main import cli

    parsed = os.environ.get(PARSED)
    cli(prog_name="dbt", obj={"manifest": parsed_before(Path(parsed))} if parsed else None)


if __name__ == "__main__":
    main()
