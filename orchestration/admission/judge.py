"""Judge a new vintage: compare it with the vintage before by every edit, and keep the worst reasons."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from orchestration.admission.case import Case, CaseContext, case_of
from orchestration.admission.edits import coverage, growth, kinds, other_publishers, repeats, revisions, rows, totals
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.reason import Reason
from orchestration.contracts.source import Source
from orchestration.ingestion.raw_tables import RawFile

EDITS = (coverage, growth, kinds, other_publishers, repeats, revisions, rows, totals)
"""Modules with a function ``findings(case)``."""


def judge(source: Source, new: Sequence[RawFile], context: CaseContext) -> list[Reason]:
    """Return the worst reasons of each edit about new raw files of a source and vintage, those that hold first."""
    return list(foremost(findings_of(case_of(source, new, context, PARAMETERS)), PARAMETERS.sentences_per_edit))


def findings_of(case: Case) -> list[Reason]:
    """Return the findings of all edits with the resources in question, those that hold first, then by score."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # years without a value, or after a zero
        reasons = [reason for edit in EDITS for reason in edit.findings(case)]
    reasons = [replace(reason, resources=_resources(case, reason)) for reason in reasons]
    reasons = [
        reason for reason in reasons if reason.resources or not reason.rows
    ]  # the candidate has none of its rows
    return sorted(reasons, key=lambda reason: (not reason.holds, -reason.score, reason.sentence))


def _resources(case: Case, reason: Reason) -> tuple[str, ...]:
    """Return the candidate's resources that a reason is about; all if it holds and names neither rows nor resources."""
    of_rows = {str(resource) for resource in case.series["resource"].iloc[list(reason.rows)]}
    present = {file.resource for file in case.files}
    return reason.resources or tuple(sorted(of_rows & present or (present if reason.holds and not of_rows else ())))


def foremost(reasons: Iterable[Reason], most: int) -> Iterator[Reason]:
    """Yield up to ``most`` reasons that hold and ``most`` remarks of each edit, then one that counts the others."""
    by_edit: dict[tuple[str, bool], list[Reason]] = defaultdict(list)
    for reason in reasons:
        same_kind = by_edit[reason.edit, reason.holds]
        same_kind.append(reason)
        if len(same_kind) <= most:
            yield reason
    for (edit, holds), same_kind in by_edit.items():
        if more := same_kind[most:]:
            what = "hold" if holds else "are remarks"
            sentence = f"{len(more)} more findings of the edit {edit} {what}; the worst are named."
            resources = tuple(sorted({resource for reason in more for resource in reason.resources}))
            yield Reason(edit, holds, sentence, 0.0, resources=resources)
