{%- set measures = [
    "services_share_of_trade_digitalization",
    "services_share_of_trade_baseline",
    "digitally_deliverable_share_of_trade_digitalization",
    "digitally_deliverable_share_of_trade_baseline",
] -%}
{{
    metric(
        "trade_projection",
        ref("fct_published_figure"),
        ["counterpart_area", "item"],
        basis="reported",
        where="measure in ('" ~ measures | join("', '") ~ "')",
    )
}}
