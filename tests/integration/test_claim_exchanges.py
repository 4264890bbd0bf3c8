"""True claims on a published release are confirmed; with one field exchanged none is."""

from collections import Counter
from datetime import date

import pandas as pd
import pytest

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.methods.verdicts import CONFIRMED
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.releases.claim_check import ClaimAudit, check_figure

KEY = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")
TRUE_CLAIMS = f"""
with figures as (
    select {", ".join(KEY)}, year, unit, value
    from {ALL_VINTAGES}
    where
        is_latest and base_year is null and basis = any(['reported', 'derived']) and obs_status <> 'U' and abs(value) > 0.01
        and metric_id not in ('revisions', 'mirror_asymmetry') and not contains(source, 'publications')
        and vintage >= '2021-01-01'
    qualify 1 = row_number() over (partition by {", ".join(KEY)}, year order by vintage desc, source)
)
select * from figures
order by row_number() over (partition by metric_id order by hash(({", ".join(KEY)}, year))), metric_id limit 100
"""
EXCHANGES = {
    "direction": "other.area = claim.counterpart_area and other.counterpart_area = claim.area and claim.area <> other.area",
    "partner": "other.area = claim.area and other.counterpart_area <> claim.counterpart_area",
    "economy": "other.area <> claim.area and other.counterpart_area = claim.counterpart_area",
    "year": "other.year <> claim.year",
    "measure": "other.measure <> claim.measure",
    "item": "other.item <> claim.item",
}
"""How the key of another figure differs from that of the claim; all fields that are not named are the same."""


@pytest.fixture(scope="module")
def true_claims(release: Release) -> pd.DataFrame:
    with open_read_only(release.database) as connection:
        claims = connection.execute(TRUE_CLAIMS).df()
    claims["claim_id"] = [f"true {number:03}" for number in range(len(claims))]
    # as printed with four digits
    claims["tolerance"] = claims["value"].abs() * 0.0005
    return claims.assign(said_on=None, needs=None)


def test_only_true_claims_are_confirmed(release: Release, true_claims: pd.DataFrame) -> None:
    assert (len(true_claims), true_claims["metric_id"].nunique() > 14) == (100, True)
    units = true_claims["unit"].map({"USD": "PT", "PT": "PN"}).fillna("USD")
    variants = {name: _exchanged(release, true_claims, differs) for name, differs in EXCHANGES.items()}
    has_office, has_clock = true_claims["authority"] != "_Z", true_claims["clock"] != "reference_year"
    offices = true_claims["authority"].map({"US50": "6F0"}).fillna("US50")
    clocks = true_claims["clock"].map({"filing_year": "grant_year"}).fillna("filing_year")
    variants |= {
        "sign": true_claims.assign(value=-true_claims["value"]),
        "unit": true_claims.assign(unit=units),
        "office": true_claims.assign(authority=offices)[has_office],
        "clock": true_claims.assign(clock=clocks)[has_clock],
    }
    # of pairs that one economy alone reports, no other economy has a figure
    alone = true_claims[~true_claims["claim_id"].isin(variants["economy"]["claim_id"])]
    variants["economy"] = pd.concat([variants["economy"], alone.assign(area="BRA")])
    changed = [claims.assign(claim_id=name + claims["claim_id"].str[4:]) for name, claims in variants.items()]
    with open_read_only(release.database) as connection:
        rows = ClaimAudit(connection, release).of(pd.concat([true_claims, *changed], ignore_index=True))
    confirmed = Counter(row["claim_id"].split()[0] for row in rows if row["verdict"] == CONFIRMED)
    assert confirmed == {"true": 100}
    counts = Counter(row["claim_id"].split()[0] for row in rows)
    least = {
        "direction": 10,
        "office": 10,
        "clock": 10,
        "measure": 20,
        "partner": 30,
        "item": 30,
        "economy": 100,
        "year": 90,
    }
    assert {name: counts[name] for name, number in least.items() if counts[name] < number} == {}


RESEARCH, DIGITAL = "research_and_development_share_of_gdp", "deliverable_share_of_exports"
JUDGED_WRONGLY = [
    # BEA's table of September 2021 was current; the copy of 2018 is older than a cycle
    ("bilateral_ip_charges charges USA CHN 2016 6.8e9", date(2021, 10, 1), ("confirmed", "bea")),
    ("bilateral_ip_charges charges CHE CHN 2016 7.96e9", None, ("contradicted", "snb")),
    (f"technology_upgrading {RESEARCH} CHN W00 2023 3.45", None, ("contradicted", "world_bank")),
    ("ip_receipts receipts W00 W00 2025 520.45e9", None, ("not_verifiable", None)),  # a partial total
    (f"digital_share_of_trade {DIGITAL} W00 W00 2023 60", None, ("contradicted", "unctad+world_bank")),
    (f"digital_share_of_trade {DIGITAL} W00 W00 2023 75", None, ("contradicted", "unctad+world_bank")),
    ("ip_receipts receipts USA W00 2024 144.5e9", date(2025, 5, 7), ("differs_now", "world_bank")),
]
"""Claims that earlier rules judged wrongly, with verdict and source of the newest figure."""


@pytest.mark.parametrize(("fields", "said_on", "expected"), JUDGED_WRONGLY)
def test_known_verdicts(release: Release, fields: str, said_on: date | None, expected: tuple[str, str | None]) -> None:
    names = ("metric", "measure", "area", "counterpart_area", "year", "value")
    row = check_figure(release, {**dict(zip(names, fields.split(), strict=True)), "said_on": said_on})
    assert (row["verdict"], row["source"]) == expected, row["explanation"]


def _exchanged(release: Release, claims: pd.DataFrame, differs: str) -> pd.DataFrame:
    """Return the claims with the key of another figure that differs so and never had the claimed number."""
    names = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority", "year")
    same = " and ".join(f"other.{name} = claim.{name}" for name in names if f"other.{name} " not in differs)
    keys = ", ".join(f"other.{name}" for name in names)
    with open_read_only(release.database) as connection:
        connection.register("claim", claims)
        changed: pd.DataFrame = connection.execute(
            f"select claim.* replace ({', '.join(f'any_value(other.{name} order by {keys}) as {name}' for name in names)}) "
            f"from claim join (select {', '.join(names)}, unit, "
            f"list(value) as numbers from {ALL_VINTAGES} where base_year is null and value is not null group by all) as other "
            f"on {differs} and {same} and other.unit = claim.unit "
            "and len(list_filter(numbers, lambda number: abs(number - claim.value) <= claim.tolerance)) = 0 "
            "group by all"
        ).df()
    return changed
