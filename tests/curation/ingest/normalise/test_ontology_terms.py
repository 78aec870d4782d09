"""Findings, genes and conditions against the ontologies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.curation.ingest.condition import (
    Named,
    condition_id,
    disease_of,
    find_condition,
    parse_condition,
)
from rdface.curation.ingest.diseases import catalogue, facial_terms
from rdface.curation.ingest.normalise.gene import gene_symbols, normalise_genes
from rdface.curation.ingest.normalise.hpo_term import normalise_term, split_terms
from rdface.phenotype.ontology import ontology

pytestmark = pytest.mark.weights


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("HP:0000316", "HP:0000316"),
        ("hp_0000316", "HP:0000316"),
        ("Hypertelorism [HP:0000316]", "HP:0000316"),
        ("HP:0000316 - widely spaced eyes", "HP:0000316"),
        ("widely spaced eyes", "HP:0000316"),
        ("LOW SET EARS", "HP:0000369"),
        ("HP:0000318", "HP:0000275"),  # obsolete, replaced
        ("HP:0004715", "HP:0000003"),  # merged
    ],
)
def test_ids_labels_and_synonyms(text: str, term: str) -> None:
    assert normalise_term(text).value == term


def test_a_replaced_id_is_said() -> None:
    assert "HP:0000318 is no longer used" in normalise_term("HP:0000318").said


def test_an_obsolete_term_with_terms_to_consider_is_a_doubt_that_shows_them() -> None:
    outcome = normalise_term("HP:0000489")
    assert outcome.doubtful
    assert [one.value for one in outcome.candidates] == ["HP:0100886", "HP:0100887"]


def test_an_id_beside_other_words_is_a_doubt() -> None:
    outcome = normalise_term("Hypertelorism (HP:0000343)")
    assert outcome.doubtful
    assert {one.value for one in outcome.candidates} >= {"HP:0000343", "HP:0000316"}


@pytest.mark.parametrize(
    "text",
    [
        "hypertelorisme",
        "no ptosis",
        "HP:9999999",
        "0000316",
        "abc",
        "-HP:0000316",
        "NOT HP:0000316",
    ],
)
def test_what_is_not_exact_is_a_doubt(text: str) -> None:
    assert normalise_term(text).doubtful


@given(st.data())
@settings(max_examples=60)
def test_every_label_gives_its_own_term(data: st.DataObject) -> None:
    terms = ontology()
    term = data.draw(st.sampled_from(terms.visible_face))
    value = normalise_term(terms.label(term).upper()).value
    assert value in (term, None)  # None: a label that two terms share
    assert normalise_term(term).value == term


def test_cells_with_several_findings() -> None:
    cell = "Hypertelorism, long philtrum; HP:0000343|Low-set, posteriorly rotated ears"
    assert split_terms(cell) == (
        "Hypertelorism",
        "long philtrum",
        "HP:0000343",
        "Low-set, posteriorly rotated ears",
    )


def test_genes() -> None:
    assert normalise_genes("fgd1, NIPBL").value == "FGD1;NIPBL"
    alias = normalise_genes("MLL2")  # an older name of KMT2D
    assert alias.doubtful
    assert alias.keep == "MLL2"
    assert normalise_genes("FGD1 c.123A>G").candidates[0].value == "FGD1"
    for symbol in list(gene_symbols().values())[::500]:
        assert normalise_genes(symbol.lower()).value == symbol


@pytest.mark.parametrize(
    ("named", "key"),
    [
        (Named("Aarskog-Scott syndrome"), "AAR"),
        (Named("AARSKOG SCOTT SYNDROME", "OMIM:305400", "ORPHA:915", "FGD1"), "AAR"),
        (Named(omim_id="OMIM:305400"), "AAR"),
        (Named("aar", "OMIM:305400"), "AAR"),
        # Orphanet's name is wider than the OMIM number; together they are one.
        (Named("Cornelia de Lange syndrome", "OMIM:122470"), "CDLS"),
        (Named("Down's syndrome"), "OMIM:190685"),
        (Named("", "", "ORPHA:813"), "ORPHA:813"),
    ],
)
def test_conditions_that_everything_agrees_on(named: Named, key: str) -> None:
    assert find_condition(named).value == key


@pytest.mark.parametrize(
    ("named", "first"),
    [
        (Named("Aarskog", "OMIM:305400"), "AAR"),  # similar is not the same
        (Named("Noonan"), "NS"),
        (Named("AAR"), "AAR"),  # an abbreviation is somebody's own
        (Named("Cornelia de Lange syndrome"), "CDLS"),  # of type 1, or of any
        (Named("Apert syndrome", "OMIM:305400"), "AAR"),  # name against number
        (Named("Aarskog-Scott syndrome", "", "", "NIPBL"), "AAR"),  # gene against name
        (Named("", "OMIM:305400", "ORPHA:87"), "AAR"),  # number against number
        (Named("", "", "", "FGD1"), "AAR"),
        (Named("Aarskog-Scott syndrome?", "OMIM:305400"), "AAR"),  # only suspected
    ],
)
def test_anything_less_is_a_doubt_with_candidates(named: Named, first: str) -> None:
    outcome = find_condition(named)
    assert outcome.doubtful
    assert outcome.candidates[0].value == first


def test_a_gene_that_lacks_terms_of_the_disease_is_not_its_gene() -> None:
    assert find_condition(Named("", "OMIM:610759", "", "SMC3")).value == "OMIM:610759"
    assert find_condition(Named("", "OMIM:610759", "", "FGD1")).doubtful


def test_a_condition_that_no_catalogue_has_can_be_kept() -> None:
    outcome = find_condition(Named("Syndrome of our valley", genes="FGD1"))
    assert outcome.doubtful
    assert outcome.keep is not None
    assert disease_of(outcome.keep).name == "Syndrome of our valley"
    assert condition_id(outcome.keep) == "own-syndrome-of-our-valley"


@pytest.mark.parametrize("text", ["AAR", "OMIM:305400", "305400", "aarskog scott syndrome"])
def test_what_a_reviewer_may_write(text: str) -> None:
    assert parse_condition(text).value == "AAR"


def test_facial_terms_are_of_the_face_and_shipped_ones_are_kept() -> None:
    other, release = facial_terms(catalogue().by_key["orpha:813"])
    assert "HP:0000325~Triangular face=-" in other
    assert release == ontology().release
    assert "Hypertelorism=17/17" in facial_terms(catalogue().by_key["aar"])[0]


@given(st.data())
@settings(max_examples=40)
def test_every_name_and_number_of_the_catalogue_finds_itself(data: st.DataObject) -> None:
    disease = data.draw(st.sampled_from(catalogue().diseases))
    outcome = find_condition(Named(disease.name.upper(), disease.omim_id, disease.orpha_code))
    keys = [outcome.value, *(one.value for one in outcome.candidates)]
    assert disease.key in keys
