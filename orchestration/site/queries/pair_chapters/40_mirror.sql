---
title: Where the two reports differ
lead: The seller and the buyer both report a flow. The difference between their reports shows how reliable either is.
events: [SH, S]
---

---
kind: lines
title: The recipient and the payer reported different amounts for the same flow
id: differences
concept: difference of two reports of one flow
note: Years with both reports only; lines run from payer to recipient. The formula is in the definition of the metric.
---
select
    payer.name || ' → ' || receiver.name || ', ' || item.name || ' (' || mirror.source || ')' as series,
{{ figure_columns("mirror") }}
from mirror_asymmetry_all as mirror
join dim_area as receiver on mirror.area = receiver.area
join dim_area as payer on mirror.counterpart_area = payer.area
join dim_service_item as item on mirror.item = item.item
where
    mirror.measure = 'relative_difference'
    and (mirror.area, mirror.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, mirror.year

---
kind: table
title: Both reports, their weights and the reconciled figure
id: reports
note: US dollars. A flow with one report keeps that report; see the column note.
---
select
    exporter,
    importer,
    item,
    year,
    export_report,
    export_source,
    import_report,
    import_source,
    exporter_weight,
    importer_weight,
    value as reconciled,
    note
from fct_bilateral_reconciled
where
    (exporter, importer) in (($area, $counterpart), ($counterpart, $area))
    and export_report is not null
    and import_report is not null
order by exporter, item, year

---
kind: table
title: Reliability of the reporters
id: reliability
note: >-
  The variance of a reporter's errors, estimated from all pairs of reports in a window of years; smaller is better.
  With too few pairs none is estimated, and both reports have the same weight.
---
select
    reporter,
    role,
    item,
    window_start as first_year,
    window_end as last_year,
    variance,
    pairs,
    replace(weight_convention, '_', ' ') as weight_convention,
    replace(status, '_', ' ') as status
from fct_reporter_reliability
where
    reporter in ($area, $counterpart)
    and item in ('S', 'SH')
    and exists (
        select 1
        from fct_bilateral_reconciled as flow
        where
            (flow.exporter, flow.importer) in (($area, $counterpart), ($counterpart, $area))
            and flow.export_report is not null
            and flow.import_report is not null
    )
order by item, reporter, role, window_start
