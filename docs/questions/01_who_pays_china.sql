-- Who pays China for the use of intellectual property, and for what?
--
-- China does not publish its receipts by partner. What the United States states that it paid to China is the mirrored report. Items are
-- EBOPS 2010: SH is the total, SH1 franchises and trademarks, SH2 outcomes of research and development, SH3 software,
-- SH4 audiovisual products. An empty value is a figure that the reporter suppressed or does not have; it is not zero.
select
    charges.year,
    charges.item,
    item.name as item_name,
    round(charges.value / 1e6, 1) as million_usd,
    charges.obs_status,
    charges.source,
    charges.vintage
from bilateral_ip_charges as charges
join dim_service_item as item on charges.item = item.item
where
    charges.area = 'CHN'
    and charges.counterpart_area = 'USA'
    and charges.source = 'wto'
    and charges.year = 2016
order by charges.item
