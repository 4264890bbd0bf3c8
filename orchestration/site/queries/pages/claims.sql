{# Claims: newest first #}
from fct_claim_audit
order by said_on desc, claim_id
