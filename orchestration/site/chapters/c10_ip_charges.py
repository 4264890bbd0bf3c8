"""Charges for the use of intellectual property between the two economies: both ways, every report, by type."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Charges for the use of intellectual property",
    lead="What the two economies pay each other for the use of patents, software, trademarks, films and music. Reported "
    "figures come from the recipient, mirrored figures from the payer; balanced figures are estimates of OECD and WTO.",
    tables=("bilateral_ip_charges",),
    parts=(
        Figure(
            title="{counterpart} paid {area} for the use of intellectual property",
            directed=True,
            headline=True,
            events=("SH", "S"),
            note="Each source and basis is a line of its own; no line is filled from another.",
            sql="""
select
    basis || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from bilateral_ip_charges
where item = 'SH' and basis <> 'balanced' and area = $area and counterpart_area = $counterpart
order by array_position(['reported', 'mirrored', 'reconciled'], basis), source, year
""",
        ),
        Figure(
            title="{counterpart} paid {area} for the use of intellectual property, as OECD and WTO estimate it",
            directed=True,
            events=("SH", "S"),
            note="Balanced estimates, made from the reports of both sides and from models; no report is replaced by them.",
            sql="""
select
    basis || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from bilateral_ip_charges
where item = 'SH' and basis = 'balanced' and area = $area and counterpart_area = $counterpart
order by source, year
""",
        ),
        Figure(
            title="{counterpart} paid {area} for the use of intellectual property, by type",
            directed=True,
            events=("SH", "S"),
            note="Types do not always add up to the total: reporters suppress some types and do not collect others.",
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
