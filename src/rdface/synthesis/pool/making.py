"""Fill a pool, image by image; what is killed goes on to the same bytes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rdface.engines import Engine, check_private
from rdface.errors import RunError, UsageError
from rdface.faces import locate_faces
from rdface.progress import bar
from rdface.synthesis.pool.folder import PoolFolder, work_of
from rdface.synthesis.pool.picture import Provenance
from rdface.synthesis.pool.plan import PoolPlan, check_controls, check_parents, training_part
from rdface.synthesis.pool.table import write_tables
from rdface.synthesis.portraits import take_portraits

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.synthesis.generator import Generator
    from rdface.synthesis.portraits import Portraits

log = logging.getLogger(__name__)

Label = Callable[[Sequence[tuple[str, Path]]], Sequence[str]]
"""From image_id and place of each finished sample without a condition to its condition; "" leaves
the sample out of the pool."""


def make_pool(
    generator: Generator,
    name: str,
    cohort: Cohort,
    training_ids: Sequence[str],
    counts: Mapping[str, int] | int,
    out: Path,
    *,
    seed: int,
    controls: Cohort | None = None,
    detector: str = "yunet",
    work: Path | None = None,
    label: Label | None = None,
    engine: Engine | None = None,
) -> Cohort:
    """Fit a generator on training images and fill a pool with its samples.

    Every picture is written whole, with its provenance inside; the tables are written at the end.
    A process that is killed anywhere goes on where it stopped, to the same bytes, and a finished
    pool grows when more samples are asked for.

    Args:
        generator: Not fitted yet; its options are part of the plan.
        name: Its name in the registry.
        cohort: The real cohort.
        training_ids: The images it may learn from, in any order: for a fold its training part.
            Nothing else of the cohort is opened.
        counts: Condition to number of samples; a number alone: of each condition with a training
            portrait, or of all where the generator knows no conditions (then the key is "").
        out: The pool's folder, new or of the same plan.
        seed: Of the generator and of the samples.
        controls: Unaffected children, another cohort; all of it may be learnt from.
        detector: Cuts out the portraits.
        work: Where the generator keeps what it learns, from portraits of real faces, in a folder
            of its own for each plan: not to be published with the pool. ``<out>.work`` if not
            given; the lock of the pool lies there in any case.
        label: Gives samples without a condition their labels; see
            :mod:`rdface.synthesis.labels`.
        engine: Where generators that can be spread learn and draw; this process if None.

    Returns:
        The pool: a cohort of synthetic images alone (``info.is_pool``).

    Raises:
        LeakageError: A sample names a parent that the generator was not given.
        RunError: The folder belongs to another plan, or the generator came out otherwise.
        TermsError: The terms forbid it, or patients would cross a network in the clear.
        UsageError: Ids, counts or options do not fit, or labels are missing.
    """
    training = training_part(cohort, training_ids)
    check_private(engine, simulated=cohort.info.simulated)
    generator = generator.told(training)
    if engine is not None:
        generator = generator.on(engine)
    if controls is not None:
        check_controls(cohort, controls)
    faces = locate_faces(training, detector)
    portraits = take_portraits(training, faces, training.image_ids, generator.size)
    if len(portraits) < len(training):
        log.warning("%d training images show no face.", len(training) - len(portraits))
    wanted = _counts(counts, generator, training, portraits, label)
    plan = PoolPlan.of(
        generator, name, training=training, controls=controls, detector=faces.detector, seed=seed
    )
    folder = PoolFolder(out, plan)
    with folder.opened():
        done = folder.made(wanted)
        if done != dict(wanted):
            unaffected = _all_portraits(controls, detector, generator.size)
            place = work if work is not None else work_of(out)
            place = place / plan.sha256[:16]  # nobody goes on from what another fold has taught
            place.mkdir(parents=True, exist_ok=True)
            try:
                generator.fit(portraits, place, seed=seed, controls=unaffected)
                _fill(folder, generator, wanted, done, portraits, unaffected)
            finally:
                with suppress(OSError):
                    place.rmdir()  # if nothing was kept there; else this is refused
        return write_tables(
            folder,
            generator,
            wanted,
            cohort=cohort,
            training=training,
            controls=controls,
            label=label,
        )


def _counts(
    counts: Mapping[str, int] | int,
    generator: Generator,
    training: Cohort,
    portraits: Portraits,
    label: Label | None,
) -> dict[str, int]:
    """Condition to number of samples, in the cohort's order."""
    if isinstance(counts, int):
        known = generator.knows_conditions
        counts = dict.fromkeys(generator.makes(portraits), counts) if known else {"": counts}
    wanted = {c: counts[c] for c in ("", *training.condition_ids) if counts.get(c)}
    strangers = [c for c in counts if c and c not in portraits.rows_of and counts[c]]
    if strangers:
        raise UsageError(f"No training image shows a face with the condition {strangers[0]!r}.")
    if not wanted or min(wanted.values()) < 0:
        raise UsageError("A pool needs at least one sample, and no negative count.")
    if ("" in wanted) == generator.knows_conditions or ("" in wanted and len(wanted) > 1):
        raise UsageError(
            "This generator "
            + (
                "makes faces of conditions."
                if generator.knows_conditions
                else "knows no conditions."
            ),
            hint="Give it one count for each condition, or one for all.",
        )
    if "" in wanted and label is None:
        raise UsageError("These samples have no condition: say what labels them.")
    return wanted


def _all_portraits(controls: Cohort | None, detector: str, size: int) -> Portraits | None:
    if controls is None:
        return None
    return take_portraits(controls, locate_faces(controls, detector), controls.image_ids, size)


def _fill(
    folder: PoolFolder,
    generator: Generator,
    wanted: Mapping[str, int],
    done: Mapping[str, int],
    portraits: Portraits,
    controls: Portraits | None,
) -> None:
    training = frozenset(portraits.image_ids)
    unaffected = frozenset(controls.image_ids) if controls is not None else frozenset[str]()
    learnt = generator.weights_sha256
    for condition, count in done.items():
        if count and folder.read(condition, 0).generator_sha256 != learnt:
            raise RunError(
                f"{folder.path} was begun with a generator that had learnt something else.",
                hint="Another device, library or `keep_weights` may do so. Give another --out, or"
                " remove it.",
            )
    numbers = dict(done)
    with bar(f"Making faces ({folder.plan.generator})", sum(wanted.values())) as advance:
        advance(sum(done.values()))
        for sample in generator.sample_after(done, wanted, seed=folder.plan.seed):
            check_parents(sample, training, unaffected)
            number = numbers[sample.condition]
            numbers[sample.condition] += 1
            provenance = Provenance(
                generator=folder.plan.generator,
                generator_sha256=learnt,
                generator_seed=folder.plan.seed,
                plan_sha256=folder.plan.sha256,
                condition=sample.condition,
                number=number,
                sample_seed=sample.seed,
                parents=tuple(p for p in sample.parents if p in training),
                control_parents=tuple(p for p in sample.parents if p in unaffected),
                notes=dict(sample.notes),
            )
            folder.write(sample.image, provenance)
            advance(1)
    short = [condition or "all" for condition in wanted if numbers[condition] != wanted[condition]]
    if short:
        raise RunError(f"The generator gave another number of samples than asked for: {short[0]}.")
