"""Suite of ip_receipts_per_person."""

from expectations.shared import NO_WORLD_BANK_REGION, between, contract, countries, figure, frozen, of_source, steady
from orchestration.guards.expectation_types import ExpectCodes, ExpectYears

SUITE = [
    *contract(
        "ip_receipts_per_person",
        measures=["receipts_per_person"],
        items=["SH"],
        units=["USD_PS"],
        bases=["derived"],
        years=(1960, None),
    ),
    *of_source("world_bank", 6460, first=1970, last=2025),
    countries(173),
    NO_WORLD_BANK_REGION,
    figure("USA", 2024, (480, 520), "World Bank: 169.5 billion US dollars over 340 million persons"),
    figure("CHN", 2022, (8.5, 10.5), "World Bank: 13.3 billion US dollars over 1,412 million persons"),
    figure("JPN", 2019, (350, 390), "UN International Trade Statistics Yearbook: 46.9 billion over 126.6 million"),
    ExpectYears(where="area = 'USA' and is_latest", first=(1960, 1970), last=(2025, 2045)),
    ExpectCodes(column="area", codes=["USA", "CHN", "JPN", "DEU", "GBR", "W00"], where="is_latest"),
    between((-1, 50_000), fault="receipts over persons in other units: no economy earned 50,000 dollars a person"),
    between((5, 700), "area == 'USA'", "the United States earned 5 to 600 dollars a person"),
    between((0.04, 12), "area == 'CHN'", "China earned a few cents to ten dollars a person"),
    steady((0.6, 1.6), "area in ['USA', 'JPN', 'GBR'] and year >= 1990"),
    steady((0.3, 5), "area == 'CHN'"),
    frozen("area in ['USA', 'CHN', 'JPN', 'GBR']"),
]
