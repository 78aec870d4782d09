"""Protocol ``paper``: the split of the RDFace paper, its flaws included (docs/protocols.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.errors import UsageError
from rdface.protocols.options import check_share, check_whole
from rdface.protocols.protocol import PROTOCOLS
from rdface.protocols.published import divide_as_published
from rdface.protocols.split import Fold, Split, never_tested

if TYPE_CHECKING:
    import pandas as pd


@PROTOCOLS.register("paper")
def paper(
    images: pd.DataFrame,
    *,
    seed: int = 42,
    cohort_sha256: str = "",
    folds: int = 5,
    test_share: float = 0.25,
) -> Split:
    """One test set for all folds, divided by image and not by patient.

    As in the published notebooks of RDFace (arXiv 2604.03454): conditions with a single image go
    to training; the others are divided 75/25 by scikit-learn's stratified ``train_test_split``;
    ``StratifiedKFold`` divides the training images into ``folds`` parts, each of which is
    validation once, while images that are alone in their condition (from the start, or because
    the other one is tested) join every training part. So 456 images with five single ones give 343
    and 113. The steps and their order: :func:`~rdface.protocols.published.divide_as_published`.

    Known flaws, kept on purpose: one patient may stand on both sides (F1), and the folds differ in
    training images only, so that their spread is not the error of generalisation (F6). With few
    images a condition may be missing from a fold's training part; the guard reports it. It may
    also get no test image (on sim103 four conditions with two images do not); then it is in
    ``train_only``, as those with a single image are.

    The split depends on the order of rows, as scikit-learn's does. Synthetic images
    (``synthetic_of``) are left out.

    Args:
        images: See :class:`~rdface.protocols.Protocol`.
        seed: ``random_state`` of both scikit-learn calls; the paper's is 42.
        cohort_sha256: Noted in the split.
        folds: Parts of the training images, at least 2.
        test_share: Share of the images of the conditions with several that is tested, between 0
            and 1.

    Raises:
        UsageError: An option that is no such number, or too few images for the division.
    """
    check_whole("paper", "folds", folds, least=2)
    check_share("paper", "test_share", test_share)
    synthetic = images["synthetic_of"] != ""
    real = images[~synthetic]
    condition_of = dict(zip(real["image_id"], real["condition"], strict=True))
    try:
        published = divide_as_published(condition_of, seed=seed, folds=folds, test_share=test_share)
    except ValueError as error:
        raise UsageError(
            f"Protocol 'paper' cannot divide this cohort: {error}",
            hint="It needs several images for most conditions; try protocol 'strict'.",
        ) from error
    made = tuple(
        Fold(
            protocol="paper",
            seed=seed,
            repeat=0,
            index=index,
            train=train,
            validation=validation,
            test=published.test,
        )
        for index, (train, validation) in enumerate(published.folds)
    )
    return Split(
        protocol="paper",
        seed=seed,
        cohort_sha256=cohort_sha256,
        folds=made,
        train_only=never_tested(condition_of, made),
        left_out=tuple(sorted(images.loc[synthetic, "image_id"])),
        patient_grouped=False,
        refit=False,
    )
