"""The locks pin everything that is installed, and every licence is permissive or listed."""

import importlib.metadata
import json
import re
from pathlib import Path

import pytest

from orchestration.site.query_engine import ENGINE

ROOT = Path(__file__).resolve().parents[2]
LOCKS = tuple(f"locks/requirements{part}.lock" for part in ("", "-audit", "-dev", "-postgres", "-spark"))
_PIN = re.compile(
    r"^([A-Za-z0-9_.\[\]-]+)==([^ ;\\]+)((?: ; [^\\]*)?)\s*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)

Pins = dict[tuple[str, str], frozenset[str]]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()


def pins(name: str) -> Pins:
    """Return the hashes of a lock by package and version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {(normal(pin[1]), pin[2]): frozenset(re.findall("[0-9a-f]{64}", pin[4])) for pin in _PIN.finditer(text)}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    listed = re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)
    assert len(listed) == len(pins(name)) > 1
    assert "://" not in re.sub(r"^\s*#.*$", "", text, flags=re.M), "no address of a registry"


def test_nothing_is_resolved_at_install_time() -> None:
    assert {"pip", "setuptools"} <= {name for name, _ in pins("locks/requirements.lock")}
    for name in ("Makefile", "deploy/Dockerfile"):
        installs = re.findall(r"\bpip (?:--python \S+ )?install (.*)", (ROOT / name).read_text(encoding="utf-8"))
        assert installs, name
        for command in installs:
            assert "--no-deps" in command, name
            assert "--require-hashes" in command or "--no-build-isolation -e ." in command, name


def test_the_query_engine_is_pinned_with_hashes_and_no_registry_is_named() -> None:
    folder = ROOT / "deploy" / "query_engine"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["dependencies"] == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any({"resolved", "hasInstallScript"} & set(package) for package in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    settings = (folder / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)
    named = {"/".join(path.split("/")[: 2 if path.startswith("@") else 1]) for path in ENGINE.values()}
    assert named == set(wanted), "every file comes from a package that is pinned by name"


PERMISSIVE = re.compile(r"\b(MIT|Apache|BSD|ISC|PSF|Python Software Foundation|Unlicense|HPND|CC0)\b")


def licence_of(package: str) -> str:
    """Return what a package's metadata states about its licence."""
    metadata = importlib.metadata.metadata(package).json
    classifiers = [text for text in metadata.get("classifier", []) if text.startswith("License ::")]
    stated = str(metadata.get("license_expression") or metadata.get("license") or "").splitlines()[:1]
    return " ".join([*stated, *classifiers])


def test_every_package_has_a_permissive_licence_or_is_listed() -> None:
    installed = {normal(distribution.name) for distribution in importlib.metadata.distributions()}
    locked = {name for name, _ in pins("locks/requirements.lock")} & installed
    assert len(locked) > 100
    section = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").split("## Licences")[1].split("## ")[0]
    listed = {normal(name) for row in re.findall(r"^\| ([^|]+) \|", section, re.M) for name in row.split(", ")}
    assert {name for name in locked if not PERMISSIVE.search(licence_of(name))} <= listed
