"""Patents that applicants of one economy seek at the office of the other."""

from orchestration.site.chapter import Chapter, Figure, measure_label

_FLOWS = f"""
select
    {measure_label()} || ' (' || source || ')' as series, year, value, unit, obs_status, source, vintage
from patent_filing_flows
where area = $area and counterpart_area = $counterpart and unit = '{{unit}}'
order by measure not in ('applications', 'grants'), series, year
"""

CHAPTER = Chapter(
    title="Patents sought from each other",
    lead="Applications and grants of one economy at the patent office of the other, direct or through the Patent Cooperation "
    "Treaty (PCT).",
    tables=("patent_filing_flows",),
    parts=(
        Figure(
            title="Applicants from {area} sought patents at the office of {counterpart}",
            directed=True,
            headline=True,
            events=("_T",),
            sql=_FLOWS.format(unit="PATN"),
        ),
        Figure(
            title="Applicants from {area} came to the office of {counterpart} through the PCT, share of all applications",
            directed=True,
            events=("_T",),
            sql=_FLOWS.format(unit="PT"),
        ),
    ),
)
