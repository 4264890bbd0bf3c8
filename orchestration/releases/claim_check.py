"""Judge claim files and sentences against the figures of one release, and look further where a sentence's figure differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.catalog.claim_files import claims_table
from orchestration.catalog.claim_text.grammar import Grammar
from orchestration.catalog.claim_text.reading import Candidate, Reading, read_sentence
from orchestration.contracts.unit import units_of_release
from orchestration.core.errors import BilateralError
from orchestration.methods.claim_audit import COARSEST_ELSEWHERE, NOT_COMPARABLE, audit_table
from orchestration.methods.claims import WORLD, Context, Quoted
from orchestration.methods.verdicts import CONFIRMED, CONTRADICTED, NOT_VERIFIABLE
from orchestration.releases.lineage import read_lineage
from orchestration.releases.read_only import dicts
from orchestration.releases.release_store import ALL_VINTAGES, Release, open_read_only

MOST_SENTENCES = 1_000
"""Sentences that are judged at once; an article has a few hundred."""
LEAST_ECONOMIES = 40
"""Economies with a figure from which a ranking without a world total counts as complete, if none that is missing was larger."""
_YEARS_BACK = 5


def check_claims(release: Release, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """A verdict for every claim in files or folders, ordered by claim: the columns of ``fct_claim_audit``.

    The function that fills ``fct_claim_audit`` judges them, from the same figures.

    Raises:
        BilateralError: a file is wrong, or names a metric, area or item that the release does not have; a folder has no claim.
    """
    with open_read_only(release.database) as connection:
        audit = Audit(connection, release)
        vocabulary = {
            "metric": dict.fromkeys(audit.judges, ""),
            "area": dict(connection.execute("select area, name from dim_area").fetchall()),
            "item": dict(connection.execute("select item, name from dim_service_item").fetchall()),
            "unit": dict.fromkeys(audit.context.units, ""),
        }
        claims = claims_table(*paths, vocabulary=vocabulary).to_pandas()
        if claims.empty:
            raise BilateralError(
                f"no claims in {', '.join(map(str, paths))}: a folder of claims needs files *.yaml or *.yml",
                remedy="name a claim file; docs/claims.md describes one",
            )
        stated = claims.set_index("claim_id")[["said_by", "title", "url", "paraphrase", "file"]].to_dict("index")
        return [row | stated[row["claim_id"]] for row in audit.of(claims)]


class Audit:
    """The audit of claims against the figures of one open release.

    ``judges`` are the metrics that may confirm or contradict a claim.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, release: Release) -> None:
        self._connection = connection
        metrics = read_lineage(release).metrics
        self.judges = sorted(metrics.keys() - {"claim_audit"})
        listed = {name: metric.get("sources", "") for name, metric in metrics.items()}
        names = ", ".join(field.name for field in fields(Quoted))
        quoted = connection.execute(f"select {names} from fct_published_figure where is_latest").fetchall()
        countries = connection.execute("select area from dim_area where kind = 'country'").fetchall()
        self.context = Context(
            # joined as in int_metrics_described
            {name: text if isinstance(text, str) else " or ".join(text) for name, text in listed.items()},
            {code: unit.phrase for code, unit in units_of_release(connection).items()},
            {area for (area,) in countries},
            [Quoted(*row) for row in quoted],
        )

    def of(self, claims: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the audit of claims, in the columns that ``audit_table`` needs."""
        values = self._connection.execute(
            # the claims' economies in their years, all years of their series, other economies in their years, and what was revised
            f"select * from {ALL_VINTAGES} where list_contains($judges, metric_id) and "
            "((list_contains($years, year) or list_contains($claimed, metric_id)) "
            "and list_contains($economies, area) and list_contains($economies, counterpart_area) "
            "or list_contains($claimed, metric_id) and list_contains($years, year) "
            f"or (metric_id, source) in (select metric_id, source from {ALL_VINTAGES} "
            "where list_contains($comparable, metric_id) group by metric_id, source having count(distinct vintage) > 1))",
            {
                "judges": self.judges,
                "years": sorted({int(year) for year in claims["year"]}),
                "claimed": sorted(set(claims["metric_id"])),
                "comparable": sorted({*self.judges} - set(NOT_COMPARABLE)),
                "economies": sorted({WORLD, *claims["area"], *claims["counterpart_area"]}),
            },
        ).df()
        return self.against(claims, values)

    def against(self, claims: pd.DataFrame, values: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the audit of claims against figures in the columns of the metric contract."""
        rows: list[dict[str, Any]] = audit_table(claims, values, self.context).to_pylist()
        return rows


@dataclass(frozen=True)
class Judged:
    """A reading of a sentence; where it is a claim, with the audit's row or the verdict on a rank.

    ``elsewhere`` are figures that the claimed number fits although they are not the claimed one; ``kind`` states what differs.
    """

    reading: Reading
    audit: Mapping[str, Any] | None = None
    elsewhere: Sequence[Mapping[str, Any]] = ()
    rank: Mapping[str, Any] | None = None

    @property
    def verdict(self) -> str | None:
        """The verdict, or None where there is no claim."""
        judged = self.rank or self.audit
        return str(judged["verdict"]) if judged else None


def check_sentences(release: Release, sentences: Iterable[str], said_on: date | None = None) -> list[Judged]:
    """Return the readings of sentences, with a verdict on every sentence that was understood whole.

    The rules of the claim audit judge amounts; without ``said_on`` no vintage counts as the one of the time.
    """
    with open_read_only(release.database) as connection:
        grammar = Grammar(dict(connection.execute("select area, name from dim_area").fetchall()))
        first = islice(sentences, MOST_SENTENCES)
        readings = [reading for text in first for reading in read_sentence(text, grammar, said_on)]
        audit = Audit(connection, release)
        claims = [(number, reading.claim) for number, reading in enumerate(readings) if reading.claim]
        levels = [(number, claim) for number, claim in claims if claim.rank is None and claim.base_year is None]
        rows = audit.of(_frame(levels, said_on)) if levels else []
        for number, claim in claims:
            if claim.base_year is not None:
                frame = _frame([(number, claim)], said_on).assign(measure=_growth_measure(claim))
                rows += audit.against(frame, _growth(connection, claim))
        by_number = {int(row["claim_id"]): row for row in rows}
        ranks = {number: judge_rank(connection, claim) for number, claim in claims if claim.rank is not None}
        return [
            Judged(reading, by_number.get(number), _elsewhere(connection, by_number.get(number)), ranks.get(number))
            for number, reading in enumerate(readings)
        ]


def _frame(claims: Iterable[tuple[int, Candidate]], said_on: date | None) -> pd.DataFrame:
    """Return claims in the columns that the audit needs."""
    rows = [{"claim_id": f"{number:06}", "said_on": said_on, "needs": None, **claim.parts} for number, claim in claims]
    return pd.DataFrame(rows).rename(columns={"metric": "metric_id"})


def _growth_measure(claim: Candidate) -> str:
    return f"{claim.measure}_growth_since_{claim.base_year}"


def _growth(connection: duckdb.DuckDBPyConnection, claim: Candidate) -> pd.DataFrame:
    """Return the growth of a claim's series in every vintage with both years, in the columns of the metric contract.

    Growth is in percent of the base year, or a multiple of it where the claim's unit is a pure number.
    """
    grown = "later.value / earlier.value" if claim.unit == "PN" else "(later.value / earlier.value - 1) * 100"
    names = ("metric", "measure", *_SERIES[2:], "year", "base_year", "unit")
    return connection.execute(
        f"select later.* replace ($growth as measure, $unit as unit, {grown} as value) "
        f"from {ALL_VINTAGES} as later inner join {ALL_VINTAGES} as earlier "
        f"using ({', '.join(_SERIES)}, unit, source, basis, vintage) "
        "where later.metric_id = $metric and later.measure = $measure and later.area = $area "
        "and later.counterpart_area = $counterpart_area and later.item = $item and later.clock = $clock "
        "and later.authority = $authority and later.year = $year and earlier.year = $base_year "
        "and later.base_year is null and earlier.base_year is null and earlier.value > 0",
        {name: getattr(claim, name) for name in names} | {"growth": _growth_measure(claim)},
    ).df()


def judge_rank(connection: duckdb.DuckDBPyConnection, claim: Candidate) -> dict[str, Any]:
    """Return the verdict on a claimed place among economies, and what it rests on, if there is a figure.

    ``larger`` names the economies with a larger figure, the largest first; ``economies`` counts those with one; ``runner_up``
    is the economy with the largest figure of the others and that figure.

    A place is contradicted when enough economies have a larger figure, whatever is missing. It is confirmed only when no
    economy without a figure can have a larger one: the rest of the world total is smaller, or at least
    ``LEAST_ECONOMIES`` report and none that is missing was larger in the five years before.
    """
    names = ("metric", "measure", "counterpart_area", "item", "clock", "authority", "year")
    cursor = connection.execute(
        f"select figures.area, year, value, source, vintage from {ALL_VINTAGES} as figures "
        "left join dim_area as areas on figures.area = areas.area "
        "where metric_id = $metric and measure = $measure and counterpart_area = $counterpart_area and item = $item "
        f"and clock = $clock and authority = $authority and year between $year - {_YEARS_BACK} and $year and is_latest "
        "and base_year is null and value is not null and basis = 'reported' "
        "and (figures.area = 'W00' or coalesce(areas.kind, 'country') = 'country') order by value desc, figures.area",
        {name: getattr(claim, name) for name in names},
    )
    figures = dicts(cursor)
    own_rows = [row for row in figures if (row["area"], row["year"]) == (claim.area, claim.year)]
    own = max(own_rows, key=itemgetter("vintage", "source"), default=None)
    if own is None or claim.rank is None:
        return {"verdict": NOT_VERIFIABLE}
    of_source = [row for row in figures if row["source"] == own["source"]]
    of_year = {row["area"]: row["value"] for row in of_source if row["year"] == claim.year}
    world = of_year.pop(WORLD, None)
    larger = [area for area, value in of_year.items() if value > own["value"]]
    missing_larger = any(row["area"] not in {*of_year, WORLD} and row["value"] > own["value"] for row in of_source)
    is_complete = not missing_larger and (
        world - sum(of_year.values()) < own["value"] if world is not None else len(of_year) >= LEAST_ECONOMIES
    )
    place = len(larger) + 1
    is_refuted = place > claim.rank or (is_complete and place != claim.rank)
    return {
        "verdict": CONTRADICTED if is_refuted else CONFIRMED if is_complete else NOT_VERIFIABLE,
        "place": place,
        "larger": larger,
        "economies": len(of_year),
        "is_complete": is_complete,
        "source": own["source"],
        "vintage": own["vintage"],
        "value": own["value"],
        "runner_up": next(((area, value) for area, value in of_year.items() if area != claim.area), None),
    }


def _elsewhere(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """Return where else a number that differs fits: on another scale, in another year, or of another economy.

    The audit itself names another measure, pair or vintage.
    """
    if row is None or row["verdict"] in (CONFIRMED, NOT_VERIFIABLE):
        return ()
    if row["claimed_value"] == 0 or row["tolerance"] > COARSEST_ELSEWHERE * abs(row["claimed_value"]):
        return ()
    values = {name: row[name] for name in (*_SERIES, "year", "unit", "claimed_value", "tolerance")}
    return dicts(connection.execute(_ELSEWHERE, values))


_SERIES = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")
_OWN = " and ".join(f"{column} = ${column}" for column in _SERIES if column not in ("area", "counterpart_area"))

_ELSEWHERE = f"""
select
    case
        when abs(value - $claimed_value) > $tolerance then 'another scale'
        when area = $area then 'another year'
        else 'another economy'
    end as kind,
    metric_id, measure, area, counterpart_area, item, year, value, unit, source, vintage
from {ALL_VINTAGES}
where
    {_OWN} and counterpart_area = $counterpart_area and base_year is null and unit = $unit and is_latest
    and basis not in ('reconciled', 'balanced')
    and case
        when area = $area and year = $year then
            abs(value * 1000 - $claimed_value) <= $tolerance or abs(value - $claimed_value * 1000) <= $tolerance * 1000
        when area = $area or (year = $year and area not in (select area from dim_area where kind <> 'country')) then
            abs(value - $claimed_value) <= $tolerance
    end
qualify row_number() over (partition by kind order by abs(year - $year), abs(value - $claimed_value), vintage desc) <= 2
order by kind desc, abs(year - $year), abs(value - $claimed_value), area, source
"""
