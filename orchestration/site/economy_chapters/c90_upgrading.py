"""Technology of an economy: research, patent applications at home, high-technology exports."""

from orchestration.site.chapter import Chapter, Figure, series_query
from orchestration.site.concepts import UPGRADING

_TITLES = {
    "research_and_development_share_of_gdp": "{area} spent part of its gross domestic product on research and development",
    "ip_payments_per_research_dollar": "{area} paid the world for intellectual property per dollar of its own research",
    "high_technology_share_of_merchandise_exports": "High technology made up part of the goods exports of {area}",
    "resident_applications": "Residents of {area} filed patent applications at home",
    "resident_applications_per_million_people": "Residents of {area} filed patent applications at home, per million people",
}

CHAPTER = Chapter(
    title="Research and high technology",
    lead="What the economy spends on research, files for patents at home, and exports as high technology.",
    events=("_T",),
    parts=tuple(
        Figure(
            title=title,
            concept=UPGRADING[measure],
            headline=measure == "research_and_development_share_of_gdp",
            sql=series_query("technology_upgrading", f"area = $area and measure = '{measure}'"),
        )
        for measure, title in _TITLES.items()
    ),
)
