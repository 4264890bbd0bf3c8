-- The fault catalogue: errors of official figures, as SQL that changes a copy of a metric.
--
-- `figures` has the rows of every metric, `original` those of the metric under audit in the order of all columns;
-- metric_name() and formula() describe it. The first block runs once per metric and creates the kinds of parts, as
-- views of a label and a condition. Each fault below names the parts that it is put into one at a time. Its statements
-- change the table `faulty`; `chosen` has the rows of the part as they were, `ranked` its economies with their places,
-- {part} is its condition and {label} its label. Only newest rows come from payloads not guarded before.
create or replace macro is_country(code) as regexp_full_match(code, '[A-Z][A-Z][A-Z]');
create or replace macro equals(name, code) as name || ' = ''' || code || '''';
create or replace macro middle(items) as list_sort(list(items))[count(*) // 2 + 1];
create or replace macro recoded(code, former, latter) as if(code = former, latter, code);
create or replace macro exchanged(code, one, two) as case code when one then two when two then one else code end;
create or replace macro measured(measure, clock, authority) as
    measure || if(authority = '_Z', '', ' at ' || authority) || if(clock = 'reference_year', '', ' by ' || clock);
create or replace macro is_measured(measure, clock, authority) as
    equals('measure', measure) || ' and ' || equals('clock', clock) || ' and ' || equals('authority', authority);
create or replace macro first_flow(words) as
    regexp_extract(words, '(?:^|[^a-z])(exports|imports|receipts|payments)(?:[^a-z]|$)', 1);
create or replace macro opposite(name) as array_to_string(list_transform(string_split(name, '_'), lambda word: case word
    when 'exports' then 'imports' when 'imports' then 'exports'
    when 'receipts' then 'payments' when 'payments' then 'receipts' else word end), '_');
-- economies lead that most metrics and sources have newest figures of
create table if not exists economies as
    select area, row_number() over (order by count(distinct (metric_id, source)) desc, sum(abs(value)) desc, area) as place
    from figures where is_latest and is_country(area) group by area;
create or replace view newest_values as from original where is_latest and value is not null;
create or replace table leading_two as from economies semi join newest_values using (area) order by place limit 2;
create or replace view all_rows as select 'all' as label, 'true' as condition;
create or replace view newest as select 'newest vintage' as label, 'is_latest' as condition;
create or replace view sources as
    select distinct source as label, 'is_latest and ' || equals('source', source) as condition from original order by all;
create or replace view measures as
    select distinct
        measured(measure, clock, authority) || ' of ' || source as label,
        'is_latest and value is not null and ' || is_measured(measure, clock, authority) || ' and ' || equals('source', source)
            as condition
    from newest_values order by all;
create or replace view leading_economies as
    select area as label, 'is_latest and ' || equals('area', area) as condition from leading_two order by place;
-- for each measure, clock and authority, the longest newest series of each leading economy
create or replace view leading_series as
    select
        measured(measure, clock, authority) || ' of ' || area as label,
        'is_latest and value is not null and hash({series}, vintage) = ' || hash({series}, vintage) as condition
    from newest_values semi join leading_two using (area) group by {series}, vintage
    qualify 1 = row_number() over (
        partition by measure, clock, authority, area order by count(*) desc, sum(abs(value)) desc, {series}, vintage
    )
    order by all;
-- the two leading and, in alphabetical order, the middle economy, as area or counterpart, in all vintages
create or replace view sampled_economies as
    with countries as (select distinct area from original where is_country(area)),
        sampled as (select area, place from leading_two union all select middle(area), 1000000 from countries)
    select area as label, '''' || area || ''' in (area, counterpart_area)' as condition
    from sampled where (select count(*) from countries) > 1 group by area order by min(place);
-- the leading and, in alphabetical order, the middle country as counterpart, where there are several, in all vintages
create or replace view sampled_partners as
    with partners as (select distinct counterpart_area as area from original where is_latest and is_country(counterpart_area)),
        largest as (from partners left join economies using (area) order by place nulls last, area limit 1),
        sampled as (select area, place from largest union all select middle(area), 1000000 from partners)
    select area as label, equals('counterpart_area', area) as condition
    from sampled where (select count(*) from partners) > 1 group by area order by min(place);
create or replace view leading_partner as select label, 'is_latest and ' || condition as condition from sampled_partners limit 1;

-- fault unit_slip_thousandfold in measures
update faulty set value = value * 1000 where {part};

-- fault unit_slip_thousandth in measures
update faulty set value = value * 0.001 where {part};

-- fault unit_slip_newest_year in measures
update faulty set value = value * 0.001
where {part} and year = (select max(year) from chosen) and (select count(distinct year) from chosen) > 1;

-- fault sign_flip in measures
update faulty set value = value * -1 where {part};

-- fault ratio_inverted in measures
update faulty set value = 1 / value where {part} and unit = 'PN' and value <> 0;

-- fault another_currency in measures
update faulty set value = value * 7 where {part} and unit = 'USD' and 'CHN' in (area, counterpart_area);

-- fault country_doubled in leading_economies
update faulty set value = value * 2 where {part};

-- fault partner_doubled in leading_partner
update faulty set value = value * 2 where {part};

-- fault outlier in leading_series
update faulty set value = value * 10 where {part} and year = (select middle(year) from chosen);

-- fault frozen_series in leading_series
update faulty set value = coalesce((select any_value(value) from chosen where year = (select max(year) - 1 from chosen)), value)
where {part} and year = (select max(year) from chosen);

-- fault empty_as_zero in leading_series
update faulty set value = 0 where {part} and year = (select max(year) from chosen);

-- fault suppressed_as_zero in sources
update faulty set value = 0, obs_status = 'A' where {part} and obs_status in ('Q', 'N', 'L', 'M', 'O');

-- fault nulls in newest
update faulty set value = null where rowid in (
    select rowid from faulty where {part} and value is not null qualify row_number() over (order by rowid) % 10 = 1
);

-- fault nulls_in_codes in newest
update faulty set area = null where rowid in (
    select rowid from faulty where {part} qualify row_number() over (order by rowid) % 10 = 1
);

-- fault flows_exchanged in sources
-- measures of opposite flows change names; a metric of one flow gets the figures of the metric of the opposite one
update faulty set measure = opposite(measure) where {part} and opposite(measure) in (select measure from original);
create temp view opposite_rows as
    from figures where metric_id = opposite(metric_name()) and metric_id <> metric_name() and is_latest and source = {label} and not exists (
        from original where opposite(measure) <> measure and opposite(measure) in (select measure from original)
    );
delete from faulty where {part} and exists (from opposite_rows);
insert into faulty by name select * replace (metric_name() as metric_id, opposite(measure) as measure) from opposite_rows;

-- fault partners_exchanged in sources
update faulty set area = counterpart_area, counterpart_area = area where {part} and counterpart_area <> 'W00';

-- fault economies_exchanged in sources
update faulty set area = exchanged(area, first, second), counterpart_area = exchanged(counterpart_area, first, second)
from (select list(area order by place) as areas, areas[1] as first, areas[2] as second from ranked)
where {part} and second is not null;

-- fault changed_area_code in leading_economies
update faulty set
    area = recoded(area, {label}, 'X' || left({label}, 2)),
    counterpart_area = recoded(counterpart_area, {label}, 'X' || left({label}, 2))
where is_latest;

-- fault changed_item_code in newest
update faulty set item = 'Z' || item
where {part} and item = (select item from chosen group by item order by count(*) desc, item limit 1);

-- fault world_as_country in all_rows
update faulty set area = recoded(area, 'W00', 'WLD'), counterpart_area = recoded(counterpart_area, 'W00', 'WLD')
where exists (from original where area = 'W00');

-- fault region_as_country in all_rows
update faulty set
    area = recoded(area, region, split_part(region, '_', 2)),
    counterpart_area = recoded(counterpart_area, region, split_part(region, '_', 2))
from (
    select area as region from original where regexp_full_match(area, '[A-Z]+_[A-Z][A-Z][A-Z]')
    group by area order by count(*) desc, area limit 1
);

-- fault world_among_countries in newest
insert into faulty select * replace ('W00' as area) from chosen
where area = (select area from leading_two order by place limit 1) and not exists (from original where area = 'W00');

-- fault country_dropped in sampled_economies
delete from faulty where {part};

-- fault partner_dropped in sampled_partners
delete from faulty where {part};

-- fault half_page_missing in sources
delete from faulty where rowid in (
    select rowid from faulty where {part}
    qualify count(*) over () >= 40 and row_number() over (order by rowid) - 1 >= count(*) over () * 5 // 8
        and row_number() over (order by rowid) - 1 < count(*) over () * 6 // 8
);

-- fault truncated_history in sources
delete from faulty using (
    select list_sort(list(distinct year))[count(distinct year) // 2 + 1] as first_year from chosen having count(distinct year) > 3
) as kept
where {part} and (year < first_year or base_year < first_year);

-- fault years_late in sources
update faulty set year = year + 1, base_year = base_year + 1 where {part};

-- fault years_early in sources
update faulty set year = year - 1, base_year = base_year - 1 where {part};

-- fault stale_vintage in sources
-- the vintage before under the date of the newest; where a source has one vintage, it lacks its newest year
create temp table vintages as
    select max(vintage) as last, max(vintage) filter (where vintage < (select max(vintage) from original where source = {label})) as earlier
    from original where source = {label};
delete from faulty using vintages
where earlier is null and {part} and year = (select max(year) from chosen) and (select count(distinct year) from chosen) > 1;
delete from faulty using vintages where earlier is not null and source = {label} and vintage = last;
update faulty set vintage = last, is_latest = true from vintages where source = {label} and vintage = earlier;

-- fault all_vintages_newest in all_rows
update faulty set is_latest = true where hash({series}, year) in (select hash({series}, year) from original where is_latest);

-- fault several_preferred in newest
update faulty set is_preferred = true where {part} and (area, counterpart_area, year) in (
    select (area, counterpart_area, year) from chosen where is_preferred
);

-- fault mixed_vintages in newest
-- each quotient times the oldest by the newest value of the first flow in its formula
update faulty set value = value * revised.factor
from (
    select flow, area, year, arg_min(factor, source) as factor
    from (
        select metric_id[4:] as flow, area, year, source, arg_min(value, vintage) / arg_max(value, vintage) as factor
        from figures where metric_id in ('ip_receipts', 'ip_payments') and value > 0 group by all having count(*) > 1
    )
    group by all
) as revised
where faulty.area = revised.area and faulty.year = revised.year and {part}
    and (unit = 'PN' or unit = 'PT' and base_year is null)
    and not starts_with(measure, 'log_') and not regexp_matches(measure, 'difference|change')
    and revised.flow = first_flow(metric_name() || ' ' || measure || ' ' || if(
        contains(formula(), ' = '), regexp_extract(formula(), '\b' || measure || ' = ([^;]*)', 1), formula()
    ));

-- fault duplicated_rows in all_rows
insert into faulty from faulty where rowid in (
    select rowid from faulty where {part} qualify row_number() over (order by rowid) % 10 = 1
);
