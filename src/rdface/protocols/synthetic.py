"""Synthetic images: what they stem from, through any number of generations, and whom they join."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rdface.protocols.split import Fold

if TYPE_CHECKING:
    import pandas as pd


MADE_FOR = "made_for"
"""Column of a synthetic image: number of the fold whose generator, and whose screening, gave it."""


def with_descendants(fold: Fold, images: pd.DataFrame, *, own: bool = False) -> Fold:
    """The fold with those synthetic images in training that stem from training patients alone.

    Args:
        fold: Without synthetic images.
        images: Real and synthetic ones.
        own: Of those only the ones that were made for this very fold (:data:`MADE_FOR`).
    """
    made_for = dict(zip(images["image_id"], images[MADE_FOR], strict=True)) if own else {}
    patient_of = dict(zip(images["image_id"], images["patient_id"], strict=True))
    held_out = {patient_of[image] for image in fold.validation + fold.test}
    train = set(fold.train)
    joining = tuple(
        image
        for image, ancestors in real_ancestors(images).items()
        if ancestors
        and ancestors <= train
        and not {patient_of[old] for old in ancestors} & held_out
        and (not own or made_for[image] == str(fold.index))
    )
    return dataclasses.replace(fold, train=fold.train + joining)


def real_ancestors(images: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Synthetic image -> the real images behind it, in the table's order.

    Args:
        images: ``image_id`` and ``synthetic_of`` (ids joined by ``|``). An ancestor that the table
            does not have counts as a real one, so that nothing that trains can contain it.
    """
    parents = {
        str(image): tuple(filter(None, str(sources).split("|")))
        for image, sources in zip(images["image_id"], images["synthetic_of"], strict=True)
    }
    return {image: frozenset(_roots(image, parents)) for image, made in parents.items() if made}


def _roots(image: str, parents: dict[str, tuple[str, ...]]) -> set[str]:
    roots: set[str] = set()
    seen, waiting = {image}, list(parents[image])
    while waiting:
        ancestor = waiting.pop()
        if ancestor in seen:
            continue
        seen.add(ancestor)
        made_of = parents.get(ancestor, ())
        waiting.extend(made_of)
        if not made_of:
            roots.add(ancestor)
    return roots
