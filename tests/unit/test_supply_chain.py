"""What is installed is what was pinned, and the bill of materials and the list of licences say so."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration import __version__
from orchestration.site.query_engine import ENGINE

ROOT = Path(__file__).resolve().parents[2]
INSTALLER = "requirements-installer.lock"
POSTGRES = "requirements-postgres.lock"
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
    "requirements-readers.lock",
    "requirements-mutation.lock",
    "requirements-sbom.lock",
    "requirements-spark.lock",
    POSTGRES,
    INSTALLER,
)
_PIN = re.compile(
    r"^([A-Za-z0-9_.\[\]-]+)==([^ ;\\]+)((?: ; [^\\]*)?)\s*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)

Pins = dict[tuple[str, str], frozenset[str]]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()


def pins(name: str) -> Pins:
    """By package and version, the hashes of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        (normal(one[1]), one[2]): frozenset(re.findall("[0-9a-f]{64}", one[4]))
        for one in _PIN.finditer(text if text.endswith("\n") else text + "\n")
    }


def bill() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    listed = re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)
    assert len(listed) == len(pins(name)) > 1
    assert "://" not in re.sub(r"^\s*#.*$", "", text, flags=re.M), "no address of a registry"


def test_what_is_installed_for_development_slows_no_process_down() -> None:
    """Where this package is installed, jsonschema loads it, which parses a grammar: three quarters of a second in every process that
    imports dbt, dagster-dbt or Great Expectations."""
    assert "rfc3987-syntax" not in {
        name for lock in ("requirements.lock", "requirements-dev.lock") for name, _ in pins(lock)
    }


def test_the_installer_is_pinned_before_it_installs() -> None:
    assert {name for name, _ in pins(INSTALLER)} == {"pip", "setuptools"}
    for made in ("Makefile", "deploy/Dockerfile"):
        text = (ROOT / made).read_text(encoding="utf-8")
        installs = re.findall(r"\bpip (?:--python \S+ )?install (.*)", text)
        assert INSTALLER in installs[0], f"{made}: the installer comes first"
        for one in installs:
            assert "--no-deps" in one, f"{made}: nothing is resolved at install time"
            assert "--require-hashes" in one or "--no-build-isolation -e ." in one, made


def test_a_package_that_was_exchanged_is_not_installed(tmp_path: Path) -> None:
    """A wheel with other bytes under the same name and version, and a lock that holds the hash of the right one."""

    def wheel(folder: Path, text: str) -> Path:
        folder.mkdir()
        path = folder / "synthetic_package-1.0-py3-none-any.whl"
        files = {
            "synthetic_package.py": text,
            "synthetic_package-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: synthetic-package\nVersion: 1.0\n",
            "synthetic_package-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{name},sha256={_digest(body)},{len(body)}\n" for name, body in files.items())
        with zipfile.ZipFile(path, "w") as archive:
            for name, body in (files | {"synthetic_package-1.0.dist-info/RECORD": record}).items():
                archive.writestr(name, body)
        return path

    right, forged = wheel(tmp_path / "right", "x = 1\n"), wheel(tmp_path / "forged", "x = 2\n")
    lock = tmp_path / "synthetic.lock"
    lock.write_text(f"synthetic-package==1.0 \\\n    --hash=sha256:{hashlib.sha256(right.read_bytes()).hexdigest()}\n")

    def install(folder: Path) -> subprocess.CompletedProcess[str]:
        options = [
            "--no-index",
            "--no-deps",
            "--require-hashes",
            "--disable-pip-version-check",
            "--find-links",
            str(folder),
        ]
        return subprocess.run(
            [sys.executable, "-m", "pip", "install", *options, "--target", str(tmp_path / "site"), "-r", str(lock)],
            capture_output=True,
            text=True,
            check=False,
        )

    refused = install(forged.parent)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stdout + refused.stderr
    assert not (tmp_path / "site").exists()
    done = install(right.parent)
    assert done.returncode == 0, done.stderr


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def test_the_query_engine_is_pinned_with_hashes_and_no_registry_is_named() -> None:
    folder = ROOT / "deploy" / "query_engine"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["dependencies"] == wanted
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert not any("resolved" in one or "hasInstallScript" in one for one in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    settings = (folder / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)
    named = {"/".join(one.split("/")[: 2 if one.startswith("@") else 1]) for one in ENGINE.values()}
    assert named == set(wanted), "every file comes from a package that is pinned by name"


def test_the_bill_of_materials_is_that_of_the_locks() -> None:
    content = bill()
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.6")
    of = content["metadata"]["component"]
    assert (of["name"], of["version"]) == ("bilateral", __version__)
    found = {
        (normal(one["name"]), one["version"]): frozenset(
            each["content"] for reference in one["externalReferences"] for each in reference.get("hashes", ())
        )
        for one in content["components"]
    }
    assert found == pins("requirements.lock") | pins(POSTGRES) | pins(INSTALLER), "renew it: make sbom"


def test_the_bill_names_no_index_of_packages() -> None:
    references = [one for component in bill()["components"] for one in component["externalReferences"]]
    assert references
    assert all(one["url"].startswith("pkg:pypi/") for one in references)
    assert "://" not in json.dumps(bill()["metadata"])


def test_every_component_has_a_licence_and_a_place_in_the_graph() -> None:
    content = bill()
    refs = {one["bom-ref"] for one in content["components"]}
    assert len(refs) == len(content["components"])
    assert all(one["licenses"][0]["expression"] for one in content["components"])
    needed = {one["ref"]: one["dependsOn"] for one in content["dependencies"]}
    assert needed.keys() == refs | {"root-component"}
    assert {ref for refs_ in needed.values() for ref in refs_} <= refs
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [re.split(r"[^\w.-]", one)[0] for one in project["dependencies"]]
    direct = {normal(ref.removeprefix("pkg:pypi/").split("@")[0]) for ref in needed["root-component"]}
    assert direct == {normal(name) for name in listed}, "renew it: make sbom"


def page() -> dict[str, list[list[str]]]:
    """The rows of each table of the list of licences, by its heading."""
    sections = re.split(r"^## (.+)$", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    return {
        title: [
            [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
        ][1:]
        for title, text in zip(sections[::2], sections[1::2], strict=True)
    }


def test_the_list_of_licences_is_that_of_the_locks_and_of_the_bill() -> None:
    tables = page()
    runs = {(normal(name), version): licence for name, version, licence in tables["What runs"]}
    assert runs == {
        (normal(one["name"]), one["version"]): one["licenses"][0]["expression"] for one in bill()["components"]
    }
    tools = {(normal(name), version) for name, version, _ in tables["For development alone"]}
    assert tools | set(runs) == set(pins("requirements-dev.lock")) | set(pins(INSTALLER)) | set(
        pins("requirements.lock")
    )
    assert not tools & set(runs)


def test_the_list_of_licences_has_what_the_query_page_loads() -> None:
    folder = ROOT / "deploy" / "query_engine"
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {name: packages[f"node_modules/{name}"] for name in packages[""]["dependencies"]}
    listed = {name: (version, licence) for name, version, licence in page()["Queries in the browser"]}
    assert listed == {name: (one["version"], one["license"]) for name, one in wanted.items()}, "renew it: make sbom"


def test_whatever_is_under_the_lgpl_or_gpl_is_named_with_how_it_is_used() -> None:
    tables = page()
    all_rows = [*tables["What runs"], *tables["For development alone"]]
    under = {name for name, _, licence in all_rows if re.search(r"\bL?GPL", licence)}
    named = {name: used for name, _, _, used in tables["Under the LGPL or the GPL"]}
    assert named.keys() == under
    assert {"py7zr", "psycopg2-binary"} <= under
    assert all(len(used) > 30 for used in named.values())


def test_a_job_renews_the_bill() -> None:
    job = (ROOT / ".github" / "workflows" / "sbom.yml").read_text(encoding="utf-8")
    assert ".ci/sbom" in job
    assert "schedule:" in job
    assert "requirements*.lock" in job
    assert "make sbom" in (ROOT / ".ci" / "sbom").read_text(encoding="utf-8")
