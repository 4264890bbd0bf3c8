select claim_id, paraphrase, ['index.html#' || claim_id], [said_by] from fct_claim_audit order by claim_id
