"""A release in plain DuckDB over https, in a dbt project and in a Dagster code location, by docs/opening.md."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from orchestration.core.settings import program
from orchestration.reading.release import Release
from tests.integration.conftest import REPOSITORY, free_port

PLAIN = ("duckdb==1.5.5", "duckdb-extension-httpfs==1.5.5")
"""The oldest minor version that opens a release, with its extension as a wheel that needs no server of DuckDB."""

ATTACHED = """
import pathlib, sys, duckdb, duckdb_extension_httpfs as httpfs
connection = duckdb.connect()
connection.load_extension(str(next(pathlib.Path(httpfs.__file__).parent.rglob("*.duckdb_extension"))))
connection.execute("set global ca_cert_file = ?", [sys.argv[1]])
for statement in sys.argv[2:]:
    answer = connection.execute(statement)
print(*answer.fetchall(), sep="\\n")
"""


def shown(heading: str, language: str) -> list[str]:
    """Return the code blocks of a language below a heading of docs/opening.md."""
    text = (REPOSITORY / "docs" / "opening.md").read_text(encoding="utf-8")
    section = text.partition(f"# {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of localhost and its key; return their paths."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    day = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day, day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for path, content in zip(paths, (certificate.public_bytes(pem), key.private_bytes(pem, *plain)), strict=True):
        path.write_bytes(content)
    return paths


@pytest.fixture
def hosted(release: Release, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve the folder of the release over https; return its address and the certificate."""
    certificate, key = self_signed(tmp_path)
    port = free_port()
    files = Starlette(routes=[Mount("/", StaticFiles(directory=release.folder))])
    config = uvicorn.Config(files, port=port, ssl_certfile=certificate, ssl_keyfile=key, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"https://localhost:{port}", certificate
    server.should_exit = True
    thread.join()


@pytest.mark.campaign
@pytest.mark.ci
def test_plain_duckdb_attaches_over_https(hosted: tuple[str, Path], release: Release, tmp_path: Path) -> None:
    address, certificate = hosted
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "plain"], check=True)
    python = str(tmp_path / "plain" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PLAIN], check=True)
    attach, use, query = shown("Opening a release with other programs", "sql")[0].strip().split("\n")

    def answer(query: str) -> str:
        statements = [attach.replace("https://figures.example.org", address), use, query]
        done = subprocess.run(
            [python, "-c", ATTACHED, certificate, *statements], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    with duckdb.connect(release.database, read_only=True) as connection:
        expected = connection.execute(query).fetchall()
    assert answer(query) == "\n".join(map(str, expected))
    assert "124454000000.0" in answer(
        "select value from as_of('ip_receipts', '2018-12-31') where area = 'USA' and year = 2016"
    )
    assert "United States" in answer("select any_value(area_name) from named_ip_receipts where area = 'USA'")


@pytest.mark.campaign
@pytest.mark.ci
def test_another_dbt_project_builds_on_a_release(release: Release, tmp_path: Path) -> None:
    shutil.copytree(release.folder / "dbt", tmp_path / "release" / "dbt")
    (tmp_path / "release" / "parquet").symlink_to(release.folder / "parquet")
    project = tmp_path / "reader"
    (project / "models").mkdir(parents=True)
    packages, variables = (
        block.replace("../bilateral/data/releases/current", "../release") for block in shown("dbt", "yaml")
    )
    (project / "packages.yml").write_text(packages)
    (project / "dbt_project.yml").write_text(f"name: reader\nprofile: reader\n{variables}")
    (project / "profiles.yml").write_text("reader: {target: dev, outputs: {dev: {type: duckdb, path: reader.duckdb}}}")
    (project / "models" / "largest_receipts.sql").write_text(*shown("dbt", "sql"))

    def dbt(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(program("dbt")), "--no-use-colors", "--no-partial-parse", *arguments]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    for command in (("deps",), ("build", "--select", "+largest_receipts", "key_of_fct_revision", "--warn-error")):
        done = dbt(*command)
        assert done.returncode == 0, done.stdout
    assert "PASS key_of_ip_receipts " in done.stdout
    with duckdb.connect(project / "reader.duckdb", read_only=True) as connection:
        rows = connection.execute("from largest_receipts").fetchall()
    assert (len(rows), rows[0][0]) == (5, "USA")

    twice = f"copy (from '{release.folder}/parquet/ip_receipts.parquet' union all from '{release.folder}/parquet/ip_receipts.parquet')"
    (tmp_path / "release" / "parquet").unlink()
    (tmp_path / "release" / "parquet").mkdir()
    duckdb.execute(f"{twice} to '{tmp_path}/release/parquet/ip_receipts.parquet'")
    assert "FAIL" in dbt("test", "--select", "key_of_ip_receipts").stdout


def test_another_code_location_depends_on_a_release(release: Release) -> None:
    names: dict[str, Any] = {}
    exec("\n".join(shown("Dagster", "python")), names)  # noqa: S102
    source = names["release_table"](str(release.folder), "ip_receipts")

    @dg.asset(deps=[source])
    def receipts_report() -> None: ...

    location = dg.Definitions([source, receipts_report], jobs=[dg.define_asset_job("observe", [source])])
    instance = dg.DagsterInstance.ephemeral()
    assert location.resolve_job_def("observe").execute_in_process(instance=instance).success
    assert dg.materialize([source, receipts_report], selection=[receipts_report], instance=instance).success
    event = instance.get_latest_materialization_event(receipts_report.key)
    assert event is not None
    assert event.asset_materialization is not None
    tags = event.asset_materialization.tags or {}
    assert tags["dagster/input_data_version/bilateral/ip_receipts"] == release.id
