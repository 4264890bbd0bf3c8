"""The Dagster UI in a browser: every layer is there, a job started by its button turns green, a poisoned metric turns red."""

import shutil
from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current
from tests.browser.conftest import a_page
from tests.browser.dagster_server import DagsterUI, dagster_ui
from tests.integration.conftest import PublishedCopy, copy_tree

pytestmark = pytest.mark.campaign

POISON = -123_456_789.0
"""An amount in US dollars that no economy ever received."""


@pytest.fixture(scope="module")
def ui(
    tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy, browser: Browser
) -> Iterator[DagsterUI]:
    """The UI over a tree and data folder of this module's own, with a published release; without a browser it is not started."""
    folder = tmp_path_factory.mktemp("dagster_ui")
    shutil.copytree(published_copy.data, folder / "data", symlinks=True)
    with dagster_ui(Settings(root=copy_tree(folder / "tree"), data=folder / "data")) as running:
        yield running


CONFIG = "ops: {dbt_models: {config: {column_lineage: true}}, release: {config: {accept: a test of the launchpad}}}"


@pytest.fixture(scope="module")
def rebuilt(ui: DagsterUI, browser: Browser) -> str:
    """The id of a run that built and published, started in the UI, with a configuration typed into its launchpad."""
    with a_page(browser) as page:
        run = ui.launch(page, "build_and_publish", CONFIG)
        assert ui.end(page, run) == "SUCCESS"
    return run


def select(page: Page, selection: str) -> None:
    """Type a selection of assets into the catalog or the lineage."""
    page.locator(".CodeMirror").first.click()
    page.keyboard.insert_text(selection)
    page.keyboard.press("Escape")  # closes the suggestions
    page.keyboard.press("Enter")


@pytest.mark.usefixtures("rebuilt")
def test_a_poisoned_metric_turns_red_states_why_and_leaves_the_release(ui: DagsterUI, page: Page) -> None:
    before = require_current(ui.settings).id
    figure = poison(ui.settings, POISON)
    failed = ui.launch(page, "guard_and_publish")
    assert ui.end(page, failed) == "FAILURE"

    ui.open(page, f"/runs/{failed}")
    for words in ("ip_receipts: value of USA", "expected at least", "what to do: compare the rows"):
        expect(page.get_by_text(words).first).to_be_visible()

    ui.open(page, "/assets/metrics/ip_receipts?view=checks&checkDetail=suite")
    expect(page.get_by_text("what to do", exact=True)).to_be_visible()
    expect(page.locator("a[href^='/pages/guards/'][href$='#ip_receipts']").first).to_be_visible()
    for name in ("expected", "observed", "fault", "row 1"):
        expect(page.get_by_text(f"failed 1: {name}", exact=True)).to_be_visible()
    expect(page.get_by_text("a unit slip or a sign flip").first).to_be_visible()
    expect(page.get_by_text("value -123,456,789").first).to_be_visible()

    assert require_current(ui.settings).id == before
    assert require_current(ui.settings).damage() == []

    poison(ui.settings, figure)
    ui.open(page, f"/runs/{failed}")
    page.get_by_role("button").filter(has_text="Re-execute all").locator("xpath=following::button[1]").click()
    assert ui.end(page, ui.press(page, "From failure")) == "SUCCESS"


def poison(settings: Settings, value: float) -> float:
    """Put a figure into a metric of this module's own newest build, behind dbt and before the guards; return the former one."""
    where = "where area = 'USA' and year = 2024 and source = 'world_bank' and is_latest"
    with duckdb.connect(str(settings.build / "latest" / "warehouse.duckdb")) as connection:
        ((former,),) = connection.execute(f"select value from metrics.ip_receipts {where}").fetchall()
        connection.execute(f"update metrics.ip_receipts set value = ? {where}", [value])
    return float(former)
