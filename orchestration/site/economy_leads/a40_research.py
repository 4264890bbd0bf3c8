"""What an economy without figures of intellectual property with the world spends on research and development."""

from __future__ import annotations

from orchestration.site.lead import Lead, Rows, Sentences, Wording


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    newest = rows[0]
    share = wording.figure(newest["value"], newest["unit"])
    economy = wording.economies[0].in_text
    yield (
        f"{economy} spent ",
        share,
        f" of its gross domestic product on research and development in {newest['year']}.",
    )


LEAD = Lead(
    concept="research share of GDP",
    sentences=_sentences,
    sql="""
select year, value, unit, source
from technology_upgrading
where
    area = $area
    and measure = 'research_and_development_share_of_gdp'
    and value > 0
    and not exists (select 1 from ip_receipts where area = $area and value is not null)
    and not exists (select 1 from ip_payments where area = $area and value is not null)
order by year desc, source
limit 1
""",
)
