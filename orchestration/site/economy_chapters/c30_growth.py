"""How fast what the world pays an economy for intellectual property grew."""

from orchestration.site.chapter import Chapter, Figure, series_query

CHAPTER = Chapter(
    title="Growth of receipts",
    lead="Growth of what the world pays for the use of intellectual property, in US dollars at current prices. Both years of a "
    "comparison come from one vintage.",
    events=("SH", "S"),
    parts=(
        Figure(
            title="Receipts of {area} as a multiple of those five and ten years before",
            concept="growth of receipts",
            note="From bases of at least 10 million US dollars, and never across a break in the series.",
            sql=series_query(
                "ip_receipts_growth",
                "area = $area and counterpart_area = 'W00' and measure = 'multiple' and year - base_year in (5, 10)",
                series="(year - base_year) || ' years before (' || source || ')'",
            ),
        ),
        Figure(
            title="Receipts of {area} grew or fell on the year before",
            concept="growth of receipts",
            sql=series_query(
                "ip_receipts_growth",
                "area = $area and counterpart_area = 'W00' and measure = 'compound_annual_growth' and base_year = year - 1",
            ),
        ),
    ),
)
