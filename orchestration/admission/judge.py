"""The judgement of a new vintage: every edit over the candidate beside the vintage before it, and one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from orchestration.admission.case import Case, case_of
from orchestration.admission.edits import load_edits
from orchestration.admission.finding import Finding
from orchestration.admission.parameters import parameters
from orchestration.admission.verdict import (
    ADMITTED,
    HELD_BACK,
    WITH_REMARKS,
    Context,
    Reason,
    Verdict,
)
from orchestration.contracts.source import Source
from orchestration.ingestion.raw_tables import RawFile

__all__ = ["Context", "Reason", "Verdict", "judge"]


def judge(source: Source, new: Sequence[RawFile], before: Sequence[RawFile], context: Context) -> Verdict:
    """Judge all raw files of one source and vintage date against the newest admitted ones.

    Args:
        new: the candidate.
        before: for each table and resource the newest admitted raw files, of other payloads, not later than the candidate.
        context: the day of the fetch, the settings, and the present selections of other sources.
    """
    case = case_of(source, new, before, context, parameters())
    return verdict_of(case, findings_of(case))


def findings_of(case: Case) -> list[Finding]:
    """What all edits find, those that hold first, then by score."""
    found = [one for edit in load_edits() for one in edit.findings(case)]
    return sorted(found, key=lambda one: (not one.reason.holds, -one.reason.score, one.reason.sentence))


def verdict_of(case: Case, findings: Iterable[Finding]) -> Verdict:
    """The verdict that findings amount to."""
    findings = list(findings)
    holding = [one for one in findings if one.reason.holds]
    outcome = HELD_BACK if holding else WITH_REMARKS if findings else ADMITTED
    reasons = tuple(one.reason for one in _foremost(case, findings))
    return Verdict(outcome, reasons, _share(case, holding))


def _foremost(case: Case, findings: Sequence[Finding]) -> Iterable[Finding]:
    """The worst findings of each edit; of those left out the last sentence of the edit counts how many there are."""
    counts: dict[tuple[str, bool], int] = {}
    for one in findings:
        key = (one.reason.edit, one.reason.holds)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= case.parameters.sentences_per_edit:
            yield one
    for (edit, holds), count in counts.items():
        more = count - case.parameters.sentences_per_edit
        if more > 0:
            verb = "hold" if holds else "are remarked"
            sentence = f"{more} more findings of the same edit {verb}; the worst are named."
            yield Finding(Reason(2, edit, holds, "", None, None, None, 0.0, sentence))


def _share(case: Case, holding: Sequence[Finding]) -> float:
    """The share of the published weight in the series that are in question, averaged over kinds of figures."""
    if any(one.series is None for one in holding):
        return 1.0
    touched = np.zeros(len(case.series), dtype=bool)
    for one in holding:
        touched[list(one.series or ())] = True
    if not touched.any():
        return 0.0
    counted = case.is_country
    shares = []
    for group in np.unique(case.group):
        inside = case.group == group
        whole = case.weight[inside & counted].sum()
        if (inside & touched & ~counted).any():
            shares.append(1.0)
        elif whole:
            shares.append(case.weight[inside & counted & touched].sum() / whole)
        else:
            shares.append((inside & touched).sum() / inside.sum())
    return float(np.mean(shares))
