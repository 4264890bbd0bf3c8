"""Data file of a metric's page: its latest figures as a script of columns, exact to the bit.

A script instead of JSON, because a page opened from disk can load scripts only.
"""

import base64
import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE, adds_up
from orchestration.contracts.unit import SUMMABLE
from orchestration.core.text import one_line
from orchestration.methods.codes import WORLD
from orchestration.methods.large_steps import ALIKE, LARGE_STEP
from orchestration.site import formatting
from orchestration.site.formatting import QUOTED_SOURCE, QUOTED_STATUS, as_script, in_words, metric_title
from orchestration.site.metric_figures import SELECTED, Code, MetricFigures, codes_of
from orchestration.site.release_context import BASIS_WORDS, ReleaseContext
from orchestration.site.sql_parts import authority_place

FOLDER = "data"
MOST_MISSING = 0.05
"""Largest share of the value that may be missing in a complete year; ``most_missing`` of dbt_project.yml."""

WORDS = "_words.js"
"""The file that the scripts of metric pages share: words of statuses and scales, and the economies with a page."""


def words_script(economies: Iterable[str]) -> str:
    """Return the content of ``_words.js``; ``economies`` are the codes of those with a page of their own."""
    content = {
        "noValue": formatting.NO_VALUE,
        "marked": formatting.MARKED,
        "scales": formatting.SCALES,
        "provisional": formatting.PROVISIONAL,
        "partOfYear": formatting.PART_OF_YEAR,
        "largeStep": LARGE_STEP,
        "alike": ALIKE,
        "quoted": {"source": QUOTED_SOURCE, "status": QUOTED_STATUS, "most": formatting.MOST_QUOTED},
        "leastEstimate": formatting.LEAST_ESTIMATE,
        "mostMissing": MOST_MISSING,
        "summable": SUMMABLE,
        "pages": sorted(economies),
    }
    return f"globalThis.bilateral = globalThis.bilateral || {{}};\nglobalThis.bilateral.words = {as_script(content)};\n"


def data_script(figures: MetricFigures, context: ReleaseContext) -> str:
    """Return the script that sets ``bilateral.data[metric]``. See docs/site.md for its parts."""
    metric = as_script(figures.metric)
    return (
        "globalThis.bilateral = globalThis.bilateral || {};\n"
        "globalThis.bilateral.data = globalThis.bilateral.data || {};\n"
        f"globalThis.bilateral.data[{metric}] = {as_script(_content(figures, context))};\n"
    )


def code_in_words(column: str, code: Code, context: ReleaseContext) -> str:
    """Return a code as readers see it, such as ``World Bank`` for a source and ``by grant year`` for a clock."""
    if code is None:
        return ""
    name = str(code)
    plain = in_words(name)
    words = {
        "item": context.names.get(name, name),
        "counterpart_area": "the world" if name == WORLD else context.economy(name),
        "source": context.publishers(name),
        "basis": BASIS_WORDS.get(name, plain),
        "clock": "by year of reference" if name == NO_CLOCK else f"by {plain}",
        "authority": "no authority" if name == NOT_APPLICABLE else authority_place(name),
        "unit": context.units[name].phrase or "ratio or index" if name in context.units else name,
    }
    return one_line(words.get(column, plain))


def _content(figures: MetricFigures, context: ReleaseContext) -> dict[str, Any]:
    options = {column: figures.options(column) for column in SELECTED}
    areas = sorted(
        {area for row in figures.published for area in (row.area, str(row.key[SELECTED.index("counterpart_area")]))},
        key=lambda code: (context.names.get(code, code), code),
    )
    positions: dict[str, dict[Code, int]] = {
        column: {code: position for position, code in enumerate(codes)} for column, codes in options.items()
    }
    positions["area"] = {code: position for position, code in enumerate(areas)}
    stepped = [row.obs_status + formatting.STEP * (row.year in figures.steps[row.series]) for row in figures.published]
    statuses = sorted(set(stepped))
    vintages = sorted({row.vintage for row in figures.published})
    varying = [column for column in SELECTED if len(options[column]) > 1]
    chosen = figures.first
    named = context.economy if chosen.pairs else lambda code: context.names.get(code, code)
    return {
        "metric": figures.metric,
        "title": one_line(metric_title(figures.metric)),
        "columns": varying,
        "additive": [
            measure
            for measure in options["measure"]
            if adds_up(context.metrics[figures.metric].get("answer", {}), str(measure))
        ],
        "codes": {
            column: [[code, code_in_words(column, code, context)] for code in codes]
            for column, codes in options.items()
        },
        "areas": [[code, one_line(named(code)), figures.kinds.get(code, "aggregate")] for code in areas],
        "notes": [
            [note["area"], note.get("measure"), one_line(note["note"])]
            for note in context.metrics.get(figures.metric, {}).get("area_notes", [])
        ],
        "units": {
            code: {
                "label": unit.phrase or "ratio or index",
                "phrase": unit.phrase,
                "scaled": unit.is_scaled,
                "dimension": unit.dimension,
            }
            for code in map(str, options["unit"])
            for unit in [context.units[code]]
        },
        "first": {
            "codes": [positions[column].get(chosen.selection.get(column), 0) for column in varying],
            "year": chosen.year,
            "newest": figures.newest_year,
            "pairs": chosen.pairs,
            "pair": one_line(chosen.pair),
        },
        **_series(figures, varying, positions),
        "values": _pack_doubles(row.value for row in figures.published),
        "statuses": statuses,
        "status": list(_runs(map(statuses.index, stepped))),
        "vintages": [day.isoformat() for day in vintages],
        "dates": {
            f"{source} {day}": words
            for (source, day), words in context.dates.items()
            if source in figures.sources and day in vintages
        },
        "vintage": list(_runs(vintages.index(row.vintage) for row in figures.published)),
    }


def _series(
    figures: MetricFigures, varying: Iterable[str], positions: Mapping[str, Mapping[Code, int]]
) -> dict[str, list[Any]]:
    """Return the distinct codes and year spans of all series, and three positions per series: codes, area, span."""
    keys: dict[tuple[int, ...], int] = {}
    spans: dict[tuple[int, ...], int] = {}
    series: list[int] = []
    for _, rows in groupby(figures.published, key=attrgetter("series")):
        first, *others = rows
        key, runs = codes_of(first.key), [first.year, 1]
        for row in others:
            if row.year == runs[-2] + runs[-1]:
                runs[-1] += 1
            else:
                runs += [row.year, 1]
        codes = tuple(positions[column][key[column]] for column in varying)
        series += [keys.setdefault(codes, len(keys)), positions["area"][first.area]]
        series.append(spans.setdefault(tuple(runs), len(spans)))
    return {"keys": list(keys), "spans": list(spans), "series": series}


def _pack_doubles(values: Iterable[float | None]) -> str:
    """Return little-endian doubles in base64, half the size of digits and exact; None becomes NaN."""
    numbers = [math.nan if value is None else value for value in values]
    return base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode("ascii")


def _runs(numbers: Iterable[int]) -> Iterator[int]:
    """Yield the number and the length of each run of equal numbers."""
    for number, run in groupby(numbers):
        yield from (number, sum(1 for _ in run))
