"""Patent applications of one economy at the office of the other, and what that office granted."""

from orchestration.site.chapter import Chapter, Figure, measure_and_source, series_query


def _flows(condition: str) -> str:
    where = f"area = $area and counterpart_area = $counterpart and {condition}"
    order = "measure not in ('applications', 'grants'), series, year"
    return series_query("patent_filing_flows", where, measure_and_source(), order)


CHAPTER = Chapter(
    title="Patents at each other's office",
    lead="Applications of one economy at the patent office of the other and what it granted, direct or through the Patent Cooperation "
    "Treaty (PCT). An application is no patent until it is granted.",
    events=("_T",),
    parts=(
        Figure(
            title="Applicants from {area} filed patent applications at the office of {counterpart}",
            directed=True,
            headline=True,
            concept="applications at an office by origin",
            sql=_flows("unit = 'PATN' and measure not like '%grants'"),
        ),
        Figure(
            title="The office of {counterpart} granted patents to applicants from {area}",
            directed=True,
            headline=True,
            concept="grants of an office by origin",
            sql=_flows("unit = 'PATN' and measure like '%grants'"),
        ),
        Figure(
            title="Inventions of {area} were also filed at the office of {counterpart}",
            concept="patent families filed at an office by origin",
            directed=True,
            note="Patent families by the year of their first filing; a family is one invention, whatever the number of its applications.",
            sql=_flows("unit = 'PATF'"),
        ),
        Figure(
            title="Applicants from {area} came to the office of {counterpart} through the PCT, share of applications or of grants",
            concept="share of applications or of grants through the PCT",
            directed=True,
            sql=_flows("unit = 'PT'"),
        ),
    ),
)
