"""How many times the receipts of the first year since 2000 an economy's newest receipts are."""

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
    tables=("ip_receipts_growth",),
    sentences=_sentences,
    sql="""
select year, base_year, value
from ip_receipts_growth
where
    area = $area and counterpart_area = 'W00' and measure = 'multiple' and base_year between 2000 and year - 5 and value > 0
order by year desc, base_year, source
limit 1
""",
)
