"""A few faces of the cohort, drawn by lot, each of another condition."""

from __future__ import annotations

import math

import numpy as np

from rdface.cohort import age_in_years
from rdface.cohort.terms import check_allowed
from rdface.imaging import read_image
from rdface.pages.confusions import Phenotypes
from rdface.pages.evidence import Evidence
from rdface.pages.figures.contact_sheet import Thumbnail, data_uri, marked_jpeg
from rdface.pages.wording import person, picture_mark

SHOWN = 18
_TERMS = 3


def draw_faces(evidence: Evidence, phenotypes: Phenotypes) -> tuple[Thumbnail, ...]:
    """Thumbnails of up to 18 conditions; none where faces must not be shown.

    The lot is drawn with the seed of the best run's protocol.
    """
    if not evidence.show_faces:
        return ()
    images = evidence.cohort.images
    rng = np.random.default_rng(evidence.best.result.seed)
    rows = rng.permutation(len(images))
    check_allowed(evidence.cohort, "use")
    first = images.iloc[rows].drop_duplicates("condition").head(SHOWN)
    columns = ("image_id", "condition", "age", "sex", "hpo_terms", "synthetic_of")
    return tuple(
        _thumbnail(evidence, phenotypes, *values)
        for values in first[list(columns)].itertuples(index=False, name=None)
    )


def _thumbnail(
    evidence: Evidence,
    phenotypes: Phenotypes,
    image_id: str,
    condition: str,
    age: str,
    sex: str,
    hpo_terms: str,
    synthetic_of: str,
) -> Thumbnail:
    mark = picture_mark(simulated=evidence.cohort.info.simulated, synthetic=bool(synthetic_of))
    terms = phenotypes.rarest_first(set(filter(None, hpo_terms.split("|"))))
    return Thumbnail(
        uri=data_uri(marked_jpeg(read_image(evidence.cohort.path(image_id)), mark)),
        mark=mark,
        condition=evidence.cohort.condition_names[condition],
        about=person(sex, age_in_years(age) if age else math.nan),
        terms=tuple(phenotypes.labels[term] for term in terms[:_TERMS]),
    )
