"""The query page in Chromium, served by `bilateral site --serve`: questions, refusals, CSV, address, cancelling."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.site.pages.query import worked_questions
from tests.browser.conftest import DESKTOP, PATIENCE
from tests.integration.conftest import PublishedCopy

pytestmark = [pytest.mark.campaign, pytest.mark.ci]

Rows = list[list[str | None]]

ROWS = """[...document.querySelectorAll('#rows tbody tr')].map(row => [...row.cells].map(cell =>
  cell.classList.contains('none') ? null : cell.querySelector('data') ? cell.querySelector('data').value : cell.textContent))"""
"""The exact values of the table of the answer, in JavaScript."""

ENDED = "#run:not([disabled])"

TIES = {"08_how_much_was_revised"}
"""Questions that round a value which ends in a 5 beyond the last digit: DuckDB 1.4 in the page multiplies first and
rounds 128.035 up, DuckDB 2.0 sees that it is stored as less."""


def rows_in_python(release: Release, sql: str) -> Rows:
    """The rows of a query on the release's database."""
    with open_read_only(release.database) as connection:
        rows = connection.execute(f"with asked as ({sql}) select columns(*)::varchar from asked").fetchall()
    return [list(row) for row in rows]


def differences(question: str, page: Rows, python: Rows) -> list[tuple[object, object]]:
    """Return values that differ; in a question with ties, by more than one in the second digit."""
    assert len(page) == len(python)
    pairs = [pair for cells in zip(page, python, strict=True) for pair in zip(*cells, strict=True)]
    tolerance = Decimal("0.01") if question in TIES else Decimal(0)
    return [
        (shown, expected)
        for shown, expected in pairs
        if shown != expected and not (shown and expected and abs(Decimal(shown) - Decimal(expected)) <= tolerance)
    ]


@contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Iterator[Page]:
    """Yield the query page. It may request its own origin only, and the console may have only DuckDB's messages."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(PATIENCE)
    foreign: list[str] = []
    noticed: list[str] = []
    own = (address, f"blob:{urljoin(address, '/')}", "data:")
    context.on("request", lambda request: None if request.url.startswith(own) else foreign.append(request.url))
    page = context.new_page()
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("console", lambda message: noticed.append(message.text) if " at ha.runQuery" not in message.text else None)
    page.goto(f"{address}site/query.html")
    page.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
    yield page
    context.close()
    assert foreign == []
    assert [text for text in noticed if "Error: " not in text] == []


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    with opened(browser, served) as page:
        yield page


def ask(page: Page, sql: str) -> str:
    """Run a query with the keyboard; return the message of its failure."""
    page.fill("#sql", sql)
    page.press("#sql", "Control+Enter")
    page.wait_for_selector(ENDED, timeout=PATIENCE)
    return page.locator("#failure").text_content() or ""


def test_worked_questions_give_python_rows(page: Page, release: Release, published_copy: PublishedCopy) -> None:
    offered = page.locator("#question option").evaluate_all("all => all.map(node => node.value).filter(Boolean)")
    questions = {question.name: question for question in worked_questions(published_copy.root)}
    assert offered == list(questions)
    for name, question in questions.items():
        page.select_option("#question", name)
        assert page.input_value("#sql") == question.sql
        assert page.locator("#remarks").text_content() == question.remarks
        page.click("#run")
        page.wait_for_selector(ENDED, timeout=PATIENCE)
        assert page.locator("#failure").text_content() == "", name
        assert differences(name, page.evaluate(ROWS), rows_in_python(release, question.sql)) == [], name


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("", "no query yet"),
        ("select 1; select 2", "syntax error"),
        ("drop table dim_area", "syntax error"),
        ("select nothing_like_it\nfrom dim_area", "LINE 1: select nothing_like_it"),
        ("select *\nfrom no_such_table", "no_such_table does not exist"),
        ("from read_parquet('http://127.0.0.1:9/x.parquet')", "exists in the parquet extension"),
        ("from read_csv('https://example.org/x.csv')", "Permission Error"),
    ],
)
def test_a_failure_is_stated_in_words_with_what_duckdb_states(page: Page, sql: str, words: str) -> None:
    assert words in ask(page, sql)
    expect(page.locator("#answer")).not_to_be_visible()


def test_text_of_an_answer_is_escaped_and_hidden_characters_are_written_out(page: Page) -> None:
    ask(page, "select '<img src=x onerror=alert(1)>' as \"<b>\", 'a' || chr(8238) || 'b' as c, null as d, 0 as e")
    assert page.locator("#rows img").count() == 0
    assert page.locator("#rows tbody td").all_text_contents() == ["<img src=x onerror=alert(1)>", "a\\u202eb", "–", "0"]


def test_the_csv_is_exact_and_has_no_formula(page: Page) -> None:
    sql = """select * from (values
      (12345678901234567890123::hugeint, 0.1::double + 0.2::double, '=1+1', 'a,"b"' || chr(10) || 'c', null), (-5, -0.25::double, '-5', '@x', 'é')
    ) as t(h, d, f, q, n)"""
    assert ask(page, sql) == ""
    with page.expect_download() as download:
        page.click("#csv")
    assert download.value.suggested_filename.endswith("-answer.csv")
    text = Path(download.value.path()).read_bytes().decode("utf-8")
    assert text.startswith("h,d,f,q,n\r\n")
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [
        ["12345678901234567890123", "0.30000000000000004", "'=1+1", 'a,"b"\nc', ""],
        ["-5", "-0.25", "-5", "'@x", "é"],
    ]


def test_a_query_without_end_is_cancelled_and_the_next_one_is_answered(page: Page) -> None:
    page.fill("#sql", "select sum(a.value * b.value) from metric_vintages a, metric_vintages b, metric_vintages c")
    page.click("#run")
    expect(page.locator("#state")).to_contain_text("running", timeout=PATIENCE)
    page.locator("#cancel").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#failure")).to_have_text("Cancelled.")
    assert ask(page, "select count(*) as n from dim_unit") == ""
    expect(page.locator("#count")).to_have_text("1 row")


def test_the_address_has_the_query_and_a_link_runs_nothing_by_itself(served: str, page: Page) -> None:
    sql = "select 'ü & #' as a -- 100 %\n"
    assert ask(page, sql) == ""
    link = page.evaluate("location.href")
    assert link == f"{served}site/query.html#sql={quote(sql, safe='')}".replace("%27", "'")
    second = page.context.new_page()
    second.goto(link)
    second.wait_for_selector("html[data-ready=yes]")
    assert second.input_value("#sql") == sql
    expect(second.locator("#answer")).not_to_be_visible()
