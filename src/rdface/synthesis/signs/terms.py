"""Signs as numbers: what is recorded of each face, and how often a condition has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.cohort.hpo import parse_facial_hpo

if TYPE_CHECKING:
    from rdface.cohort import Cohort

Floats = NDArray[np.float64]
Profiles = Mapping[str, Mapping[str, float]]
"""Condition to HPO term to the share of its patients who show it."""


def profiles_of(cohort: Cohort) -> dict[str, dict[str, float]]:
    """What is annotated of each condition of a cohort, terms that nobody has left out."""
    return {
        str(condition): {
            term.id: round(term.probability, 3)
            for term in parse_facial_hpo(str(text))
            if term.probability > 0
        }
        for condition, text in zip(
            cohort.conditions["condition"], cohort.conditions["facial_hpo"], strict=True
        )
    }


def recorded_of(cohort: Cohort) -> dict[str, tuple[str, ...]]:
    """Terms recorded for each image; images of which nothing is recorded are left out."""
    rows = zip(cohort.images["image_id"], cohort.images["hpo_terms"], strict=True)
    return {str(image): tuple(str(terms).split("|")) for image, terms in rows if terms}


def weights_of(
    profiles: Profiles,
    recorded: Mapping[str, Sequence[str]],
    image_ids: Sequence[str],
    conditions: Sequence[str],
    penalty: float,
) -> dict[str, Floats]:
    """How much each face's difference from the average tells of each condition.

    Ridge regression from the terms of N faces to anything that is linear in them, asked for a
    condition's profile, is a weighted sum over the faces; these are its weights.

    Args:
        profiles: Of the conditions.
        recorded: Of the faces; one without gets its condition's profile.
        image_ids: ``N`` faces.
        conditions: Of each.
        penalty: In faces: a sign that so many show is believed by half.

    Returns:
        Condition to ``float64 [N]``.
    """
    known = sorted({term for profile in profiles.values() for term in profile})
    place = {term: column for column, term in enumerate(known)}
    asked = np.zeros((len(profiles), len(known)))
    for row, profile in enumerate(profiles.values()):
        for term, share in profile.items():
            asked[row, place[term]] = share
    number = {condition: row for row, condition in enumerate(profiles)}
    shown = np.zeros((len(image_ids), len(known)))
    for row, (image, condition) in enumerate(zip(image_ids, conditions, strict=True)):
        terms = recorded.get(image)
        if terms is None:
            shown[row] = asked[number[condition]]
        else:
            shown[row, [place[term] for term in terms if term in place]] = 1.0
    usual = shown.mean(axis=0)
    weights = ridge_weights(shown - usual, asked - usual, penalty)
    return dict(zip(profiles, weights, strict=True))


def ridge_weights(signs: Floats, wanted: Floats, penalty: float) -> Floats:
    """``[C, n]``: how much of each image's difference from the mean answers ``wanted [C, T]``.

    Args:
        signs: ``[n, T]``, centred.
        wanted: ``[C, T]``, centred alike.
        penalty: Of the ridge, in images.
    """
    # (S'S + cI)^-1 S' = S' (SS' + cI)^-1: as many equations as there are images.
    inner = signs @ signs.T + penalty * np.eye(len(signs))
    return np.asarray(wanted @ signs.T @ np.linalg.inv(inner))
