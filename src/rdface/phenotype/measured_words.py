"""The words of the describer `measured`: evidence in numbers, and a report's sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.phenotype.measured_model import LEAST_AUC, LEAST_R, MeasuredModel
from rdface.phenotype.ranking import Suspect
from rdface.phenotype.report import Finding
from rdface.phenotype.sections import SECTIONS
from rdface.phenotype.truth import shown_terms, table

Floats = NDArray[np.float64]

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "eyes": ("left_eye", "right_eye"),
    "nose": ("nose",),
    "mouth": ("mouth_and_lips",),
    "ears": ("ears",),
    "chin": ("chin",),
    "face": ("overall_impression",),
}
"""Region of a term -> the sections it stands in; both eyes are measured together."""
UNSEEN: Final[Mapping[str, str]] = {
    "depth": "it lies along the line of sight",
    "ear": "hair may cover the ears",
    "fine": "it is finer than a pixel of the crop",
    "hidden": "hair and face hide it",
    "front": "it hardly shows in a crop of this size",
}


def sections_of(term: str) -> tuple[str, ...]:
    """Where a term stands in a report."""
    return PLACES[shown_terms()[term].region]


@lru_cache(maxsize=1)
def labels() -> Mapping[str, str]:
    """Measure -> its words."""
    return {row["measure"]: row["label"] for row in table("measure_words.csv")}


@lru_cache(maxsize=1)
def own_measures() -> Mapping[str, str]:
    """HPO id -> the measure that its trait moves first, or the sign itself."""
    from rdface.simulate.traits.belonging import BELONGS

    return {
        term.id: next(iter(BELONGS[term.trait])) if term.trait in BELONGS else f"sign:{term.trait}"
        for term in shown_terms().values()
    }


def evidence_of(model: MeasuredModel, term: int, measured: Floats, toward: Floats) -> str:
    """What the state of a term rests on: its own measure, and what speaks most for that state.

    Args:
        model: Whose term.
        term: Its column.
        measured: ``[M]``, what the ruler says.
        toward: ``[M]``, how much each measure speaks for the state.
    """
    own = model.measures.index(own_measures()[model.terms[term]])
    toward = np.where(model.r >= LEAST_R, toward, 0.0)
    most = [k for k in np.argsort(-toward, kind="stable")[:2].tolist() if toward[k] > 0]
    order = dict.fromkeys([own, *most])
    return "; ".join(in_words(model, k, float(measured[k])) for k in order)


def in_words(model: MeasuredModel, measure: int, value: float) -> str:
    """One measure in words, with what a perfect ruler would be expected to say."""
    offset, slope = model.line[measure]
    expected = float(offset + slope * value)
    name = model.measures[measure]
    worth = f"r = {model.r[measure]:.2f}"
    if name.startswith("sign:"):
        return f"{labels()[name]}: strength {max(expected, 0.0):.1f}, 1 being a usual one ({worth})"
    way = "above" if expected >= 0 else "below"
    return f"{labels()[name]} {abs(expected):.1f} SD {way} the mean for age and sex ({worth})"


def not_seen(model: MeasuredModel, term: int) -> str:
    """Why nothing is said of a term."""
    own = own_measures()[model.terms[term]]
    r = float(model.r[model.measures.index(own)])
    view = shown_terms()[model.terms[term]].view
    if view in ("ear", "fine", "hidden"):
        return UNSEEN[view]
    if not r >= LEAST_R:
        return f"{UNSEEN[view]}: the {labels()[own]} is not seen (r = {r:.2f} with the truth)"
    return (
        f"{UNSEEN[view]}: tested on patients that it was not fitted on, AUC = "
        f"{model.auc[term]:.2f}, and {LEAST_AUC:.2f} is asked for"
    )


def say(
    findings: Sequence[Finding],
    why: str,
    suspects: Sequence[Suspect],
    model: MeasuredModel,
    measured: Floats | None,
) -> str:
    """The whole report, a heading and plain sentences for each section."""
    texts = {key: _about(key, findings, why) for key in SECTIONS}
    texts["overall_impression"] = _overall(findings, why, model, measured) + " ".join(
        ["", texts["overall_impression"]]
    )
    named = (f"{rank}. {each.name}" for rank, each in enumerate(suspects, 1))
    texts["suspected_conditions"] = (
        "\n".join(["By likelihood of these terms, of a table of rare conditions:", *named])
        if suspects
        else "None is named."
    )
    texts["next_steps"] = (
        "This is research on simulated faces and no diagnosis; it says nothing about any single "
        "person's health."
    )
    return "\n\n".join(f"{SECTIONS[key]}: {text.strip()}" for key, text in texts.items())


def _overall(
    findings: Sequence[Finding], why: str, model: MeasuredModel, measured: Floats | None
) -> str:
    if why or measured is None:
        return f"Nothing is measured: {why}."
    by_state = {
        state: len({each.term for each in findings if each.state == state})
        for state in ("present", "excluded", "not assessable")
    }
    return (
        f"Of {len(model.terms)} terms {by_state['present']} are called present, "
        f"{by_state['excluded']} absent, and {by_state['not assessable']} cannot be assessed."
    )


def _about(section: str, findings: Sequence[Finding], why: str) -> str:
    """Sentences of one region; what is absent is listed without its evidence."""
    own = [each for each in findings if each.section == section]
    if not own:
        return ""
    if why:
        return f"Not assessable: {why}."
    sentences = [
        f"{each.label} (probability {each.probability:.2f}): {each.evidence}."
        for each in own
        if each.state == "present"
    ]
    absent = [_inside(each.label) for each in own if each.state == "excluded"]
    blind = [_inside(each.label) for each in own if each.state == "not assessable"]
    if absent:
        sentences.append("Not present: " + "; ".join(f"no {label}" for label in absent) + ".")
    if blind:
        sentences.append("Not assessable: " + "; ".join(blind) + ".")
    return " ".join(sentences) or "Nothing stands out."


def _inside(label: str) -> str:
    """A label as it stands within a sentence; names of people keep their capitals."""
    return label if label[1:] != label[1:].lower() else label[0].lower() + label[1:]
