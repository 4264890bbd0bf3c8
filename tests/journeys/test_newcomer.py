"""A newcomer follows the README from a fresh clone: every command in order, and the served pages."""

import re
import signal
import subprocess
import urllib.request
from collections.abc import Iterator

import duckdb
import pytest

from tests.journeys.conftest import ROOT, Clone

pytestmark = pytest.mark.campaign

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_BY_CI = {"make test"}
"""`.ci/run` runs it in a clean clone."""


def commands() -> Iterator[str]:
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        if language:
            continue
        joined = re.sub(r'"[^"]*"', lambda quoted: " ".join(quoted[0].split()), block)
        yield from (re.sub(r"\s+#.*", "", line).strip() for line in joined.splitlines() if line.strip())


def test_every_command_of_the_readme_runs(clone: Clone) -> None:
    printed = list(dict.fromkeys(commands()))
    assert printed[:3] == ["make refresh", "make test", "source .venv/bin/activate"]
    assert len(printed) >= 10
    outputs = {command: clone.succeed(command) for command in printed if command not in RUN_BY_CI}
    assert "Nothing changed" in outputs["make refresh"], "the fixture published; a refresh without news does nothing"
    first = next(output for command, output in outputs.items() if "billion_usd" in command)
    assert "169.5" in first, "the first question has the receipts of the United States of 2024"
    for path in re.findall(r"--output (\S+)", README):
        assert len((clone.root / path).read_text(encoding="utf-8").splitlines()) > 100


def test_the_tools_that_the_readme_names_open_the_project_and_the_release(clone: Clone) -> None:
    assert clone.succeed("make help").count("\n") > 10
    built = clone.succeed("(cd dbt_project && dbt build --select +ip_receipts) && bilateral releases verify")
    assert ("Completed successfully" in built, "is whole" in built) == (True, True), "dbt has a database of its own"
    without = clone.run("cd dbt_project && dbt build --select dim_unit", BILATERAL_RAW_DIR="elsewhere")
    assert without.returncode != 0
    assert "no raw files in elsewhere. Run `make refresh`" in without.stdout
    assert "China" in (clone.root / clone.succeed("bilateral site").strip()).read_text(encoding="utf-8")
    release = clone.root / "data/releases/current"
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        same = f"select (select count(*) from ip_receipts) = (select count(*) from '{release}/parquet/ip_receipts.parquet')"
        assert connection.execute(same).fetchall() == [(True,)]


def test_the_served_pages_answer_at_the_printed_address(clone: Clone) -> None:
    with subprocess.Popen(
        [".venv/bin/bilateral", "site", "--serve", "--port", "0"], cwd=clone.root, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        address = server.stdout.readline().split()[0]
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - a local address
            assert (answer.status, "<title>" in answer.read().decode()) == (200, True)
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
