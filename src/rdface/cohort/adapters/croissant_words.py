"""What a cohort says of itself in Croissant's vocabulary for responsible AI (RAI).

https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html. Everything comes from
``cohort.yaml`` or is counted in the tables. What neither says is left out, and
:func:`gaps` names it. Under the key ``rai`` of cohort.yaml the owner may say more in the
vocabulary's own words (``rai: {dataSocialImpact: ...}``); that goes before ours.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from rdface.cohort.adapters.tables import stated
from rdface.cohort.cohort import Cohort
from rdface.cohort.terms import named

ONE = (
    "dataCollection",
    "dataCollectionMissingData",
    "dataCollectionRawData",
    "dataImputationProtocol",
    "dataManipulationProtocol",
    "annotationsPerItem",
    "dataSocialImpact",
    "dataReleaseMaintenancePlan",
)
"""Properties that hold one text."""

MANY = (
    "dataCollectionType",
    "dataPreprocessingProtocol",
    "dataAnnotationProtocol",
    "dataAnnotationPlatform",
    "dataAnnotationAnalysis",
    "annotatorDemographics",
    "machineAnnotationTools",
    "dataBiases",
    "dataUseCases",
    "dataLimitations",
    "personalSensitiveInformation",
)
"""Properties that hold several."""

_SENSITIVE = {
    "sex": "sex",
    "age": "age at the picture",
    "ancestry": "ancestry",
    "country": "country",
    "hpo_terms": "clinical features (HPO terms)",
}
_SHOWN = 8


def responsible_ai(cohort: Cohort) -> dict[str, Any]:
    """``rai:`` properties with their texts."""
    info = cohort.info
    found: dict[str, Any] = {
        "dataCollection": "; ".join(info.sources),
        "dataCollectionMissingData": _missing(cohort),
        "dataBiases": list(_spread(cohort)),
        "dataUseCases": _use(cohort),
        "dataLimitations": _limits(cohort),
        "personalSensitiveInformation": _sensitive(cohort),
    }
    if info.hpo_release and (cohort.images["hpo_terms"] != "").any():
        found["dataAnnotationProtocol"] = [
            f"Clinical features are terms of the Human Phenotype Ontology, release"
            f" {info.hpo_release}."
        ]
    if "restored" in cohort.images.columns:
        steps = Counter(filter(None, cohort.images["restored"]))
        found["dataPreprocessingProtocol"] = [
            f"{count} picture(s) were restored: {step}." for step, count in steps.items()
        ]
    own = (info.model_extra or {}).get("rai")
    for name, value in own.items() if isinstance(own, dict) else ():
        if name in ONE:
            found[name] = str(value)
        elif name in MANY:
            found[name] = [str(one) for one in (value if isinstance(value, list) else [value])]
    return {f"rai:{name}": value for name, value in found.items() if value}


def gaps(cohort: Cohort) -> list[str]:
    """Properties of which nobody has said anything."""
    said = responsible_ai(cohort)
    return [f"rai:{name}" for name in (*ONE, *MANY) if f"rai:{name}" not in said]


def _missing(cohort: Cohort) -> str:
    size = len(cohort)
    counts = {column: int((cohort.images[column] == "").sum()) for column in _SENSITIVE}
    words = [f"{column} {count}" for column, count in counts.items() if count]
    return f"Not stated, of {size} images: {', '.join(words)}." if words else ""


def _spread(cohort: Cohort) -> list[str]:
    """Who is in it, counted; whether that is a bias depends on the use."""
    patients = cohort.images[cohort.images["synthetic_of"] == ""].drop_duplicates("patient_id")
    lines = []
    for column in ("sex", "ancestry", "country"):
        counts = Counter(value or "not stated" for value in patients[column])
        shown = [f"{value} {count}" for value, count in counts.most_common(_SHOWN)]
        rest = sum(counts.values()) - sum(c for _, c in counts.most_common(_SHOWN))
        lines.append(
            f"Patients by {column}: {', '.join(shown)}{f', others {rest}' if rest else ''}."
        )
    sizes = patients["condition"].value_counts()
    if len(sizes):
        lines.append(
            f"Patients of a condition: {sizes.min()} to {sizes.max()}, median"
            f" {sizes.median():g}, in {len(sizes)} conditions."
        )
    return lines


def _use(cohort: Cohort) -> list[str]:
    info = stated(cohort)
    extra = info.model_extra or {}
    lines = [f"Data use (GA4GH DUO): {named(code)}" for code in info.data_use]
    if extra.get("permitted_use"):
        lines.append(f"Permitted use: {extra['permitted_use']}")
    if info.evaluation_only:
        lines.append("Evaluation only: nothing may be trained or chosen on it.")
    return lines


def _limits(cohort: Cohort) -> list[str]:
    info = stated(cohort)
    extra = info.model_extra or {}
    lines = []
    if info.simulated:
        lines.append("Simulated faces: results on them are no results on patients.")
    if info.unknown_patients:
        lines.append(f"Patients: {info.unknown_patients}.")
    synthetic = int((cohort.images["synthetic_of"] != "").sum())
    if synthetic:
        lines.append(f"{synthetic} of {len(cohort)} images are synthetic, made from the others.")
    forbids = extra.get("forbids") or ()
    lines += [f"Forbidden: {one}" for one in ([forbids] if isinstance(forbids, str) else forbids)]
    if extra.get("consent_expires"):
        lines.append(f"Consent expires: {extra['consent_expires']}")
    lines += [f"Ethics approval: {one}" for one in info.ethics]
    return lines


def _sensitive(cohort: Cohort) -> list[str]:
    if cohort.info.simulated:
        return ["None of real people: faces, conditions and all other values are simulated."]
    filled = [words for column, words in _SENSITIVE.items() if (cohort.images[column] != "").any()]
    return ["Faces of people, which identify them", "Health: genetic condition", *filled]
