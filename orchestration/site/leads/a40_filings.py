"""Patents of applicants of one economy at the office of the other, newest year, where the release has no charges."""

from __future__ import annotations

from orchestration.site.lead import Lead, Rows, Sentences, Wording


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    newest = rows[0]
    applicants, office = wording.economy(newest["area"]), wording.economy(newest["counterpart_area"])
    figure = wording.count(newest["value"])
    ends = f" in {newest['year']} (source: {wording.publisher(newest['source'])})."
    if newest["measure"] == "grants":
        yield (f"the office of {office} granted ", figure, f" patents to applicants from {applicants}", ends)
    elif newest["measure"] == "applications":
        yield (f"applicants from {applicants} filed ", figure, f" patent applications at the office of {office}", ends)
    else:
        yield (
            f"inventions of {applicants} that were also filed at the office of {office} make up ",
            figure,
            " patent families",
            ends,
        )
    if wording.is_old(newest["year"]):
        yield ("no later year is in this release; a newer export of the same source would bring one.",)


LEAD = Lead(
    concept="applications, grants or families at an office by origin",
    sentences=_sentences,
    sql="""
select area, counterpart_area, measure, year, value, unit, source
from patent_filing_flows
where
    (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and measure in ('grants', 'applications', 'foreign_oriented_families')
    and value > 0
    and not exists (
        select 1
        from bilateral_ip_charges as charges
        where
            (charges.area, charges.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
            and charges.item = 'SH'
            and charges.value > 0
    )
order by year desc, measure = 'grants' desc, value desc, area, measure, source
limit 1
""",
)
