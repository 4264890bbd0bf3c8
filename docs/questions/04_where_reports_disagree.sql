-- Where do the United States and China disagree most about what one pays the other?
--
-- A mirror comparison needs both reports of one flow. log_ratio is the natural logarithm of the exporter's report over
-- the importer's: 0 is agreement, 0.69 a factor of two. Few pairs of reports are public; every one in the release is
-- shown.
select year, measure, round(value, 3) as value, unit, source, vintage from mirror_asymmetry_all
where area = 'USA' and counterpart_area = 'CHN' order by year, measure
