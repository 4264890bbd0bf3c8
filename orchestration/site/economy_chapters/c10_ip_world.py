"""What an economy receives from and pays to the world for intellectual property, and whether it is a net seller."""

from orchestration.site.chapter import Chapter, Figure, series_query

_WITH_WORLD = "area = $area and counterpart_area = 'W00'"

CHAPTER = Chapter(
    title="Intellectual property with the world",
    lead="Charges for the use of patents, software, trademarks, films and music that the economy receives from and pays to all others.",
    events=("SH", "S"),
    parts=(
        Figure(
            title="The world paid {area} for the use of intellectual property",
            headline=True,
            concept="receipts from the world",
            sql=series_query("ip_receipts", _WITH_WORLD),
        ),
        Figure(
            title="{area} paid the world for the use of intellectual property",
            headline=True,
            concept="payments to the world",
            sql=series_query("ip_payments", _WITH_WORLD),
        ),
        Figure(
            title="{area} received US dollars from the world for each dollar it paid",
            headline=True,
            concept="receipts per dollar paid",
            note="Above 1, the economy is a net seller.",
            sql=series_query("ip_cover_ratio", _WITH_WORLD),
        ),
    ),
)
