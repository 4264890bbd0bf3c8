"""Fetch the engine of the query page from the npm registry and keep the files that a page needs.

Run by ``make query``, which needs npm. The versions and hashes are those of ``package-lock.json``; npm refuses a
package with other bytes.
"""

import gzip
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from orchestration.core.files import atomic_path, remove, write_json
from orchestration.site.query_engine import ENGINE, MARK, engine_folder

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Install the engine, or leave what is there unchanged when a step fails."""
    with tempfile.TemporaryDirectory(prefix="bilateral-query-") as name:
        work = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(HERE / file, work / file)
        _install(work)
        _keep(work / "node_modules")
    size = sum(path.stat().st_size for path in engine_folder().iterdir())
    print(f"query engine: {engine_folder()} ({size / 1e6:.1f} MB)\nopen the query page: bilateral site --serve")


def _install(work: Path) -> None:
    if not (npm := shutil.which("npm")):
        raise SystemExit(
            "make query needs npm, which is not on the PATH. Install Node.js; everything else works without it."
        )
    environment = {**os.environ, "npm_config_cache": str(work / "cache")}
    if subprocess.run([npm, "ci", "--loglevel=error"], cwd=work, env=environment, check=False).returncode:  # noqa: S603
        raise SystemExit("npm could not install the query engine. Everything else works without it.")


def _keep(packages: Path) -> None:
    """Copy the needed files into a new folder that replaces the old one."""
    folder = engine_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(folder) as part:
        part.mkdir()
        for name, source in ENGINE.items():
            content = (packages / source).read_bytes()
            (part / name).write_bytes(gzip.compress(content, 9, mtime=0) if name.endswith(".gz") else content)
        wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
        write_json(part / MARK, wanted)
        remove(folder)


if __name__ == "__main__":
    main()
