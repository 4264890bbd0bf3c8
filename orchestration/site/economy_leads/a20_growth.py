"""How many times an economy's receipts of ten years before its newest receipts are."""

from __future__ import annotations

from orchestration.methods.large_steps import FACTOR, LEAST_SIZE
from orchestration.site.lead import Lead, Rows, Sentences, Wording, multiple


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    newest = rows[0]
    economy = wording.economies[0].in_text
    paid = f"in US dollars at current prices, the world paid {economy} "
    step = f", across a large step in {newest['step']} whose cause is not established" if newest["step"] else ""
    yield (paid, multiple(newest["value"], 1), f" as much in {newest['year']} as in {newest['base_year']}{step}.")


LEAD = Lead(
    concept="growth of receipts",
    sentences=_sentences,
    sql=f"""
with
steps as (
    select one.source, one.year
    from ip_receipts as one
    join ip_receipts as before on one.source = before.source and one.year = before.year + 1
    where
        one.area = $area and before.area = $area and one.counterpart_area = 'W00' and before.counterpart_area = 'W00'
        and one.obs_status <> 'B'
        and greatest(one.value, before.value) > {LEAST_SIZE}
        and greatest(one.value, before.value) > {FACTOR} * least(one.value, before.value)
)
select
    growth.year,
    growth.base_year,
    growth.value,
    (
        select max(steps.year)
        from steps
        where steps.source = growth.source and steps.year > growth.base_year and steps.year <= growth.year
    ) as step
from ip_receipts_growth as growth
where
    growth.area = $area
    and growth.counterpart_area = 'W00'
    and growth.measure = 'multiple'
    and growth.base_year = growth.year - 10
    and growth.obs_status <> 'U'
order by growth.year desc, growth.source
limit 1
""",
)
