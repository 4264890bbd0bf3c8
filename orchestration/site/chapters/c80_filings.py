"""Patents that applicants of one seek at the office of the other, and PCT applications of both."""

from orchestration.site.chapter import Chapter, Figure

_FLOWS = """
select replace(measure, '_', ' ') || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from patent_filing_flows
where area = $area and counterpart_area = $counterpart and unit = '{unit}'
order by measure not in ('applications', 'grants'), series, year
"""

CHAPTER = Chapter(
    title="Patents sought from each other",
    lead="What applicants of one economy file and get at the patent office of the other, directly or through the Patent "
    "Cooperation Treaty, and the international applications of both.",
    tables=("patent_filing_flows", "pct_applications"),
    parts=(
        Figure(
            title="Applicants of {area} at the office of {counterpart}",
            directed=True,
            headline=True,
            events=("_T",),
            sql=_FLOWS.format(unit="PATN"),
        ),
        Figure(
            title="Share of the international route, {area} at the office of {counterpart}",
            directed=True,
            events=("_T",),
            sql=_FLOWS.format(unit="PT"),
        ),
        Figure(
            title="PCT applications by origin",
            events=("_T",),
            note="Filing year and publication year are different clocks and stay separate lines.",
            sql="""
select
    area.name || ', ' || replace(pct.measure, '_', ' ') || ' (' || pct.source || ')' as series,
    pct.year,
    pct.value,
    pct.unit,
    pct.obs_status,
    pct.source,
    pct.vintage
from pct_applications as pct
join dim_area as area on pct.area = area.area
where pct.area in ($area, $counterpart) and pct.item = '_T'
order by series, pct.year
""",
        ),
    ),
)
