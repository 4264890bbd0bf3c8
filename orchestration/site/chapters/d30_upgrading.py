"""Whether each of the two moves up the ladder of technology."""

from orchestration.site.chapter import Chapter, Figure

_TITLES = {
    "research_and_development_share_of_gdp": "Research and development in percent of gross domestic product",
    "high_technology_share_of_merchandise_exports": "High technology in percent of goods exports",
    "resident_applications": "Patent applications by residents at home",
    "ip_payments_per_research_dollar": "Paid for intellectual property for each dollar of own research",
}

CHAPTER = Chapter(
    title="Technology of each economy",
    lead="What each of the two spends on research, files at home, and sells as high technology.",
    tables=("technology_upgrading",),
    bilateral=False,
    parts=tuple(
        Figure(
            title=title,
            events=("_T",),
            sql=f"""
select
    area.name || ' (' || upgrading.source || ')' as series,
    upgrading.year,
    upgrading.value,
    upgrading.unit,
    upgrading.obs_status,
    upgrading.source,
    upgrading.vintage
from technology_upgrading as upgrading
join dim_area as area on upgrading.area = area.area
where upgrading.area in ($area, $counterpart) and upgrading.measure = '{measure}'
order by series, upgrading.year
""",
        )
        for measure, title in _TITLES.items()
    ),
)
