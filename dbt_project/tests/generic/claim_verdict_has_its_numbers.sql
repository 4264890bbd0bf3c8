{#- Every verdict has the numbers that it rests on. -#}
{% test claim_verdict_has_its_numbers(model) %}
    select *
    from {{ model }}
    where
        (verdict <> 'not_verifiable' and (value_latest is null or vintage_latest is null or source is null))
        or (verdict = 'not_verifiable' and (value_latest is not null or missing_input is null))
        or (verdict = 'not_verifiable' and source_that_would_bring_it is null)
        or (verdict = 'confirmed' and abs(claimed_value - value_latest) > tolerance * 1.000001e0)
        or (
            verdict in ('contradicted', 'differs_now', 'superseded')
            and abs(claimed_value - value_latest) < tolerance * 0.999999e0
        )
        or (verdict = 'differs_now' and (value_when_said is not null or missing_input is null))
        or (
            verdict = 'differs_now'
            and abs(claimed_value - value_latest) - tolerance
            > largest_revision_percent / 100 * abs(value_latest) * 1.000001e0
        )
        or (verdict = 'superseded' and value_when_said is null)
        or (verdict = 'misattributed' and (fits_metric is null or fits_measure is null or fits_value is null))
        or (verdict <> 'misattributed' and fits_metric is not null)
{% endtest %}
