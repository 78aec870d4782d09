"""Names, hierarchy and the visible face."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError, WeightsError
from rdface.phenotype.ontology import FACE, HIDDEN, Name, ontology, read_obo

OBO = """format-version: 1.2
data-version: hp/releases/2025-01-16

[Term]
id: HP:0000316
name: Hypertelorism
alt_id: HP:0000578
synonym: "Widely spaced eyes" EXACT layperson []
synonym: "Ocular \\"far\\" set" RELATED []
synonym: "HT" EXACT abbreviation [https://example.org]
synonym: "Old name" EXACT obsolete_synonym []

[Typedef]
id: part_of
name: part of
"""


def test_the_obo_reader_keeps_names_with_their_scope_and_alternative_ids(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text(OBO)
    release, (term,) = read_obo(path)
    assert release == "2025-01-16"
    assert term.id == "HP:0000316"
    assert term.alternatives == ("HP:0000578",)
    assert term.names == (
        Name("Hypertelorism", "exact"),
        Name("Widely spaced eyes", "exact", layperson=True),
        Name('Ocular "far" set', "related"),
        Name("HT", "exact", abbreviation=True),
    )


def test_a_file_that_is_no_ontology_says_so(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text("hello\n")
    with pytest.raises(UsageError, match="no obo file"):
        read_obo(path)


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
