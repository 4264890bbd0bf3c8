"""The judgement of a new vintage: every edit over the candidate beside the vintage before it, and one verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from orchestration.admission.case import Case, Context, case_of
from orchestration.admission.edits import coverage, growth, kinds, other_publishers, repeats, revisions, totals
from orchestration.admission.finding import Finding, Reason, Verdict
from orchestration.admission.ledger import ADMITTED, HELD_BACK, WITH_REMARKS
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.source import Source
from orchestration.ingestion.raw_tables import RawFile

EDITS = (coverage, growth, kinds, other_publishers, repeats, revisions, totals)
"""Modules with a function ``findings(case)``."""


def judge(source: Source, new: Sequence[RawFile], before: Sequence[RawFile], context: Context) -> Verdict:
    """Judge all raw files of one source and vintage date against the newest admitted ones.

    Args:
        new: the candidate.
        before: for each table and resource the newest admitted raw files, of other payloads, not later than the candidate.
        context: the settings and the present selections of other sources.
    """
    case = case_of(source, new, before, context, PARAMETERS)
    return verdict_of(case, findings_of(case))


def findings_of(case: Case) -> list[Finding]:
    """Return the findings of all edits, those that hold first, then by score."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # years without a value, or after a zero
        findings = [finding for edit in EDITS for finding in edit.findings(case)]
    return sorted(
        findings, key=lambda finding: (not finding.reason.holds, -finding.reason.score, finding.reason.sentence)
    )


def verdict_of(case: Case, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict that findings amount to, and the resources that it holds back."""
    named = [(finding, _resources(case, finding)) for finding in findings]
    holding = {resource for finding, resources in named if finding.reason.holds for resource in resources}
    outcome = HELD_BACK if holding else WITH_REMARKS if named else ADMITTED
    reasons = (replace(finding.reason, resources=tuple(sorted(resources))) for finding, resources in named)
    return Verdict(outcome, tuple(_foremost(case, reasons)), frozenset(holding))


def _resources(case: Case, finding: Finding) -> set[str]:
    """Return the resources that a finding is about; those of the whole vintage where it names neither series nor resource."""
    if finding.resources:
        return set(finding.resources)
    if finding.series is None or (finding.reason.holds and not len(finding.series)):
        return {file.resource for file in case.files}
    return {str(case.series["resource"].iloc[row]) for row in finding.series}


def _foremost(case: Case, reasons: Iterable[Reason]) -> Iterable[Reason]:
    """Yield the worst reasons of each edit, and one that counts those left out."""
    counts: Counter[tuple[str, bool]] = Counter()
    for reason in reasons:
        counts[reason.edit, reason.holds] += 1
        if counts[reason.edit, reason.holds] <= case.parameters.sentences_per_edit:
            yield reason
    for (edit, holds), count in counts.items():
        if (more := count - case.parameters.sentences_per_edit) > 0:
            what = "hold" if holds else "are remarks"
            sentence = f"{more} more findings of the edit {edit} {what}; the worst are named."
            yield Reason(edit, holds, sentence, 0.0)
