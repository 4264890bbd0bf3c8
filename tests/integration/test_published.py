"""A release of the bundle: figures checked by hand, the summary, queries, units, sources and licences."""

import re

import duckdb
import pytest

from orchestration.automation.alert_messages import Problem
from orchestration.automation.incidents import alert
from orchestration.contracts.unit import units_of_project, units_of_release
from orchestration.core.files import read_json
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from orchestration.transform.build import latest_build
from tests.conftest import NETWORK_NOTES
from tests.integration.conftest import PublishedCopy, run_bilateral

US_CHINA = "area = 'USA' and counterpart_area = 'CHN' and"
EXPORTS = "measure = 'exports' and basis = 'reported' and source = 'publications'"
HAND_CHECKED: dict[str, dict[str, float]] = {
    "value from ip_receipts_all": {
        "area = 'USA' and year = 2024 and source = 'world_bank'": 169.52e9,
        "area = 'USA' and year = 2016 and source = 'world_bank'": 112.981e9,
    },
    "value from metric_vintages": {
        "metric_id = 'ip_receipts' and area = 'USA' and year = 2016 and source = 'world_bank' and vintage = '2018-08-01'": 124.454e9,
        f"metric_id = 'bilateral_services_balance' and {US_CHINA} item = 'S' and year = 2022 and {EXPORTS} and vintage = '2024-03-28'": 41.5e9,
    },
    "value from bilateral_ip_charges_all": {
        f"{US_CHINA} item = 'SH' and year = 2016 and basis = 'reported' and source = 'wto'": 7960e6,
        f"{US_CHINA} item = 'SH' and year = 2017 and basis = 'balanced'": 7085.246998e6,
        f"{US_CHINA} item = 'SH' and year = 2017 and basis = 'mirrored'": 7.1e9,
        f"{US_CHINA} item = 'SH' and year = 2017 and basis = 'reported' and source = 'publications'": 8.3e9,
        f"{US_CHINA} item = 'SH' and year = 2018 and basis = 'reported'": 7552e6,
    },
    "value from bilateral_services_balance_all": {
        "area = 'CHN' and counterpart_area = 'USA' and item = 'SH' and year = 2019 and basis = 'balanced' and measure = 'imports'": 8084.797914e6,
        f"{US_CHINA} item = 'S' and year = 2022 and {EXPORTS}": 41.8e9,
    },
    "count(distinct counterpart_area) from bilateral_ip_charges_all": {
        "area = 'CHN' and basis = 'balanced' and counterpart_area <> 'W00'": 202
    },
    "value from mirror_asymmetry_all": {
        f"{US_CHINA} item = 'SH' and year = 2017 and measure = 'relative_difference'": 4.2189,
        "area = 'USA' and counterpart_area = 'GBR' and item = 'SH' and year = 2020 and measure = 'relative_difference'": 11.0597,
    },
    "value from partner_share_of_ip_charges_all": {
        f"{US_CHINA} year = 2019 and measure = 'share_of_receipts_from_region'": 26.4109,
        "area = 'CHN' and counterpart_area = 'USA' and year = 2019 and measure = 'share_of_payments_to_world'": 26.526313,
    },
    "value from services_complementarity_all": {
        "area = 'CHN' and counterpart_area = 'DEU' and year = 2019 and item = '_T'": 0.616292
    },
    "count(*) from bilateral_ip_charges_all": {"source = 'oecd' and basis <> 'balanced'": 0},
    "value from fct_published_figure": {
        "measure = 'ip_receipts_and_payments' and year = 2024 and unit = 'CNY'": 398.71e9
    },
    "value from fct_licensor_revenue": {
        "company = 'Qualcomm' and line = 'licensing_line' and year = 2020 and is_latest": 7233e6,
    },
    "count(*) from fct_licensor_revenue as line join fct_licensor_revenue as segment using (cik, year)": {
        "line.line = 'licensing_line' and segment.line = 'licensing_segment'": 0
    },
    "value from patent_families_all": {"area = 'CHN' and item = '_T' and year = 2020": 456088},
    "value from us_patent_grants_all": {
        "area = 'TWN' and item = 'WIPO_08' and year = 2022": 3262,
    },
    "value from trademark_registrations_all": {
        "area = 'W00' and counterpart_area = 'USA' and item = 'NICE_CLOTHING' and year = 2022": 58912,
    },
    "value from co_publication_intensity_all": {
        "area = 'CHN' and counterpart_area = 'USA' and year = 2022 and measure = 'share_of_international_publications'": 32.1143
    },
    "value from technology_upgrading_all": {
        "area = 'CHN' and year = 2023 and measure = 'scientific_articles'": 932711.93,
    },
    "value from technology_specialisation_all": {
        "area = 'TWN' and item = 'WIPO_08' and authority = 'US50' and year = 2022": 5.448955,
    },
    "value from ip_payments_all": {"area = 'CHN' and year = 2022 and source = 'world_bank'": 44.46e9},
    "value from pct_applications_all": {
        "area = 'CHN' and year = 2024 and measure = 'applications' and clock = 'filing_year'": 70160,
    },
    "value from patent_filing_flows_all": {
        "area = 'CHN' and counterpart_area = 'W00' and year = 2024 and measure = 'applications_abroad'": 124737,
        "area = 'CHN' and year = 2024 and measure = 'pct_share_of_applications_abroad'": 52.3445,
        "area = 'CHN' and counterpart_area = 'USA' and year = 2021 and measure = 'pct_national_phase_grants'": 8204,
    },
    "value from co_invention_intensity_all": {
        f"{US_CHINA} item = '_T' and year = 2022 and measure = 'share_of_area_patents'": 1.64642
    },
    "value from technology_balance_all": {
        f"{US_CHINA} item = '_T' and year = 2016 and measure = 'receipts' and basis = 'reported'": 8122e6,
        f"{US_CHINA} item = '_T' and year = 2016 and measure = 'coverage_ratio' and basis = 'reported'": 2.58745,
    },
    "families_at_counterpart_office_patents from bilateral_profile": {
        "area = 'CHN' and counterpart_area = 'JPN' and year = 2022": 11641
    },
}


@pytest.mark.parametrize(
    ("column", "where", "expected"),
    [(column, *figure) for column, figures in HAND_CHECKED.items() for figure in figures.items()],
)
def test_figures_checked_by_hand(published_copy: PublishedCopy, column: str, where: str, expected: float) -> None:
    (row,) = published_copy.query(f"select {column} where {where}")
    assert list(row.values()) == [pytest.approx(expected, rel=1e-4)]


TOTALS_OF_MEMBERS = """
with newest as (
    from fct_indicator
    where source = 'world_bank' and is_latest and value is not null and indicator in ('ip_receipts', 'ip_payments', 'population')
)
select
    whole.indicator,
    count(distinct whole.area) as aggregates,
    list(distinct whole.area) filter (where abs(whole.value - members.value) > 1e-6 * whole.value + 1) as differ
from newest as whole
join (
    select group_area as area, indicator, year, sum(value) as value
    from newest
    join dim_area_group on newest.area = dim_area_group.member_area and dim_area_group.source = 'world_bank'
    group by all
) as members using (area, indicator, year)
group by all
order by whole.indicator
"""


def test_members_of_an_aggregate_add_up_to_what_its_publisher_states(published_copy: PublishedCopy) -> None:
    found = {row["indicator"]: (row["aggregates"], row["differ"]) for row in published_copy.query(TOTALS_OF_MEMBERS)}
    of_population = found.pop("population")
    assert found == {"ip_payments": (25, None), "ip_receipts": (25, None)}
    assert (of_population[0], sorted(of_population[1])) == (25, ["WB_EAS", "WB_HIC"]), "which include Taiwan"


def test_units_and_sources_are_those_of_the_project(published_copy: PublishedCopy) -> None:
    with open_read_only(require_current(published_copy.settings).database) as release:
        assert units_of_release(release) == units_of_project(published_copy.settings.dbt_project)
    with duckdb.connect(latest_build(published_copy.settings).database, read_only=True) as build:
        sources = dict(build.execute("from intermediate.int_metrics_described").fetchall())
    assert sources["ip_cover_ratio"].startswith("world_bank (ip_receipts and ip_payments) or safe (China) or bea (")


def test_the_refresh_reached_no_other_machine(published_copy: PublishedCopy) -> None:
    notes = published_copy.data.with_name(NETWORK_NOTES).read_text(encoding="utf-8")
    assert notes == "", f"a refresh of the bundle needs no network\n{notes}"


def test_the_claims_of_the_first_article(published_copy: PublishedCopy) -> None:
    rows = published_copy.query("select claim_id, verdict, fits_measure, value_latest from fct_claim_audit")
    verdicts = {row["claim_id"]: row["verdict"] for row in rows if row["claim_id"].startswith("cgtn_")}
    assert verdicts == {
        "cgtn_us_ip_receipts_2024": "differs_now",
        "cgtn_us_ip_receipts_above_all_others_2024": "within_bound",
        "cgtn_china_share_of_asia_pacific_2024": "within_bound",
        "cgtn_us_ip_receipts_from_china_2001": "not_verifiable",
        "cgtn_us_ip_receipts_from_china_2024": "within_bound",
        "cgtn_us_ip_receipts_from_china_growth": "not_verifiable",
        "cgtn_ip_a_main_source_of_us_services_exports": "within_bound",
        "cgtn_licensors_business_in_china": "not_verifiable",
        "cgtn_pct_cooperation": "not_verifiable",
        "cgtn_digital_services_share": "differs_now",
        "cgtn_digital_services_share_2040": "misattributed",
    }
    (misattributed,) = [row for row in rows if row["verdict"] == "misattributed"]
    assert misattributed["fits_measure"] == "services_share_of_trade_digitalization"
    assert misattributed["value_latest"] == 17.4


def test_suppressed_is_not_zero(published_copy: PublishedCopy) -> None:
    rows = published_copy.query(
        "select obs_status, count(*) as n, count(value) as values, count(value_lower) as bounds "
        "from fct_bilateral_services where source = 'bea' and obs_status in ('Q', 'N') group by all order by all"
    )
    assert [row["values"] for row in rows] == [0, 0]
    assert {row["obs_status"]: row["bounds"] > 0 for row in rows} == {"N": True, "Q": False}


def test_status_names_the_failed_build(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    failures = [Problem("run build_and_publish", "no space is left on the disk"), Problem("source wto", "HTTP 503")]
    alert(settings, failures)
    text = published_copy.invoke("status").stdout
    alert(settings, [], [problem.subject for problem in failures])
    assert re.search("FAILED  run build_and_publish since 20.*: no space is left on the disk", text)
    assert "HTTP 503" not in text, "a silent publisher keeps no release back"
    assert "FAILED" not in published_copy.invoke("status").stdout


def test_a_second_refresh_with_nothing_changed_does_nothing(published_copy: PublishedCopy) -> None:
    before = require_current(published_copy.settings).id
    again = run_bilateral(published_copy.root, published_copy.data, "refresh")
    assert again.returncode == 0
    assert "Nothing changed" in again.stdout
    assert require_current(published_copy.settings).id == before


def test_products_of_published_numbers_are_exact(published_copy: PublishedCopy) -> None:
    """SAFE publishes 4.19657 hundred million dollars; in binary the product is 419657000.00000006."""
    sql = "select value from ip_payments_all where area = 'CHN' and source = 'safe' and year = 1998"
    assert published_copy.query(sql) == [{"value": 419657000.0}]


def test_values_state_their_units_and_facts_their_sources(release: Release) -> None:
    resources = {resource["name"]: resource for resource in read_json(release.folder / "datapackage.json")["resources"]}
    for name in (
        *(f"{metric}_all" for metric in release.content["metrics"]),
        "fct_indicator",
        "fct_bilateral_services",
    ):
        (value,) = [field for field in resources[name]["schema"]["fields"] if field["name"] == "value"]
        assert value["units"], name
        assert resources[name]["sources"], name
    fields = {field["name"]: field for field in resources["bilateral_profile"]["schema"]["fields"]}
    assert fields["area_gdp_usd"]["units"] == ["USD"]
    assert fields["area_exports_share_of_gdp_percent"]["units"] == ["PT"]


def test_licences_and_citations_are_those_of_the_origin_cards(release: Release) -> None:
    package = read_json(release.folder / "datapackage.json")
    cards = read_json(release.folder / "origins.json")
    for name in ("licence", "citation"):
        assert {source[name] for source in package["sources"]} == {card[name] for card in cards}
    assert {licence["title"] for licence in package["licenses"]} == {card["licence"] for card in cards}
    with duckdb.connect(str(release.database), read_only=True) as connection:
        known = {row[0] for row in connection.execute("select payload_sha256 from dim_payload").fetchall()}
    assert {card["sha256"] for card in cards} == known
    assert len(cards) == sum(source["payloads"] for source in release.content["sources"].values())
