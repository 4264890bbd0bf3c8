"""The Dagster UI in a browser: every layer is there, a job started by its button turns green, a poisoned metric turns red."""

import re
import shutil
from collections.abc import Iterator

import duckdb
import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.core.settings import Settings
from orchestration.releases.release_store import require_current
from orchestration.sources import load_sources
from tests.browser.conftest import a_page
from tests.browser.dagster_server import DagsterUI, dagster_ui
from tests.integration.conftest import PublishedCopy, copy_tree

pytestmark = pytest.mark.campaign

LAYERS = ("publishers", "raw", "vintages", "seeds", "metrics", "release", "models_staging", "models_marts")
FLOW = ("publishers", "raw", "models_staging", "models_marts", "metrics", "release")
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


PARTS = {
    "raw": "raw/ncses/patent_counts",
    "seeds": "seeds/followed_economies",
    "models_staging": "models/stg_ncses__patent_counts",
    "models_intermediate": "models/int_uspto_items_listed",
    "models_marts": "models/dim_area",
    "models_on_metrics": "models/bilateral_profile",
    "metrics": "metrics/ip_receipts",
}
"""An asset of every group that can be materialised by one click; publishers are external, and partitions are chosen."""


@pytest.mark.parametrize("key", PARTS.values(), ids=PARTS)
def test_one_asset_of_every_group_is_materialised_by_its_button(ui: DagsterUI, page: Page, key: str) -> None:
    before = require_current(ui.settings).id
    confirm = ["Confirm"] if key.startswith("raw/") else []  # the UI names the other tables of the source
    assert ui.end(page, ui.start(page, f"/assets/{key}", "Materialize", *confirm)) == "SUCCESS"
    assert require_current(ui.settings).id == before
    assert require_current(ui.settings).damage() == []


def test_an_asset_is_materialised_with_everything_downstream(ui: DagsterUI, page: Page) -> None:
    before = require_current(ui.settings).id
    ui.open(page, "/asset-groups")
    select(page, 'key:"models/stg_snb__bilateral_services"+')
    expect(page.get_by_text("publishers", exact=True)).to_have_count(0)
    page.wait_for_load_state("networkidle")  # the button needs the selected assets
    assert ui.end(page, ui.press(page, "Materialize all$")) == "SUCCESS"
    assert require_current(ui.settings).id == before, "only a whole build is published"


def select(page: Page, selection: str) -> None:
    """Type a selection of assets into the catalog or the lineage."""
    page.locator(".CodeMirror").first.click()
    page.keyboard.insert_text(selection)
    page.keyboard.press("Escape")  # closes the suggestions
    page.keyboard.press("Enter")


CHECKED = {
    "raw": "raw/world_bank/indicators",
    "seeds": "seeds/indicator_codes__world_bank",
    "models_staging": "models/stg_wto__bilateral_services",
    "models_intermediate": "models/int_uspto_areas_counted",
    "models_marts": "models/fct_co_invention",
    "models_on_metrics": "models/fct_growth_coverage",
    "metrics": "metrics/ip_receipts",
}
"""An asset of every group that has checks."""


@pytest.mark.parametrize("key", CHECKED.values(), ids=CHECKED)
def test_the_checks_of_one_asset_are_executed_by_their_button(ui: DagsterUI, page: Page, key: str) -> None:
    assert ui.end(page, ui.start(page, f"/assets/{key}", "Checks", "Execute")) == "SUCCESS"


SHOWN = {
    "/deployment/locations": ("^Loaded$",),
    "/assets/publishers/world_bank": (
        *("External Asset", load_sources()["world_bank"].CARD.homepage),
        *("^licence$", "^citation$", "^cadence$", "^limits$", "^key$"),
    ),
    "/assets/raw/world_bank/indicators": ("^Row count$", "^vintages$", "^payload hashes$", "^feeds$"),
    "/assets/vintages/world_bank?view=partitions&partition=2026-07-01": ("^verdict$", "^why$", "^payloads$"),
    "/assets/seeds/followed_economies": ("^Description$", "^Column name$"),
    "/assets/models/stg_ncses__patent_counts": ("^Description$", "^select$", "^Column name$"),
    "/assets/release": ("^release$", "^(tables|not published: only a part was built .*)$"),
    "/locations/bilateral/jobs/guard_and_publish/playground": ("accept",),
    "/locations/bilateral/jobs/refresh/playground": ("accept", "column_lineage"),
    "/assets/metrics/ip_cover_ratio": (
        *("Formula: receipts / payments", "Unit:", "Grain:", "Sources:"),
        *("ip_cover_ratio.sql", "ip_cover_ratio.yml", "ip_cover_ratio.py"),
    ),
}
"""Patterns of text on pages of the UI."""


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_shows(ui: DagsterUI, page: Page, path: str) -> None:
    ui.open(page, path)
    for pattern in SHOWN[path]:
        expect(page.get_by_text(re.compile(pattern)).first).to_be_visible()


def test_lineage_shows_the_layers_in_the_order_of_the_data(ui: DagsterUI, page: Page) -> None:
    ui.open(page, "/")
    page.get_by_role("link").filter(has_text=re.compile("^Lineage$")).first.click()
    drawn = {layer: page.locator("foreignObject").get_by_text(layer, exact=True) for layer in LAYERS}
    for box in drawn.values():
        expect(box).to_be_visible()
    order = [drawn[layer].bounding_box() for layer in FLOW]
    assert order == sorted(order, key=lambda box: box["x"] if box else 0.0)


def test_runs_lists_a_refresh_of_the_command_line(ui: DagsterUI, page: Page) -> None:
    ui.open(page, "/")
    page.get_by_role("link").filter(has_text=re.compile("^Runs$")).first.click()
    expect(page.get_by_text("bilateral/refresh").first).to_be_visible()


@pytest.mark.parametrize(
    ("selection", "asset"),
    [
        ("group:metrics", "ip_cover_ratio"),
        ("kind:greatexpectations", "ip_cover_ratio"),
        ('tag:"bilateral/source"="world_bank"+', "ip_payments"),
        ('+key:"metrics/ip_cover_ratio"', "dim_area"),
    ],
)
def test_a_selection_of_the_catalog_shows_its_assets(ui: DagsterUI, page: Page, selection: str, asset: str) -> None:
    ui.open(page, "/assets")
    select(page, selection)
    page.wait_for_url("**asset-selection=**")
    expect(page.get_by_role("link").filter(has_text=f"/ {asset}").first).to_be_visible()
    expect(page.get_by_text("publishers / wto")).to_have_count(0)


def test_a_vintage_is_judged_again_by_its_partition(ui: DagsterUI, page: Page) -> None:
    run = ui.start(page, "/assets/vintages/ncses", "Materialize…", "All", "Launch backfill")
    assert ui.end(page, run) == "SUCCESS"


def test_the_first_page_is_not_covered_by_a_greeting(ui: DagsterUI, page: Page) -> None:
    with page.expect_response(lambda answer: "/graphql" in answer.url and "shouldShowNux" in answer.text()) as response:
        ui.open(page, "/")
    assert '"shouldShowNux":false' in response.value.text().replace(" ", "")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_metric_names_few_jobs(ui: DagsterUI, page: Page) -> None:
    ui.open(page, "/assets/metrics/ip_receipts")
    expect(page.get_by_text("build_and_publish", exact=True)).to_be_visible()
    jobs = page.locator("a[href*='/locations/bilateral/jobs/']")
    assert sorted(jobs.all_inner_texts()) == ["build_and_publish", "refresh"]


def test_a_build_started_in_the_ui_turns_green(ui: DagsterUI, rebuilt: str, page: Page) -> None:
    ui.open(page, f"/runs/{rebuilt}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    expect(page.get_by_text("Succeeded (3)").first).to_be_visible()  # the models, the guards, the release
    assert require_current(ui.settings).damage() == []
    assert lineage_of(ui, "ip_cover_ratio")["value"] == {"metrics/ip_payments", "metrics/ip_receipts"}
    ui.open(page, "/")
    page.get_by_role("link", name="Overview").first.click()
    expect(page.get_by_text("build_and_publish", exact=True).first).to_be_visible()


def lineage_of(ui: DagsterUI, metric: str) -> dict[str, set[str]]:
    """Return, by column of a metric, the assets that the UI records it is made from."""
    entries = "metadataEntries { ... on TableColumnLineageMetadataEntry { lineage { columnName columnDeps { assetKey { path } } } } }"
    query = '{ assetNodeOrError(assetKey: {path: ["metrics", "%s"]}) { ... on AssetNode { assetMaterializations(limit: 1) { %s } } } }'
    answer = httpx.post(f"{ui.address}/graphql", json={"query": query % (metric, entries)}, timeout=60).json()
    (materialization,) = answer["data"]["assetNodeOrError"]["assetMaterializations"]
    (columns,) = (entry["lineage"] for entry in materialization["metadataEntries"] if "lineage" in entry)
    return {c["columnName"]: {"/".join(d["assetKey"]["path"]) for d in c["columnDeps"]} for c in columns}


def test_metrics_come_first_and_lead_to_their_pages(ui: DagsterUI, page: Page) -> None:
    ui.open(page, "/assets")
    expect(page.get_by_text(re.compile("^metrics ")).first).to_be_visible()
    expect(page.get_by_text(re.compile("^models ?/")).first).to_have_count(0)

    ui.open(page, "/assets/metrics/ip_cover_ratio")
    for path, words in (
        ("/pages/guards/latest#ip_cover_ratio", "Guards of build"),
        ("/pages/release/site/metrics/ip_cover_ratio.html", "ratio"),
    ):
        with page.context.expect_page() as opened:
            page.locator(f"a[href='{path}']").first.click()
        expect(opened.value.get_by_text(words).first).to_be_visible()
        opened.value.close()


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
