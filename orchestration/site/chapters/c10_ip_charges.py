"""Charges for the use of intellectual property between the two: both ways, by every report, and by type."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Charges for the use of intellectual property",
    lead="What each of the two receives from the other for patents, software, trademarks, films and music, as the one who "
    "receives it reports and as the one who pays reports (mirrored).",
    tables=("bilateral_ip_charges",),
    parts=(
        Figure(
            title="{area} from {counterpart}, every report",
            directed=True,
            headline=True,
            events=("SH", "S"),
            note="Reports of different sources and bases are separate lines. None is filled from another.",
            sql="""
select
    basis || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from bilateral_ip_charges
where item = 'SH' and area = $area and counterpart_area = $counterpart
order by array_position(['reported', 'mirrored', 'reconciled'], basis), source, year
""",
        ),
        Figure(
            title="{area} from {counterpart}, by type",
            directed=True,
            events=("SH", "S"),
            note="Types do not always add up to the whole: a reporter suppresses a type or does not collect it.",
            sql="""
select
    item.name || ', ' || charges.basis || ' (' || charges.source || ')' as series,
    charges.year,
    charges.value,
    charges.unit,
    charges.obs_status,
    charges.source,
    charges.vintage
from bilateral_ip_charges as charges
join dim_service_item as item on charges.item = item.item
where item.parent_item = 'SH' and charges.area = $area and charges.counterpart_area = $counterpart
order by charges.item, series, charges.year
""",
        ),
    ),
)
