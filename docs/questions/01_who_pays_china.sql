-- Who pays China for the use of intellectual property, and for what?
--
-- China does not publish its receipts by partner. What the United States states that it paid to China is the mirrored
-- report. Items are EBOPS 2010: SH is the total, SH1 franchises and trademarks, SH2 outcomes of research and
-- development, SH3 software, SH4 audiovisual products. An empty value is a figure that the reporter suppressed or does
-- not have; it is not zero.
select year, item, item_name, round(value / 1e6, 1) as million_usd, obs_status, source, vintage
from named_bilateral_ip_charges_all
where area = 'CHN' and counterpart_area = 'USA' and year = 2016 and basis = 'mirrored' order by item, source
