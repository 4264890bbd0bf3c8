"""What an economy earns from and pays to the world for intellectual property: rank, newest year, and which of the two is larger."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.site.lead import Lead, Row, Rows, Said, Sentence, Sentences, Wording, multiple
from orchestration.site.sql_parts import ranked

Figures = Mapping[str, Row]
"""Figures by flow: receipts, payments."""

_FOR = " for the use of intellectual property"


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    placed = {row["flow"]: row for row in rows if row["place"] is not None}
    newest = {row["flow"]: row for row in rows if row["place"] is None}
    later = {flow: row for flow, row in newest.items() if flow not in placed or row["year"] > placed[flow]["year"]}
    yield from _flows(placed, wording)
    yield from _flows(later, wording, "the newest year with a figure, " if placed else "")
    yield from _age(newest, wording)
    yield from _compared(newest, wording)


def _flows(figures: Figures, wording: Wording, which: str = "") -> Sentences:
    """One sentence for both flows of one year and source, otherwise one for each."""
    if len(figures) == 2 and _moment(figures["receipts"]) == _moment(figures["payments"]):
        receipts, payments = figures["receipts"], figures["payments"]
        both = (
            *_flow(receipts, wording),
            _FOR,
            *_rank(receipts, " with a figure"),
            ", and ",
            *_flow(payments, wording),
        )
        yield _dated(receipts, (*both, *_rank(payments)), wording, which)
    else:
        for row in figures.values():
            yield _dated(row, (*_flow(row, wording), _FOR, *_rank(row, " with a figure")), wording, which)


def _moment(row: Row) -> tuple[int, str]:
    return (row["year"], row["source"])


def _dated(row: Row, said: Sentence, wording: Wording, which: str) -> Sentence:
    year = f"in {row['year']}, {which}" if which else f"in {row['year']} "
    return (year, *said, f" (source: {wording.publisher(row['source'])}).")


def _flow(row: Row, wording: Wording) -> Sentence:
    economy = wording.economies[0].in_text
    parties = f"the world paid {economy} " if row["flow"] == "receipts" else f"{economy} paid the world "
    return (parties, wording.figure(row["value"], row["unit"]))


def _rank(row: Row, which: str = "") -> Sentence:
    if row["place"] is None:
        return ()
    place, economies = (
        Said(row["place"], f"rank {row['place']}"),
        Said(row["economies"], f"{row['economies']} economies"),
    )
    return (", ", place, " of ", economies, which)


def _compared(newest: Figures, wording: Wording) -> Sentences:
    """The larger as a multiple of the smaller, where both are of one year and source."""
    if len(newest) < 2 or any(row["value"] <= 0 for row in newest.values()):
        return
    receipts, payments = newest["receipts"], newest["payments"]
    if _moment(receipts) != _moment(payments):
        return
    economy, year = wording.economies[0].in_text, receipts["year"]
    if payments["value"] >= receipts["value"]:
        yield (f"{economy} paid ", multiple(payments["value"], receipts["value"]), f" what it earned in {year}.")
    else:
        yield (f"{economy} earned ", multiple(receipts["value"], payments["value"]), f" what it paid in {year}.")


def _age(newest: Figures, wording: Wording) -> Sentences:
    last = max(newest.values(), key=lambda row: int(row["year"]))
    if wording.is_old(last["year"]):
        source = wording.publisher(last["source"])
        yield (
            f"no later year is in this release; the live feed of {source} would bring one where it has been reported.",
        )


_NEWEST = """
select
    '{flow}' as flow, year, value, unit, source, null::bigint as place, null::bigint as economies
from (
    select figures.*, count(*) over (partition by source) as years
    from {table} as figures
    where area = $area and counterpart_area = 'W00' and value is not null and obs_status <> 'U'
) as held
qualify row_number() over (order by year desc, years desc, source) = 1
"""

_PLACED = """
select '{flow}' as flow, placed.year, placed.value, placed.unit, placed.source, placed.place, placed.economies
from ({ranked}) as placed
where placed.area = $area
"""

_FLOWS = (("receipts", "ip_receipts"), ("payments", "ip_payments"))

LEAD = Lead(
    concept="receipts and payments with the world",
    sentences=_sentences,
    sql="select * from ("
    + " union all ".join(
        f"({query})"
        for flow, table in _FLOWS
        for query in (_PLACED.format(flow=flow, ranked=ranked(table)), _NEWEST.format(flow=flow, table=table))
    )
    + ") as said order by flow = 'payments', place nulls last",
)
