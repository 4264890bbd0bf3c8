"""Patents of an economy: international applications, patent families, filings abroad and at home, fields of technology."""

from orchestration.site.chapter import (
    Chapter,
    Figure,
    Listing,
    figure_cell,
    measure_and_source,
    measure_label,
    series_query,
)
from orchestration.site.chapters.d40_technology_fields import SPECIALISATION

CHAPTER = Chapter(
    title="Patents and applications",
    lead="International (PCT) applications ask for protection in many countries at once and are no patents. A patent family is one "
    "invention, by the residence of its inventors and the year of its first grant.",
    events=("_T",),
    parts=(
        Figure(
            title="Applicants from {area} filed international (PCT) applications",
            headline=True,
            concept="international applications by origin",
            note="By the origin of the first applicant and the year of filing.",
            sql=series_query(
                "pct_applications", "area = $area and item = '_T' and measure = 'applications'", measure_and_source()
            ),
        ),
        Figure(
            title="Inventors in {area} received their first patent on so many inventions",
            headline=True,
            concept="patent families by residence of the inventors",
            note="Patent families by year of the first grant, not applications and not patents of one office.",
            sql=series_query(
                "patent_families",
                "area = $area and item = '_T'",
                "case when area = 'CHN' and source = 'ncses' then 'including Hong Kong (' || source || ')' else source end",
            ),
        ),
        SPECIALISATION,
        Figure(
            title="Applicants from {area} filed for patents at home and abroad",
            concept="applications at an office by origin",
            note="Direct applications and national phases of the PCT are parts of all applications; they are separate lines.",
            sql=series_query(
                "patent_filing_flows",
                "area = $area and counterpart_area = 'W00' and unit = 'PATN' and measure not like '%grants%'",
                measure_and_source(),
            ),
        ),
        Listing(
            title="Applicants from {area} filed for patents or were granted them at the offices of these economies",
            concept="applications, grants or families at an office by origin",
            partners=True,
            note="The newest year of each measure.",
            sql=f"""
select
    flows.counterpart_area as partner,
    {figure_cell("flows")} as documents,
    {measure_label("flows")} as counted,
    flows.source
from patent_filing_flows as flows
join dim_area as partner on flows.counterpart_area = partner.area
where
    flows.area = $area
    and flows.counterpart_area <> $area
    and partner.kind = 'country'
    and flows.unit = 'PATN'
    and flows.value is not null
qualify
    flows.year = max(flows.year) over (
        partition by flows.counterpart_area, flows.measure, flows.authority, flows.clock, flows.source
    )
order by partner.name, counted, flows.source
""",
        ),
    ),
)
