"""What names the samples of ``rdface synthesize`` that have no condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rdface.cohort import Cohort
    from rdface.synthesis import Generator
    from rdface.synthesis.labels import NearestMean


def label_of(
    generator: Generator,
    cohort: Cohort,
    ids: Sequence[str],
    evidence: str | None,
    quirks: Sequence[str],
    protocol: str,
    detector: str,
) -> NearestMean | None:
    """The nearest mean, or None for a generator that knows conditions.

    Raises:
        UsageError: It is not said by what to name them, or said in vain.
    """
    from rdface.errors import UsageError
    from rdface.synthesis.labels import nearest_mean

    if generator.knows_conditions:
        if evidence or quirks:
            raise UsageError("--label-by and --quirk are for generators that know no conditions.")
        return None
    if evidence is None:
        raise UsageError(
            "The samples of this generator have no condition: say --label-by.",
            hint="`--label-by sface`, another backbone, or `landmarks` as in the paper.",
        )
    return nearest_mean(
        cohort, ids, evidence=evidence, quirks=quirks, protocol=protocol, detector=detector
    )
