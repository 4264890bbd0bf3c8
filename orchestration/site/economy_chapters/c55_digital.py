"""Digital share of an economy's trade."""

from orchestration.site.chapter import Chapter, Figure, series_query

CHAPTER = Chapter(
    title="Digital trade",
    lead="Digitally deliverable services could be delivered over a network, digitally delivered services were. They are "
    "different measures, both in percent of trade in goods and services.",
    events=("S",),
    parts=(
        Figure(
            title="Digitally deliverable or delivered services made up part of the trade of {area}",
            concept="digital share of trade",
            sql=series_query(
                "digital_share_of_trade",
                "area = $area",
                "replace(measure, '_', ' ') || ' (' || source || ')'",
                "measure, series, year",
            ),
        ),
    ),
)
