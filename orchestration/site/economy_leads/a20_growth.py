"""How many times an economy's receipts of ten years before its newest receipts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.site.lead import Lead, Sentence, Wording, multiple


def _sentences(rows: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Sentence]:
    newest = rows[0]
    economy = wording.economies[0].in_text
    paid = f"in US dollars at current prices, the world paid {economy} "
    yield (paid, multiple(newest["value"], 1), f" as much in {newest['year']} as in {newest['base_year']}.")


LEAD = Lead(
    concept="growth of receipts",
    tables=("ip_receipts_growth",),
    sentences=_sentences,
    sql="""
select year, base_year, value
from ip_receipts_growth
where
    area = $area and counterpart_area = 'W00' and measure = 'multiple' and base_year = year - 10 and obs_status <> 'U'
order by year desc, source
limit 1
""",
)
