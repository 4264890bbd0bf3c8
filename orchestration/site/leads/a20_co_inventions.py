"""Joint inventions: the year of their peak, and the newest year that is not provisional."""

from __future__ import annotations

from orchestration.site.lead import Lead, Rows, Sentences, Wording
from orchestration.site.sql_parts import AUTHORITIES


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    newest, peak = rows[0], max(rows, key=lambda row: (row["value"], row["year"]))
    office = AUTHORITIES.get(peak["authority"], peak["authority"])
    clock = peak["clock"].replace("_", " ")
    beginning = f"joint inventions at {office}, by {clock}, "
    if peak["year"] == newest["year"]:
        figure = wording.figure(peak["value"], peak["unit"])
        yield (
            beginning,
            f"were never more than in {peak['year']}, the newest full year in this release: ",
            figure,
            ".",
        )
    else:
        yield (
            beginning,
            f"peaked in {peak['year']} at ",
            wording.figure(peak["value"], peak["unit"]),
            f"; in {newest['year']} there were ",
            wording.figure(newest["value"], newest["unit"]),
            ".",
        )


LEAD = Lead(
    concept="joint inventions",
    sentences=_sentences,
    sql="""
with
counts as (
    select *, count(*) over (partition by source, authority, clock, measure) as years
    from co_inventions
    where
        item = '_T' and measure = 'whole_count' and value > 0 and obs_status not in ('P', 'U')
        and area = $area and counterpart_area = $counterpart
)
select year, value, unit, authority, clock
from counts
where (source, authority, clock) = (
    select (source, authority, clock) from counts order by years desc, source, authority, clock limit 1
)
order by year desc
""",
)
