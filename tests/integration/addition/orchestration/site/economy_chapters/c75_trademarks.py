"""Trademarks that applicants of an economy seek at the offices of others; invented figures."""

from orchestration.site.chapter import Chapter, Listing, figure_cell

CHAPTER = Chapter(
    title="Trademarks sought abroad",
    lead="Invented applications of one economy at the trademark offices of others.",
    parts=(
        Listing(
            title="Applicants from {area} sought trademarks at these offices",
            partners=True,
            sql=f"""
select trademarks.counterpart_area as partner, {figure_cell("trademarks")} as applications, trademarks.source
from synthetic_trademark_applications as trademarks
where trademarks.area = $area and trademarks.counterpart_area <> 'W00'
order by trademarks.counterpart_area, trademarks.year
""",
        ),
    ),
)
