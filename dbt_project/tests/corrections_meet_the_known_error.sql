with
    found as (
        select correction_id, vintage, min(published_value) as seen, min(unit) as unit, count(*) as row_count
        from {{ ref("int_corrections_found") }}
        group by correction_id, vintage
    )

select
    corrections.source,
    corrections.file,
    corrections.correction_id,
    found.vintage,
    found.seen,
    found.unit as seen_unit,
    corrections.expected_value as expected,
    corrections.unit as expected_unit,
    case
        when found.correction_id is null
        then
            'no row of '
            || corrections.table_name
            || ' is named by '
            || corrections.row_key
            || '; correct the keys, the table or the vintages in data/corrections/'
            || corrections.file
        when found.row_count > 1
        then 'the keys name several rows; complete them in data/corrections/' || corrections.file
        when found.unit <> corrections.unit
        then 'give the values in the unit of the row in data/corrections/' || corrections.file
        else
            'the publisher gives another value than the known error: if it has put the figure right, delete data/corrections/'
            || corrections.file
            || ', or end the correction by last_vintage where earlier vintages are to keep it'
    end as what_to_do
from {{ ref("stg_catalogue__corrections") }} as corrections
left join found on corrections.correction_id = found.correction_id
where
    found.correction_id is null
    or found.row_count > 1
    or found.unit <> corrections.unit
    or found.seen <> corrections.expected_value
