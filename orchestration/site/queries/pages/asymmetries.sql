{# Asymmetries: flows of charges between two economies that both report, the widest first #}
select
    importer,
    exporter,
    least(exporter, importer) || '-' || greatest(exporter, importer) as stem,
    count(*) as years,
    min(year) as first_year,
    max(year) as last_year,
    max(exp(abs(asymmetry))) as widest
from fct_bilateral_reconciled
where item = 'SH' and asymmetry is not null
group by exporter, importer
order by widest desc, exporter, importer
