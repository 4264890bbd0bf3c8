{{ union_of(metric_models(), metric_columns(), "is a file in models/metrics") }}
