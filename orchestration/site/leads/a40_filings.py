"""Patents that applicants of one economy seek at the office of the other, newest year, where no charges are held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.site.lead import Lead, Sentence, Wording


def _sentences(rows: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Sentence]:
    newest = rows[0]
    applicants, office = wording.economy(newest["area"]), wording.economy(newest["counterpart_area"])
    measure = newest["measure"].replace("_", " ")
    yield (
        f"applicants from {applicants} had ",
        wording.figure(newest["value"], newest["unit"]),
        f" at the office of {office} in {newest['year']} ({measure}; source: {wording.publisher(newest['source'])}).",
    )
    if wording.is_old(newest["year"]):
        yield ("no later year is in this release; a newer export of the same source would bring one.",)


LEAD = Lead(
    tables=("patent_filing_flows", "bilateral_ip_charges"),
    sentences=_sentences,
    sql="""
select area, counterpart_area, measure, year, value, unit, source
from patent_filing_flows
where
    (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and unit = 'PATN'
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
