"""Plain words, and names taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.phenotype.lexicon import (
    MISLEADING,
    USUAL,
    face_lexicon,
    make_lexicon,
    names_of_face,
    plain,
    plain_words,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Palpebral fissures", "palpebral fissure"),
        ("low-set ears", "Low set ear"),
        ("eyelashes", "EYELASH"),
        ("The width of the nose", "width of nose"),
        ("Cupid’s bow", "cupid's bow"),
    ],
)
def test_variants_of_one_name_are_the_same_words(one: str, other: str) -> None:
    assert plain_words(one) == plain_words(other)


@pytest.mark.parametrize("word", ["epicanthus", "ptosis", "synophrys", "nares", "class"])
def test_words_that_only_look_like_plurals_stay(word: str) -> None:
    assert plain(word) in (word, "synophry")


@given(st.text(max_size=60))
def test_any_text_becomes_words_without_blanks(text: str) -> None:
    assert all(word and not word.isspace() for word in plain_words(text))


def test_a_name_is_taken_apart_and_the_first_of_two_terms_has_it() -> None:
    names = make_lexicon(
        [("Short nose", "HP:1"), ("short noses", "HP:2"), ("width of nose", "HP:3")]
    )
    assert names.phrases[("short", "nose")] == "HP:1"
    assert names.heads[("nose",)] == {("short",): "HP:1"}
    assert ("nose",) in names.heads and ("of", "nose") in names.heads


@pytest.mark.weights
def test_words_of_our_own_add_to_the_ontology_and_never_contradict_it() -> None:
    from rdface.phenotype.ontology import ontology

    own = {plain_words(text): term for term, texts in USUAL.items() for text in texts}
    count = sum(map(len, USUAL.values()))
    listed = make_lexicon(names_of_face(ontology())[:-count]).phrases
    assert not own.keys() & listed.keys()
    assert all(ontology().is_visible_face(term) for term in own.values())


@pytest.mark.weights
def test_hair_in_front_of_an_ear_is_no_malformation() -> None:
    heads = face_lexicon().heads[("ear",)]
    assert ("hidden",) not in heads and ("buried",) not in heads
    assert {"hidden ear", "buried ear"} <= MISLEADING


@pytest.mark.weights
def test_every_label_of_the_visible_face_stands_for_its_term() -> None:
    from rdface.phenotype.ontology import ontology

    known, phrases = ontology(), face_lexicon().phrases
    lost = [
        known.label(term)
        for term in known.visible_face
        if phrases.get(plain_words(known.label(term)), term) != term
    ]
    assert len(lost) <= 3, lost
