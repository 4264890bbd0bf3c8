"""Technology of each economy: research, patent filings at home, high-technology exports."""

from orchestration.site.chapter import Chapter, Figure, figure_columns
from orchestration.site.concepts import UPGRADING

_TITLES = {
    "research_and_development_share_of_gdp": "{area} and {counterpart} spent part of their gross domestic product on research and development",
    "high_technology_share_of_merchandise_exports": "High technology made up part of the goods exports of {area} and {counterpart}",
    "resident_applications": "Residents of {area} and {counterpart} filed patent applications at home",
    "ip_payments_per_research_dollar": "{area} and {counterpart} paid the world for intellectual property per dollar of their own research",
}

CHAPTER = Chapter(
    title="Technology of each economy",
    lead="What each economy spends on research, files for patents at home, and exports as high technology.",
    events=("_T",),
    bilateral=False,
    parts=tuple(
        Figure(
            title=title,
            concept=UPGRADING[measure],
            sql=f"""
select
    area.name || ' (' || upgrading.source || ')' as series,
{figure_columns("upgrading")}
from technology_upgrading as upgrading
join dim_area as area on upgrading.area = area.area
where upgrading.area in ($area, $counterpart) and upgrading.measure = '{measure}'
order by series, upgrading.year
""",
        )
        for measure, title in _TITLES.items()
    ),
)
