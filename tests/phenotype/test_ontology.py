"""Names, hierarchy and the visible face."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError, WeightsError
from rdface.phenotype.obo import Name
from rdface.phenotype.ontology import FACE, HIDDEN, ontology


@pytest.mark.parametrize(
    "term",
    [
        "HP:0000316",  # hypertelorism: not below "abnormality of the face"
        "HP:0000286",
        "HP:0011220",
        "HP:0000369",
        "HP:0000347",
        "HP:0000508",
        "HP:0000343",
    ],
)
def test_what_a_photograph_of_a_face_shows_is_visible(term: str) -> None:
    assert ontology().is_visible_face(term)


@pytest.mark.parametrize(
    "term",
    [
        "HP:0000175",  # cleft palate: in the mouth
        "HP:0000684",  # delayed eruption of teeth
        "HP:0001250",  # seizure
        "HP:0000118",
        "HP:0000284",  # obsolete
        "HP:9999999",
        "nonsense",
    ],
)
def test_what_it_does_not_show_is_not(term: str) -> None:
    assert not ontology().is_visible_face(term)


def test_the_branches_are_the_terms_that_their_notes_name() -> None:
    known = ontology()
    for term, label in {**FACE, **HIDDEN}.items():
        assert known.label(term) == label


def test_an_obsolete_term_leads_to_the_one_that_replaced_it() -> None:
    known = ontology()
    assert known.label("HP:0000284").startswith("obsolete")
    assert known.current("HP:0000284") == "HP:0000315"
    assert known.current("HP:0000316") == "HP:0000316"


def test_an_unknown_id_is_a_usage_error() -> None:
    for term in ("HP:9999999", "316"):
        with pytest.raises(UsageError, match="Human Phenotype Ontology"):
            ontology().label(term)


@given(st.data())
def test_ancestors_of_ancestors_are_ancestors(data: st.DataObject) -> None:
    known = ontology()
    term = data.draw(st.sampled_from(known.visible_face))
    above = known.ancestors(term)
    assert term not in above
    for parent in above:
        assert known.ancestors(parent) < above


@pytest.mark.weights
def test_names_begin_with_the_label_and_layperson_words() -> None:
    names = ontology().names("HP:0000316")
    assert names[0] == Name("Hypertelorism", "label")
    assert names[1].layperson and names[1].scope == "exact"
    assert [name.rank for name in names] == sorted(name.rank for name in names)
    assert "Widely spaced eyes" in ontology().synonyms("HP:0000316")
    assert ontology().synonyms_release == "2025-01-16"


@pytest.mark.weights
def test_an_alternative_id_leads_to_the_merged_term() -> None:
    assert ontology().current("HP:0000578") == "HP:0000316"


def test_a_missing_file_of_synonyms_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    fresh = type(ontology())(ontology()._terms)
    with pytest.raises(WeightsError) as caught:
        fresh.names("HP:0000316")
    assert caught.value.hint is not None and "rdface weights pull hpo_obo" in caught.value.hint


@pytest.mark.weights
def test_terms_to_consider_in_place_of_an_obsolete_one() -> None:
    known = ontology()
    assert known.is_obsolete("HP:0000489")
    assert known.consider("HP:0000489") == ("HP:0100886", "HP:0100887")
    assert known.consider("HP:0000316") == ()
