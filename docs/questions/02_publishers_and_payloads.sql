-- Where do the figures come from: which publishers, which vintages, how many payloads?
--
-- Every payload has an origin card: address, hash, licence, citation. dim_payload has them all, and so has origins.json of the release.
select
    source.publisher,
    count(distinct payload.payload_sha256) as payloads,
    max(payload.publisher_last_updated) as newest_stamp_of_the_publisher
from dim_payload as payload
join dim_source as source on payload.source = source.source
group by source.publisher
order by source.publisher
