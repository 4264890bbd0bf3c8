{{ union_of(metric_models(), metric_columns(), "stands in models/metrics") }}
