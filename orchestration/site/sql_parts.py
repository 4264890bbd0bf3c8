"""Parts of SQL that several queries of the pages share."""

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.sql_quoting import text
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.methods.verdicts import VERDICT_WORDS

CELL_COLUMNS = ("year", "value", "unit", "obs_status", "source", "vintage")
"""The columns of one figure."""

FIGURE_COLUMNS = ("series", *CELL_COLUMNS, "key")
"""Columns of a chart's query, one row per series and year; ``key`` is the series in a figure's address."""

AUTHORITIES = {
    "US50": "the United States office",
    "6F0": "the European Patent Office",
    "9P50_1": "the PCT",
    "SCOPUS_2019": "Scopus of June 2019",
    "SCOPUS_2021": "Scopus of May 2021",
    "SCOPUS_2023": "Scopus of April 2023",
}
"""Words for codes of the column ``authority``; other codes are shown as they are."""

WITHOUT_PAIR_PAGES = ("citation_index", "co_publications", "co_publication_intensity")
"""Metrics whose figures alone make no page of a pair; they are in its chapters where other figures make one."""

VERDICT_CASES = " ".join(f"when {text(code)} then {text(words)}" for code, words in VERDICT_WORDS.items())
"""The branches of an SQL expression for a verdict in words."""


def authority_name(code: str) -> str:
    """Return the words for an authority."""
    return AUTHORITIES.get(code, code)


def authority_place(code: str) -> str:
    """Return the words for a count at an office, or in a state of a database."""
    return f"{'in' if code.startswith('SCOPUS') else 'at'} {authority_name(code)}"


def literal(code: str | int | None) -> str:
    """Return a code as SQL."""
    return "null" if code is None else str(code) if isinstance(code, int) else text(code)


def measure_label(table: str = "") -> str:
    """Return an SQL expression for the measure in words with its authority and clock, such as ``whole count, by grant
    year``.

    Args:
        table: alias of the metric's table where the query has several.
    """
    measure, authority, clock = (f"{table}.{name}" if table else name for name in ("measure", "authority", "clock"))
    offices = " ".join(f"when {text(code)} then {text(f' {authority_place(code)}')}" for code in AUTHORITIES)
    return (
        f"replace({measure}, '_', ' ')\n"
        f"    || case {authority} when '{NOT_APPLICABLE}' then '' {offices} else ' at ' || {authority} end\n"
        f"    || case {clock} when '{NO_CLOCK}' then '' else ', by ' || replace({clock}, '_', ' ') end"
    )


def figure_columns(table: str = "", *, is_merged: bool = False, also: str = "") -> str:
    """Return the columns of a figure after its series, one a line, for the select list of a query.

    Args:
        table: alias of the metric's table where the query has several.
        is_merged: the series joins figures of several sources, so that its key names none.
        also: a further column of the key.
    """
    prefix = f"{table}." if table else ""
    columns = ",\n".join(f"    {prefix}{column}" for column in CELL_COLUMNS)
    defaults = {"item": TOTAL, "counterpart_area": WORLD, "clock": NO_CLOCK, "authority": NOT_APPLICABLE}
    codes = [
        f"nullif({prefix}{column}, {text(defaults[column])})" if column in defaults else f"{prefix}{column}"
        for column in ("measure", "item", "area", "counterpart_area", "clock", "authority", "basis", "source", also)
        if column and not (is_merged and column in ("authority", "source"))
    ]
    return f"{columns},\n    concat_ws('.', {', '.join(codes)}, {prefix}year - {prefix}base_year) as key"


def figure_cell(table: str) -> str:
    """Return an SQL expression for a figure in one column: value, unit, year, status, source and vintage of a row."""
    return f"struct_pack({', '.join(f'{name} := {table}.{name}' for name in CELL_COLUMNS)})"


def ranked(metric: str) -> str:
    """Return a query for the countries' figures of a metric with the world, with ``place`` and the number of
    ``economies``.

    All are of one source and of its newest complete year; of several sources, the one with most economies. Equal
    figures share a place.
    """
    return f"""
select held.*, rank() over (order by held.value desc) as place, count(*) over () as economies
from {metric}_all as held
join dim_area as country on held.area = country.area and country.kind = 'country'
where
    held.counterpart_area = '{WORLD}'
    and held.value is not null
    and (held.source, held.year) = (
        select (source, year)
        from fct_series_coverage
        where metric_id = '{metric}' and counterpart_area = '{WORLD}' and is_latest_complete
        order by economies desc, year desc, source
        limit 1
    )"""
