"""Charges for the use of intellectual property between the two economies: both ways, every report, by type."""

from orchestration.site.chapter import Chapter, Figure, figure_columns

_CHARGES = f"""
select
    payer.name || ' → ' || recipient.name || ': ' || charges.basis || ' (' || charges.source || ')' as series,
{figure_columns("charges")},
    payer.name || ' → ' || recipient.name as flow,
    charges.basis
from bilateral_ip_charges as charges
join dim_area as payer on charges.counterpart_area = payer.area
join dim_area as recipient on charges.area = recipient.area
where
    charges.item = 'SH'
    and charges.basis in ({{bases}})
    and (charges.area, charges.counterpart_area) in ({{directions}})
order by charges.area = $area, charges.basis = 'reported' desc, charges.source, charges.year
"""
_BOTH_WAYS = "($area, $counterpart), ($counterpart, $area)"

CHAPTER = Chapter(
    title="Charges for the use of intellectual property",
    lead="What the two economies pay each other for the use of patents, software, trademarks, films and music. Reported "
    "figures come from the recipient, mirrored figures from the payer; balanced figures are estimates of OECD and WTO.",
    events=("SH", "S"),
    parts=(
        Figure(
            title="Who pays whom: payments between {area} and {counterpart} for the use of intellectual property",
            headline=True,
            concept="charges between two economies",
            tile="{payer} paid {recipient} for the use of intellectual property",
            note="Both directions on one scale; an arrow leads from the payer to the recipient. Each source and each side's report "
            "is a line of its own; no line is filled from another. A band is the range between the reports of the two sides.",
            sql=_CHARGES.format(bases="'reported', 'mirrored'", directions=_BOTH_WAYS),
        ),
        Figure(
            title="Payments between {area} and {counterpart} for the use of intellectual property, as OECD and WTO estimate them",
            concept="charges between two economies",
            note="Balanced estimates, made from the reports of both sides and from models; no report is replaced by them.",
            sql=_CHARGES.format(bases="'balanced'", directions=_BOTH_WAYS),
        ),
        Figure(
            title="{counterpart} paid {area} for the use of intellectual property, reconciled",
            concept="charges between two economies",
            directed=True,
            note="One figure from the reports of both sides, for years that both reported; docs/methods/reconciliation.md has the formula.",
            sql=_CHARGES.format(bases="'reconciled'", directions="($area, $counterpart)"),
        ),
        Figure(
            title="{counterpart} paid {area} for the use of intellectual property, by type",
            concept="charges between two economies by type",
            directed=True,
            note="Types do not always add up to the total: reporters suppress some types and do not collect others.",
            sql=f"""
select
    item.name || ', ' || charges.basis || ' (' || charges.source || ')' as series,
{figure_columns("charges")}
from bilateral_ip_charges as charges
join dim_service_item as item on charges.item = item.item
where item.parent_item = 'SH' and charges.area = $area and charges.counterpart_area = $counterpart
order by charges.item, series, charges.year
""",
        ),
    ),
)
