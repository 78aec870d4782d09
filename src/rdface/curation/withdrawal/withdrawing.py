"""Withdraw a patient: find all that is the patient's or descends from it, remove it, record it.

In this order: a journal with what to search for, which the cohort will no longer tell; the caches;
results, files and rows; cohorts and pools that were made of this one; at last the cohort itself;
then the record, and the journal goes. A process that is killed anywhere goes on when the command
is called again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rdface import __version__
from rdface.cohort import Cohort, find_cohort
from rdface.cohort.read import shipped_cohorts, shipped_folder
from rdface.curation.withdrawal.caches import cached_rows, forget_pictures, strange_caches
from rdface.curation.withdrawal.cohorts import (
    read_cohort,
    rows_that_go,
    traces_of,
    with_training_part,
    without,
)
from rdface.curation.withdrawal.judging import Step
from rdface.curation.withdrawal.record import (
    JOURNAL,
    Journal,
    add_record,
    read_journal,
    read_records,
)
from rdface.curation.withdrawal.removing import do_step, shrink
from rdface.curation.withdrawal.traces import Traces
from rdface.curation.withdrawal.trees import Found, look_through
from rdface.errors import UsageError

_ALREADY = (
    " Patients were withdrawn from this cohort before. If this one was among them, nothing says any"
    " more which files were theirs: a folder that was forgotten with --also is yours to clean."
)


@dataclass(frozen=True)
class Withdrawn:
    """What was done, or would be.

    Attributes:
        steps: For each file, folder and cache; those with action ``look`` are the user's.
        counts: Kind -> how many went.
        before: Version and SHA-256 of the cohort.
        after: Likewise, without the patient.
        record: The line that was added to the record; None for a dry run.
        left: Files that name the patient still.
    """

    steps: tuple[Step, ...]
    counts: dict[str, int]
    before: tuple[str, str]
    after: tuple[str, str]
    record: dict[str, Any] | None
    left: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Plan:
    traces: Traces
    source: Cohort
    found: Found
    caches: dict[Path, int]

    def counts(self) -> dict[str, int]:
        """Kind -> how many go."""
        counts: Counter[str] = Counter()
        for cohort in self.found.cohorts:
            rows = cohort.images[rows_that_go(cohort, self.traces)]
            made = int((rows["synthetic_of"] != "").sum())
            here = cohort.root == self.source.root
            counts["images"] += len(rows) - made if here else 0
            counts["copies of images in other cohorts"] += 0 if here else len(rows) - made
            counts["synthetic images"] += made
        for step in self.found.steps:
            counts[step.kind] += step.count if step.action != "look" else 0
        counts["rows of caches"] += sum(max(count, 1) for count in self.caches.values())
        return {kind: count for kind, count in sorted(counts.items()) if count}


def withdraw(
    cohort: str | Path,
    patient_id: str,
    *,
    also: Sequence[Path] = (),
    signed_by: str = "",
    dry_run: bool = False,
    today: date | None = None,
) -> Withdrawn:
    """Remove a patient from a cohort, from the cache, and from folders that were made of it.

    Args:
        cohort: Its folder.
        patient_id: Whom.
        also: Folders to look through, and everything below them.
        signed_by: Who answers for it; stands in the record.
        dry_run: Touch nothing.
        today: For the record; the present day (UTC) if not given.

    Raises:
        UsageError: There is no such patient, nobody has signed, the cohort is shipped with rdface,
            or nobody else is in it.
        CohortError: A table of the cohort cannot be read.
        RunError: The record was altered, or another withdrawal was interrupted.
    """
    root = find_cohort(cohort).resolve()
    _check(root, patient_id, also, signed_by, dry_run=dry_run)
    journal = _journal(root, patient_id)
    number = len(read_records(root)) + 1
    roots = [root, *(path.resolve() for path in also)]
    plan = _plan(root, roots, journal.traces)
    journal.plan(plan.counts(), roots)
    journal.traces = plan.traces
    shrunk = _shrunk(plan, f".w{number}", journal.renamed)
    after = shrunk[root]
    result = Withdrawn(
        tuple(_shown(plan)),
        journal.counts,
        (journal.version_before, journal.sha256_before),
        (after.info.version, after.sha256),
        None,
    )
    if dry_run:
        return result
    day = today or datetime.now(UTC).date()
    if plan.traces.person_in_text(signed_by.encode()):
        raise UsageError("The signature names the patient.", hint="The record must not.")
    journal.write(root)
    forget_pictures(plan.traces.pictures)
    for step in plan.found.steps:
        do_step(step, plan.traces, day)
    for before in sorted(plan.found.cohorts, key=lambda each: each.root == root):
        shrink(before, shrunk[before.root])
    record = add_record(
        root,
        {
            "format": 1,
            "date": day.isoformat(),
            "signed_by": signed_by,
            "cohort": after.info.name,
            "before": dict(zip(("version", "sha256"), result.before, strict=True)),
            "after": dict(zip(("version", "sha256"), result.after, strict=True)),
            "removed": journal.counts,
            "left_to_the_user": dict(
                Counter(step.kind for step in result.steps if step.action == "look")
            ),
            "folders_looked_through": len(roots),
            "rdface": __version__,
        },
    )
    left = tuple(_still_named(roots, plan.traces))
    (root / JOURNAL).unlink(missing_ok=True)
    return replace(result, record=record, left=left)


def _check(
    root: Path, patient_id: str, also: Sequence[Path], signed_by: str, *, dry_run: bool
) -> None:
    if root in {shipped_folder(name).resolve() for name in shipped_cohorts()}:
        raise UsageError(
            f"{root.name} is shipped with rdface: nobody in it is real, and it stays as it is."
        )
    if not patient_id.strip():
        raise UsageError("No patient was named.")
    if not dry_run and not signed_by.strip():
        raise UsageError(
            "A withdrawal is signed off by a person.", hint='Add --signed-by "Name, role".'
        )
    missing = [path for path in also if not path.exists()]
    if missing:
        raise UsageError(f"--also {missing[0]} is not there.")


def _journal(root: Path, patient_id: str) -> Journal:
    """Of the interrupted withdrawal of this patient, or a new one."""
    known = read_journal(root)
    if known is not None:
        if known.traces.patient_id != patient_id:
            raise UsageError(
                "The withdrawal of another patient from this cohort was interrupted.",
                hint=f"Finish it first: its patient_id stands in {root / JOURNAL}.",
            )
        return known
    source = read_cohort(root)
    own = source.images["patient_id"] == patient_id
    if not own.any():
        raise UsageError(
            f"The cohort {source.info.name} has no patient {patient_id!r}.",
            hint="Ids are those of the column patient_id of images.csv."
            + (_ALREADY if read_records(root) else ""),
        )
    goes = rows_that_go(source, traces_of(source, own, patient_id))
    if goes.all():
        raise UsageError(
            f"Nobody else is in the cohort {source.info.name}.",
            hint="Remove its folder and all that was made of it.",
        )
    return Journal(traces_of(source, goes, patient_id), source.info.version, source.sha256)


def _plan(root: Path, roots: list[Path], traces: Traces) -> _Plan:
    """Look, learn what descends from the patient, and look again until nothing new is found."""
    images = read_cohort(root).images
    others = frozenset(images["sha256"]) - traces.pictures
    while True:
        found = look_through(roots, traces, others)
        grown = traces
        for cohort in found.cohorts:
            goes = rows_that_go(cohort, traces)
            about = (cohort.info.model_extra or {}).get("training_images") or ()
            if goes.any() or not traces.image_ids.isdisjoint(about):
                grown = grown.joined(traces_of(cohort, goes, traces.patient_id))
        if grown == traces:
            return _Plan(traces, read_cohort(root), found, cached_rows(traces.pictures))
        traces = grown


def _shrunk(plan: _Plan, suffix: str, renamed: dict[str, str]) -> dict[Path, Cohort]:
    """Folder -> what is left: of the cohort, then of pools, then of what joins both.

    New hashes are added to ``renamed``.
    """
    made = {plan.source.root: plan.source}
    order = sorted(
        plan.found.cohorts,
        key=lambda each: (each.root != plan.source.root, not each.info.is_pool),
    )
    for cohort in order:
        goes = rows_that_go(cohort, plan.traces)
        left = without(cohort, goes, plan.traces, suffix, renamed)
        if cohort.root != plan.source.root and cohort.info.is_pool:
            left = with_training_part(left, made[plan.source.root])
        renamed[cohort.sha256] = left.sha256
        made[cohort.root] = left
    return made


def _shown(plan: _Plan) -> list[Step]:
    """All steps: caches, files, cohorts, and what is not known."""
    steps = [
        Step("rows of caches", path, "rows", max(count, 1)) for path, count in plan.caches.items()
    ]
    steps += plan.found.steps
    for cohort in plan.found.cohorts:
        count = int(rows_that_go(cohort, plan.traces).sum())
        steps.append(Step("images", cohort.root, "rows", count))
    why = "a folder of the cache that `withdraw` does not know"
    steps += [Step("cache", path, "look", why=why) for path in strange_caches()]
    if plan.traces.too_short:
        why = "an id of fewer than 4 letters, or of digits alone, is searched for in tables only"
        steps.append(Step("running text", plan.source.root, "look", why=why))
    return steps


def _still_named(roots: list[Path], traces: Traces) -> list[Path]:
    """Files that name the patient after all was done."""
    own = Traces(traces.patient_id, traces.image_ids, traces.pictures)
    found = look_through(roots, own)
    named = [step.path for step in found.steps if step.action != "look" or "names the" in step.why]
    return [*named, *(cohort.root for cohort in found.cohorts)]
