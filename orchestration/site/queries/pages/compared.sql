-- Compared: metrics with figures of economies with the world
select metric_id
from metric_vintages
where is_latest and value is not null and counterpart_area = 'W00' and metric_id not in {{ about_figures }}
group by metric_id
order by metric_id
