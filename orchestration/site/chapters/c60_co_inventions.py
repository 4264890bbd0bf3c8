"""Joint inventions of the two economies: number, fields of technology, and intensity."""

from orchestration.site.chapter import Chapter, Figure, figure_columns, measure_and_source, series_query

_TOTAL = "area = $area and counterpart_area = $counterpart and item = '_T'"

CHAPTER = Chapter(
    title="Joint inventions",
    lead="Patents with inventors in both economies, and their weight among all patents of the two.",
    events=("_T",),
    parts=(
        Figure(
            title="Inventors in {area} and {counterpart} shared patents",
            headline=True,
            concept="joint inventions",
            note="Lines of different offices and years (grant, filing, priority) are different counts. The newest year may be incomplete.",
            sql=series_query(
                "co_inventions",
                _TOTAL,
                measure_and_source(),
                "measure <> 'whole_count', clock <> 'grant_year', authority <> 'US50', series, year",
            ),
        ),
        Figure(
            title="Inventors in {area} and {counterpart} shared patents, by field of technology, newest complete year",
            concept="joint inventions by field",
            kind="bars",
            note="A patent counts in the first section of the Cooperative Patent Classification that it names.",
            sql=f"""
select
    item.name || ' (' || joint.source || ')' as series,
{figure_columns("joint")}
from co_inventions as joint
join dim_service_item as item on joint.item = item.item
where
    joint.area = $area
    and joint.counterpart_area = $counterpart
    and joint.item <> '_T'
    and joint.measure = 'whole_count'
    and joint.clock = 'grant_year'
    and joint.authority = 'US50'
    and joint.obs_status <> 'P'
qualify joint.year = max(joint.year) over (partition by joint.source)
order by joint.value desc nulls last, series
""",
        ),
        Figure(
            title="Patents shared with inventors in {counterpart} made up part of all patents of {area}",
            concept="joint inventions as a share of patents",
            directed=True,
            sql=series_query(
                "co_invention_intensity", f"{_TOTAL} and measure = 'share_of_area_patents'", measure_and_source()
            ),
        ),
        Figure(
            title="Inventors in {area} and {counterpart} worked together more or less than chance would give",
            concept="intensity of joint invention",
            note="Salton's cosine and the Jaccard index range from 0 to 1; a probabilistic affinity of 1 is what chance would give.",
            sql=series_query(
                "co_invention_intensity", f"{_TOTAL} and measure <> 'share_of_area_patents'", measure_and_source()
            ),
        ),
    ),
)
