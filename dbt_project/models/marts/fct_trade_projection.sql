select
    measure,
    area,
    counterpart_area,
    item,
    year,
    value,
    unit,
    obs_status,
    'scenario' as basis,
    source,
    vintage,
    is_latest
from {{ ref("fct_published_figure") }}
where
    measure in (
        'services_share_of_trade_digitalization',
        'services_share_of_trade_baseline',
        'digitally_deliverable_share_of_trade_digitalization',
        'digitally_deliverable_share_of_trade_baseline'
    )
