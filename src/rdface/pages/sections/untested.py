"""Conditions that were not tested, and why."""

from __future__ import annotations

from rdface.pages.evidence import Evidence

REASON = (
    "stands in training only, where it can be mistaken for others; what kept it from the test is"
    " said in brackets"
)


def untested(evidence: Evidence) -> tuple[tuple[str, ...], str]:
    """Names of the conditions that only train, each with what it lacks, and what that means.

    A condition with images of one patient only could be tested by a protocol that divides by
    image; there it is the draw that gave it no test image.
    """
    result = evidence.best.result
    by_image = result.protocol.get("divide_by") == "image"
    images = evidence.cohort.images
    real = images[images["synthetic_of"] == ""].groupby("condition")
    n_images, n_patients = real.size(), real["patient_id"].nunique()

    def lack(condition: str) -> str:
        if n_images.get(condition, 0) == 1:
            return "a single image"
        if not by_image and n_patients.get(condition, 0) == 1:
            return "images of one patient only"
        return "no test image by the draw"

    names = sorted(
        f"{evidence.cohort.condition_names.get(condition, condition)} ({lack(condition)})"
        for condition in result.train_only_conditions
    )
    return tuple(names), REASON
