"""Names under which checks of tables are grouped, and what each group proves."""

GROUPS = {
    "keys": "every figure is there once",
    "completeness": "rows, years, economies and cells that must be there are there, and suppressed figures stay empty",
    "codes": "columns, codes and units are those that are declared",
    "magnitudes": "values, years and counts lie within their bounds",
    "agreement": "figures agree with their parts, with their status and with other figures",
}
