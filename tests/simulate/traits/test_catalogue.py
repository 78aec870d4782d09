"""The trait table and how effects add up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.simulate.conditions import all_conditions
from rdface.simulate.head.fields import FIELDS
from rdface.simulate.head.point_fields import FIELD_NAMES
from rdface.simulate.traits.catalogue import (
    MOST_MILLIMETRES,
    effects_of,
    shown,
    trait_of_term,
    traits,
)

_KNOWN = {
    "brow:synophrys", "brow:thick", "brow:sparse", "brow:no_lateral", "brow:no_medial",
    "brow:arch", "brow:white", "lash:long", "lash:sparse", "gaze:in", "tongue:out",
    "hairline:lift", "skin:dark_lids", "skin:cleft_left", "skin:cleft_median", "skin:lip_pits",
    "skin:haemangioma",
}  # fmt: skip


def test_every_term_belongs_to_one_trait() -> None:
    """HPO ids are well formed and stand in the table once."""
    ids = [term for trait in traits().values() for term in trait.hpo]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"HP:\d{7}", term) for term in ids)


def test_effects_are_known() -> None:
    """No effect is misspelt: each is a target, a field or one of the named properties."""
    for trait in traits().values():
        for effect in trait.effects:
            prefix, _, own = effect.partition(":")
            if prefix == "field":
                assert own in FIELDS
            elif prefix == "point":
                assert own in FIELD_NAMES
            elif own:
                assert effect in _KNOWN


def test_every_condition_shows_something() -> None:
    """Each of the 103 conditions has at least two terms that the simulator can show."""
    for condition in all_conditions():
        assert len(shown(term.id for term in condition.terms)) >= 2, condition.abbreviation


@given(st.dictionaries(st.sampled_from(sorted(trait_of_term())), st.floats(0, 3), max_size=40))
def test_effects_are_bounded_and_order_free(severities: dict[str, float]) -> None:
    """However many traits meet, no weight tears the mesh, and their order does not matter."""
    effects = effects_of(severities)
    assert all(abs(weight) <= MOST_MILLIMETRES for weight in effects.values())
    backwards = effects_of(dict(reversed(severities.items())))
    assert effects == pytest.approx(backwards)


def test_synonyms_count_once() -> None:
    """Two terms that one trait shows are as strong as the stronger of them."""
    both = effects_of({"HP:0000508": 0.7, "HP:0001488": 1.1})
    assert both == effects_of({"HP:0001488": 1.1})
