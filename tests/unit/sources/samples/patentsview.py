"""PatentsView: joint patents by partner and by section, in PatentWorld's layout."""

import json

from orchestration.sources import patentsview
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

PARTNERS = {"China": 0.033, "Japan": 0.067, "South Korea": 0.1, "Germany": 0.133, "United Kingdom": 0.167, "India": 0.2}
RATES = json.dumps(
    [
        {"year": 2025, "partner": partner, "co_count": number, "us_patents": 3000, "co_invention_rate": rate}
        for number, (partner, rate) in enumerate(PARTNERS.items(), start=1)
    ]
).encode()
SECTIONS = json.dumps(
    [{"year": year, "section": section, "us_cn_count": 9} for year in range(2000, 2026) for section in "ABCGH"]
).encode()
REFUSED: tuple[Refusal, ...] = (
    ('"partner": "India"', '"partner": "China"', "year, partner repeated: ('2025', 'China')", "/5"),
)
CASES = [
    Case(
        make_origin(patentsview.CARD, "co_invention_rates", RATES, file_name="rates.json"),
        RATES,
        {"co_inventions": 6},
        {"partner": "China", "co_count": 1, "section": None, "payload_pointer": "/0"},
        "2025-09-30",
        REFUSED,
    ),
    Case(
        make_origin(patentsview.CARD, "co_invention_us_china_by_section", SECTIONS, file_name="sections.json"),
        SECTIONS,
        {"co_inventions": 130},
        {"section": "A", "us_cn_count": 9, "partner": None},
        "2025-09-30",
    ),
]
