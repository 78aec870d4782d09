"""A few faces of the cohort, drawn by lot, each of another condition."""

from __future__ import annotations

import numpy as np

from rdface.cohort import age_in_years
from rdface.cohort.terms import check_allowed
from rdface.imaging import read_image
from rdface.pages.confusions import Phenotypes
from rdface.pages.evidence import Evidence
from rdface.pages.figures.contact_sheet import Thumbnail, data_uri, marked_jpeg
from rdface.pages.wording import count

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
    simulated = evidence.cohort.info.simulated
    mark = "simulated" if simulated else "synthetic" if synthetic_of else "photograph"
    terms = phenotypes.rarest_first(set(filter(None, hpo_terms.split("|"))))
    return Thumbnail(
        uri=data_uri(marked_jpeg(read_image(evidence.cohort.path(image_id)), mark)),
        mark=mark,
        condition=evidence.condition_names[condition],
        about=", ".join(filter(None, [_age(age), {"female": "girl", "male": "boy"}.get(sex, "")]))
        if age and age_in_years(age) < 18
        else ", ".join(filter(None, [_age(age), sex])),
        terms=tuple(phenotypes.labels[term] for term in terms[:_TERMS]),
    )


def _age(age: str) -> str:
    if not age:
        return ""
    years = age_in_years(age)
    return count(int(years), "year") if years >= 2 else count(int(years * 12), "month")
