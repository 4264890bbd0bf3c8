"""Who pays whom for intellectual property: the newest report, how it compares with the other direction, and why none is newer."""

from __future__ import annotations

from orchestration.site.lead import Lead, Row, Rows, Sentence, Sentences, Wording, multiple


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    reports = [row for row in rows if row["basis"] != "balanced"]
    if reports:
        yield from _reported(reports, wording)
    else:
        yield _balanced(rows[0], wording)
        if wording.is_old(rows[0]["year"]):
            yield ("no later estimate is in this release; a newer edition of them would bring one.",)


def _reported(reports: Rows, wording: Wording) -> Sentences:
    newest = reports[0]
    source = f"(source: {wording.publisher(newest['source'])})"
    paid = (*_paid(newest, wording), f" for the use of intellectual property in {newest['year']} {source}")
    yield (*paid, f"{_age(newest, wording)}.")
    both = next((row for row in reports if row["back"]), None)
    if both:
        pair = [wording.economy(both[side]) for side in ("payer", "recipient")]
        payer, recipient = pair if both["value"] >= both["back"] else reversed(pair)
        larger, smaller = max(both["value"], both["back"]), min(both["value"], both["back"])
        yield (
            f"in {both['year']}, the last year with both directions from one publisher, {payer} paid ",
            multiple(larger, smaller),
            f" what it earned from {recipient}.",
        )


def _age(newest: Row, wording: Wording) -> str:
    """Yield why no newer report is in the release, where the newest is old."""
    if not wording.is_old(newest["year"]):
        return ""
    is_american = "USA" in (newest["payer"], newest["recipient"])
    brings = "live feed of the US Bureau of Economic Analysis" if is_american else "live feeds of OECD and Eurostat"
    return f", the newest report in this release; the {brings} would bring a later one"


def _balanced(newest: Row, wording: Wording) -> Sentence:
    """The newest estimate, where neither economy reports, and that it is no report."""
    start = f"neither economy's report is in this release; by balanced estimates (source: {wording.publisher(newest['source'])}), "
    payer, _ = _paid(newest, wording)
    said = (
        f"{start}{payer}",
        wording.figure(newest["value"], newest["unit"], "E"),
        f" for the use of intellectual property in {newest['year']}",
    )
    if not newest["back"]:
        return (*said, ".")
    return (*said, " and earned ", wording.figure(newest["back"], newest["unit"], "E"), " from it.")


def _paid(row: Row, wording: Wording) -> Sentence:
    payer, recipient = (wording.economy(row[side]) for side in ("payer", "recipient"))
    return (f"{payer} paid {recipient} ", wording.figure(row["value"], row["unit"], row["obs_status"], row["source"]))


LEAD = Lead(
    concept="charges between two economies",
    sentences=_sentences,
    sql="""
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, obs_status, source, vintage, basis
    from bilateral_ip_charges
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value > 0 and obs_status <> 'U'
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
)
select one.payer, one.recipient, one.year, one.value, one.unit, one.obs_status, one.source, one.basis, other.value as back
from flows as one
left join
    flows as other
    on one.payer = other.recipient
    and one.year = other.year
    and one.source = other.source
    and (one.basis = 'balanced') = (other.basis = 'balanced')
order by
    one.year desc,
    one.basis = 'reported' desc,
    one.value desc,
    one.vintage desc,
    one.source,
    one.payer,
    other.basis = 'reported' desc nulls last,
    other.value desc nulls last
""",
)
