"""What decides the samples of a pool, and whose pictures they may stem from."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rdface.cohort.terms import check_allowed
from rdface.errors import LeakageError, UsageError
from rdface.files import sha256_bytes

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.synthesis.generator import Generator, Sample

FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")


@dataclass(frozen=True)
class PoolPlan:
    """All that decides the samples; how many are made does not, so that a pool can grow.

    Attributes:
        generator: Name in the registry.
        options: Of the generator, in plain types.
        training_sha256: Hash of the training images: ids, conditions and pictures. Nothing else
            of the cohort is in it, for nothing else may move a sample.
        controls_sha256: The same of the unaffected children; "" without.
        detector: Fingerprint of what cut the portraits out.
        seed: Of the generator and of the samples.
        base_sha256: Of pretrained weights that the options only point to; "" without.
    """

    generator: str
    options: dict[str, Any]
    training_sha256: str
    controls_sha256: str
    detector: str
    seed: int
    base_sha256: str = ""

    @classmethod
    def of(
        cls,
        generator: Generator,
        name: str,
        *,
        training: Cohort,
        controls: Cohort | None,
        detector: str,
        seed: int,
    ) -> PoolPlan:
        """The plan of a generator on the images of ``training``, all of them.

        Raises:
            UsageError: The name cannot begin an image id.
        """
        if not _NAME.match(name):
            raise UsageError(
                f"A pool cannot be called after {name!r}: letters, digits, . _ - only."
            )
        return cls(
            generator=name,
            options=generator.model_dump(mode="json"),
            training_sha256=pictures_sha256(training, training.image_ids),
            controls_sha256=pictures_sha256(controls, controls.image_ids) if controls else "",
            detector=detector,
            seed=seed,
            base_sha256=generator.base_sha256,
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold; without pretrained weights there is no word of them.

        So pools keep their names that were made before such weights stood in a plan.
        """
        found = {"format": FORMAT, **dataclasses.asdict(self)}
        if not self.base_sha256:
            del found["base_sha256"]
        return found

    @cached_property
    def sha256(self) -> str:
        """Names the plan."""
        return sha256_bytes(json.dumps(self.to_dict(), sort_keys=True).encode())

    def image_id(self, condition: str, number: int) -> str:
        """Id of sample ``number`` of a condition; no other plan gives it."""
        parts = [self.generator, self.sha256[:8], *filter(None, [condition]), f"{number:05d}"]
        return "-".join(parts)


def pictures_sha256(cohort: Cohort, image_ids: Iterable[str]) -> str:
    """Hash of some images of a cohort: id, condition and picture of each, whatever their order.

    Raises:
        UsageError: The cohort has no such image.
    """
    rows = cohort.images.set_index("image_id")[["condition", "sha256"]]
    ids = sorted(image_ids)
    unknown = set(ids) - set(rows.index)
    if unknown:
        raise UsageError(f"The cohort {cohort.info.name} has no image {min(unknown)!r}.")
    return sha256_bytes(rows.loc[ids].to_csv(lineterminator="\n").encode())


def training_part(cohort: Cohort, training_ids: Sequence[str]) -> Cohort:
    """The training images alone, in the cohort's order: all that a generator is shown.

    Raises:
        UsageError: No image, an unknown or a synthetic one, or nothing may be trained on them.
    """
    check_trainable(cohort)
    wanted = set(training_ids)
    unknown = wanted - set(cohort.image_ids)
    if unknown or not wanted:
        what = f"has no image {min(unknown)!r}" if unknown else "gives no training image"
        raise UsageError(f"The cohort {cohort.info.name} {what}.")
    images = cohort.images[cohort.images["image_id"].isin(wanted)].reset_index(drop=True)
    made_up = images.loc[images["synthetic_of"] != "", "image_id"]
    if len(made_up):
        raise UsageError(
            f"{made_up.iloc[0]!r} is synthetic; generators learn from real images.",
            hint="Leave synthetic images out of the training ids.",
        )
    return dataclasses.replace(cohort, images=images)


def check_controls(cohort: Cohort, controls: Cohort) -> None:
    """Make sure that unaffected children may teach, and cannot be mistaken for patients.

    Raises:
        UsageError: They may not, or an id stands in both cohorts.
    """
    check_trainable(controls)
    shared = set(cohort.image_ids) & set(controls.image_ids)
    if shared:
        raise UsageError(
            f"The cohort and its controls both have an image {min(shared)!r}.",
            hint="Parents are named by image id: give the controls ids of their own.",
        )


def check_parents(sample: Sample, training: frozenset[str], controls: frozenset[str]) -> None:
    """Make sure that a sample stems from images that its generator was given.

    Raises:
        LeakageError: It names another image as a parent, or no real image of the training part,
            without which no guard can know whom it may be tested on.
    """
    strangers = set(sample.parents) - training - controls
    if strangers:
        raise LeakageError(
            f"A sample of {sample.condition or 'no condition'!r} stems from {min(strangers)!r},"
            " which is no training image.",
            hint="The generator must be fitted on the training images alone.",
        )
    if not training.intersection(sample.parents):
        raise LeakageError(
            f"A sample of {sample.condition!r} names no training image it stems from."
        )


def check_trainable(cohort: Cohort) -> None:
    """Make sure that generators may learn from a cohort.

    Raises:
        TermsError: Its terms forbid it.
        UsageError: It is for evaluation only, or a pool of synthetic images.
    """
    check_allowed(cohort, "methods")
    if cohort.info.evaluation_only:
        raise UsageError(
            f"The cohort {cohort.info.name} is for evaluation only; nothing may learn from it.",
            hint="Use another cohort, such as sim103.",
        )
    if cohort.info.is_pool:
        raise UsageError(
            f"{cohort.info.name} is a pool of synthetic images.", hint="Give the real cohort."
        )
