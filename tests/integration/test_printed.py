"""Every printed SQL statement and read-only command runs on a release; the others name where they run."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.reading.release_store import require_current
from tests.integration.conftest import REPOSITORY, PublishedCopy

PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted(REPOSITORY.glob("docs/**/*.md"))]
QUESTIONS = sorted(REPOSITORY.glob("docs/questions/*.sql"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(bilateral [^`]+)`")

READ_ONLY = (
    "bilateral (query|show|explain|describe|sources|status|site$|--version|releases (list|diff|verify)|"
    "guards run|vintages list|dev lock$)"
)
"""The commands that change nothing in the data folder; a pattern at the beginning of a command."""

ELSEWHERE = {
    r"make (refresh|test|test-fast|query|serve|journeys)\b": ".ci/run",
    r"source \.venv/bin/activate": "Makefile",
    r"bilateral (refresh|dev lock|dev review-coverage)": "tests/journeys/test_contributor.py",
    r"bilateral (guards (run .* --database|audit)|releases (rollback|prune))": "tests/journeys/test_contributor.py",
    r"\(cd dbt_project && dbt build": "tests/journeys/test_contributor.py",
    r"bilateral vintages (admit|reject)": "tests/journeys/test_operator.py",
    r"bilateral serve": "tests/journeys/test_operator.py",
    r"bilateral site --to": "tests/integration/test_site_copy.py",
    r"bilateral site --serve": "tests/journeys/test_newcomer.py",
    r"bilateral refresh --as-of": "tests/integration/test_as_of.py",
    r"bilateral releases verify --key|openssl": "tests/unit/releases/test_log_trust.py",
    r"bilateral dev (snapshot|parse)": "tests/unit/cli/test_commands.py",
    r"bilateral health": "tests/journeys/test_operator.py",
    r"bilateral claims check": "tests/integration/test_explaining.py",
    r"bilateral mcp": "tests/integration/test_mcp.py",
    r"\.venv/bin/dagster job": "tests/integration/test_code_location.py",
    r"\.venv/bin/(marimo|python docs/notebooks)": "tests/integration/test_plain_tools.py",
    r"(pytest|mypy|git diff)": ".ci/run",
    r"python bench": "bench/whole_chain.py",
    r"(sudo|docker|caddy|createdb|git clone|mkdir|export|install|xdg-open|duckdb -readonly)": "docs/deploy.md",
    r"(uv pip|pip install|\.venv/bin/(python -m )?pip|\(cd deploy/query_engine)": "docs/dependencies.md",
}
"""Where commands run that serve, fetch, write or need more than a checkout: a pattern, and the file."""

ANSWERS: dict[str, tuple[int, object, dict[str, float]]] = {
    "01_who_pays_china": (3, 2016, {"million_usd": 677}),
    "02_publishers_and_payloads": (
        13,
        "National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
        {"payloads": len([*REPOSITORY.glob("data/bundle/**/*.origin.json")])},
    ),
    "03_charges_both_ways": (
        12,
        2005,
        {"china_paid_million_usd": 47472, "united_states_paid_million_usd": 2328, "ratio": 260.8},
    ),
    "04_where_reports_disagree": (9, 2011, {"year": 18138, "value": -154_999_992.706}),
    "05_joint_inventions_by_field": (6, "All items together", {"2020": 4752, "2024": 5677, "percent_change": 71.1}),
    "06_partners_in_invention": (6, "India", {"2000": 2.44, "2010": 4.51, "2020": 6.7, "2024": 8.33}),
    "07_china_in_united_states_receipts": (5, 2016, {"percent": 34.2}),
    "08_how_much_was_revised": (7, 2010, {"billion_usd_known_in_2018": 861.93, "billion_usd_known_now": 764.22}),
    "09_sellers_and_buyers": (21, "United States", {"payments_billion_usd": 546.7, "cover_ratio": 17.17}),
    "10_fastest_growth": (10, "China", {"percent_a_year": 161.9}),
    "11_digital_share": (14, 2010, {"world": 166.8, "united_states": 283.8, "china": 62.6}),
    "12_claims_that_do_not_hold": (11, "cgtn_china_share_of_asia_pacific_2024", {"value_latest": 169_520_000_031.699}),
    "13_technology_bought_per_research_dollar": (20, 2005, {"china": 2.3072, "united_states": 1.338}),
    "14_when_china_overtook": (14, 2005, {"united_states": 711_558, "china": 604_387, "china_ahead": 6}),
    "15_who_registers_trademarks": (15, "United States", {"trademarks": 321_851, "percent_of_own": 378.8}),
    "16_partners_in_science": (12, "CHN", {"publications": 328_335, "observed_over_expected": 11.02}),
    "17_what_the_uk_says": (10, 2016, {"million_pounds": 4424, "million_usd": 10436}),
    "18_whom_china_pays": (10, "United States", {"percent_of_payments": 87.7}),
    "19_who_specialises_in_semiconductors": (22, "Malaysia", {"advantage": 27.198, "semiconductor_patents": 16_421}),
    "20_researchers_and_articles": (
        30,
        "CHN",
        {"scientific_articles": 13_442_892, "researchers_per_million_people": 72_561},
    ),
    "21_research_performed_abroad": (10, "United Kingdom", {"all_industries": 67_699, "NAICS_3344": 8_054}),
    "22_who_earns_doctorates": (15, "China", {"doctorates": 15_021, "intending_to_stay_percent": 1156.1}),
    "23_who_cites_whom": (6, "China", {"CHN": 3.0, "USA": 5.1}),
}
"""Rows, first cell and column totals of every worked question, most of them calculated from payloads by hand."""

CURRENT = "data/releases/current/"
HOST = "https://figures.example.org/"
"""Where docs/hosting.md publishes a copy of a release."""


def commands(page: Path) -> Iterator[str]:
    """Yield the commands of a page: those of blocks without a language, and those in a sentence that have arguments."""
    text = page.read_text(encoding="utf-8")
    for language, block in FENCE.findall(text):
        if not language and not block.startswith(("{", "E[")):
            joined = re.sub(r'"[^"]*"', lambda quoted: " ".join(quoted[0].split()), block)
            yield from (re.sub(r"\s+#.*", "", line).strip() for line in joined.splitlines() if line.strip())
    for command in INLINE.findall(FENCE.sub("", text)):
        if len(command.split()) > 2 and not re.search(r"[<>]|\.\.\.|\b(TABLE|METRIC|FOLDER)\b", command):
            yield " ".join(command.split())


def address(page: Path, text: str) -> str:
    """Return the file and the line at which a printed text begins, which is the id of its test."""
    printed = page.read_text(encoding="utf-8")
    begins = re.search(r"\s+".join(map(re.escape, text.split())), printed)
    return f"{page.relative_to(REPOSITORY)}:{printed.count(chr(10), 0, begins.start() if begins else 0) + 1}"


PRINTED = {page: list(commands(page)) for page in PAGES}
RUN = {
    command: address(page, command)
    for page, printed in PRINTED.items()
    for command in printed
    if re.match(READ_ONLY, command) and not any(re.match(f"({pattern})", command) for pattern in ELSEWHERE)
}
STATEMENTS = [
    pytest.param(kind, block, id=f"{address(page, block)}-{kind}")
    for page in PAGES
    for kind, block in FENCE.findall(page.read_text(encoding="utf-8"))
    if kind in ("sql", "r", "python") and "{{" not in block
]


@pytest.fixture
def folder(published_copy: PublishedCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which data/ and docs/ are those of the published copy."""
    (tmp_path / "data").symlink_to(published_copy.data)
    (tmp_path / "docs").symlink_to(REPOSITORY / "docs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@cache
def substitutes(copy: PublishedCopy) -> dict[str, str]:
    """Return what the placeholders of the pages stand for in this release."""
    current = require_current(copy.settings)
    newest = max(current.content["sources"]["world_bank"]["vintages"])
    named = {r"\bSOURCE\b": "world_bank", r"\bVINTAGE\b|2026-10-01": newest}
    return {r"\[?\b(ID|BEFORE|AFTER)\b\]?|\bas-of-[0-9-]+": current.id, **named}


@pytest.mark.parametrize("command", RUN, ids=RUN.get)
def test_a_read_only_command_runs_as_printed(command: str, folder: Path, published_copy: PublishedCopy) -> None:
    for placeholder, value in substitutes(published_copy).items():
        command = re.sub(placeholder, value, command)
    done = published_copy.invoke(*shlex.split(command)[1:])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() or "--output" in command
    for path in re.findall(r"--output (\S+)", command):
        assert len((folder / path).read_text().splitlines()) > 1


@pytest.mark.parametrize(("kind", "block"), STATEMENTS)
def test_a_printed_block_runs_as_it_stands(kind: str, block: str, folder: Path, published_copy: PublishedCopy) -> None:
    block = block.replace(HOST, CURRENT)
    if kind == "python":
        parquet = folder / "data/releases/current/parquet/ip_receipts.parquet"
        for name in ("metric.parquet", "ip_receipts.parquet"):
            (folder / name).symlink_to(parquet)
        names: dict[str, object] = {}
        exec(block, names)  # noqa: S102 - our own page
        if "receipts" in names:
            assert "USA" in list(names["receipts"]["area"])  # type: ignore[index]
        return
    queries = re.findall(r'release, "([^"]*)"', block) if kind == "r" else filter(str.strip, block.split(";\n"))
    attaches = block.startswith("attach")
    with duckdb.connect() if attaches else duckdb.connect(f"{CURRENT}warehouse.duckdb", read_only=True) as release:
        for query in queries:  # R is not installed with the tests: its query runs in Python's DuckDB
            assert release.execute(query).fetchall() or attaches


def test_the_printed_model_is_the_one_that_the_contributor_adds() -> None:
    name = "synthetic_trademark_applications"
    added = REPOSITORY / f"tests/journeys/addition/source/dbt_project/models/metrics/{name}.sql"
    page = REPOSITORY / "docs/adding.md"
    (printed,) = (block for _, block in FENCE.findall(page.read_text(encoding="utf-8")) if name in block)
    plain = ["".join(sql.split()).replace(",)", ")") for sql in (printed, added.read_text(encoding="utf-8"))]
    assert plain[0] == plain[1], address(page, printed)


def test_the_picture_of_a_figure_shows_what_explain_prints(published_copy: PublishedCopy) -> None:
    (picture,) = (block for _, block in FENCE.findall(PAGES[0].read_text(encoding="utf-8")) if "figure[" in block)
    printed = " ".join(published_copy.invoke("explain", "ip_receipts", "USA", "2016").stdout.split())
    labels = [line for label in re.findall(r'"(.+?)"', picture) for line in label.split("<br>")]
    assert len(labels) == 7
    assert [label for label in labels if label not in printed] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_a_worked_question_has_its_answer(question: Path, published_copy: PublishedCopy) -> None:
    rows, first, totals = ANSWERS[question.stem]
    answer = pd.DataFrame(published_copy.json("query", "--file", str(question), "--format", "json"))
    assert (len(answer), answer.iloc[0, 0]) == (rows, first)
    found = answer[list(totals)].apply(pd.to_numeric).sum()
    assert found.to_dict() == pytest.approx(totals, abs=0.001), "of every column of figures"


def test_every_printed_command_is_run_here_or_names_where_it_is() -> None:
    unknown = [
        (address(page, command), command)
        for page, printed in PRINTED.items()
        for command in printed
        if command not in RUN and not any(re.match(f"([A-Z_]+=\\S+ )*({pattern})", command) for pattern in ELSEWHERE)
    ]
    assert unknown == []
    assert [path for path in ELSEWHERE.values() if not (REPOSITORY / path).is_file()] == []
    assert len(RUN) > 25
    assert len(STATEMENTS) >= 10
