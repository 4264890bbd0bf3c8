-- Where do the figures come from: which publishers, which vintages, how many payloads?
--
-- Every payload has an origin card: address, hash, licence, citation. dim_payload has them all, and so has origins.json
-- of the release.
select origin.publisher, count(distinct payload_sha256) as payloads, max(publisher_last_updated) as newest_stamp
from dim_payload join dim_source as origin using (source)
group by origin.publisher order by origin.publisher
