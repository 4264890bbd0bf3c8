"""Services between the two economies in the newest year that has a report of both directions, or of one."""

from __future__ import annotations

from orchestration.site.lead import Lead, Rows, Sentences, Wording


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    newest = rows[0]
    seller, buyer = wording.economy(newest["seller"]), wording.economy(newest["buyer"])
    sold = (
        f"{seller} sold {buyer} services of ",
        wording.figure(newest["value"], newest["unit"], newest["obs_status"], newest["source"]),
        f" in {newest['year']}",
    )
    back = next(
        (
            row
            for row in rows
            if row["seller"] == newest["buyer"] and row["year"] == newest["year"] and row["source"] == newest["source"]
        ),
        None,
    )
    if back:
        yield (
            *sold,
            " and bought services of ",
            wording.figure(back["value"], back["unit"], back["obs_status"], back["source"]),
            " from it.",
        )
    else:
        yield (*sold, ".")


LEAD = Lead(
    concept="services between two economies",
    sentences=_sentences,
    sql="""
select area as seller, counterpart_area as buyer, year, value, unit, obs_status, source
from bilateral_services_balance
where
    item = 'S' and measure = 'exports' and basis in ('reported', 'mirrored') and value > 0 and obs_status <> 'U'
    and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by year desc, basis = 'reported' desc, value desc, vintage desc, source, seller
""",
)
