"""Protocol ``paper``: the shape of the RDFace paper's split; its flaws are options, off by default.

One test set, a quarter of the images, and five models that differ in what they were trained and
validated on (arXiv 2604.03454). docs/flaws.md tells what each flaw does to a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rdface.errors import UsageError
from rdface.protocols.by_image import divide_by_image
from rdface.protocols.by_patient import divide_by_patient
from rdface.protocols.options import check_choice, check_share, check_whole
from rdface.protocols.protocol import PROTOCOLS
from rdface.protocols.split import Fold, Split, never_tested
from rdface.protocols.synthetic import MADE_FOR, with_descendants

if TYPE_CHECKING:
    import pandas as pd

NAME = "paper"


@PROTOCOLS.register(NAME)
def paper(
    images: pd.DataFrame,
    *,
    seed: int = 42,
    cohort_sha256: str = "",
    folds: int = 5,
    test_share: float = 0.25,
    divide_by: Literal["patient", "image"] = "patient",
    synthetic: Literal["none", "train", "own", "folds"] = "none",
    first_folds: int | None = None,
) -> Split:
    """One test set for all folds, five validation parts, fitted on the training part alone.

    ``divide_by="image"`` is the published split, to the image and its order: conditions with a
    single image train only; the others are divided 75/25 by scikit-learn's stratified
    ``train_test_split``; ``StratifiedKFold`` divides the training images into ``folds`` parts, each
    of which is validation once, but for images that are alone in their condition by then, which
    only train (:func:`~rdface.protocols.by_image.divide_by_image`). So 456 images with five single
    ones give 343 and 113. One patient may then stand on both sides (F1); the guard reports it. A
    condition may get no test image (on sim103 four conditions with two images do not); then it is
    in ``train_only``, as those with a single image are. The split depends on the order of rows.

    ``divide_by="patient"`` keeps the shape (a quarter tested, ``folds`` validation parts) and deals
    patients instead; conditions with one patient train only. The guard raises on any leak.

    Either way all folds share their test images, so the spread of their results is not the error
    of generalisation (F6).

    Args:
        images: See :class:`~rdface.protocols.Protocol`.
        seed: ``random_state`` of both scikit-learn calls; the paper's is 42.
        cohort_sha256: Noted in the split.
        folds: Parts of the training images, at least 2.
        test_share: Share of the images (or patients) of the divisible conditions that is tested,
            between 0 and 1.
        divide_by: What is divided.
        synthetic: ``none`` leaves synthetic images out. ``train`` adds to each training part those
            that stem from images in that part alone, of patients who are nowhere else. ``own`` of
            those only the ones whose column ``made_for`` has the fold's number, where each fold has
            a pool of its own. ``folds``
            does as the paper did (F2): all of them are divided into the folds with the real images,
            descendants of test images included, so that validation is mostly synthetic; only with
            ``divide_by="image"``.
        first_folds: Only the first so many of the ``folds``, where each costs much; all if None.

    Raises:
        UsageError: An option that is no such number or word, or too few images for the division.
        CohortError: An image without a patient, or a patient with two conditions.
    """
    check_whole(NAME, "folds", folds, least=2)
    check_share(NAME, "test_share", test_share)
    check_choice(NAME, "divide_by", divide_by, ("patient", "image"))
    check_choice(NAME, "synthetic", synthetic, ("none", "train", "own", "folds"))
    if first_folds is not None:
        check_whole(NAME, "first_folds", first_folds, least=1)
    if synthetic == "own" and MADE_FOR not in images:
        raise UsageError(f"No image says in a column `{MADE_FOR}` which fold it was made for.")
    if synthetic == "folds" and divide_by == "patient":
        raise UsageError(
            "Protocol 'paper' cannot keep patients apart while synthetic images enter the folds.",
            hint="Take synthetic: train, or divide_by: image.",
        )
    made_up = images["synthetic_of"] != ""
    real = images[~made_up]
    divide = divide_by_image if divide_by == "image" else divide_by_patient
    division = divide(
        real,
        seed=seed,
        folds=folds,
        test_share=test_share,
        joining=images[made_up] if synthetic == "folds" else None,
    )
    made = [
        Fold(NAME, seed, 0, index, train, validation, division.test)
        for index, (train, validation) in enumerate(division.parts[:first_folds])
    ]
    if synthetic in ("train", "own"):
        made = [with_descendants(fold, images, own=synthetic == "own") for fold in made]
    used = {image for fold in made for image in fold.development}
    return Split(
        protocol=NAME,
        seed=seed,
        cohort_sha256=cohort_sha256,
        folds=tuple(made),
        train_only=never_tested(dict(zip(real["image_id"], real["condition"], strict=True)), made),
        left_out=tuple(sorted(set(images.loc[made_up, "image_id"]) - used)),
        patient_grouped=divide_by == "patient",
        refit=False,
    )
