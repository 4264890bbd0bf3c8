-- Which figures that other people published do not agree with the official ones?
--
-- A verdict never comes without its numbers; not_verifiable states which input would settle it.
select claim_id, verdict, claimed_value, value_latest, unit
from fct_claim_audit
where verdict <> 'confirmed' order by claim_id
