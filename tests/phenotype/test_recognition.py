"""HPO terms in sentences as reports write them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rdface.phenotype.instruction import AS_JSON, FREE_TEXT
from rdface.phenotype.lexicon import face_lexicon
from rdface.phenotype.ontology import ontology
from rdface.phenotype.recognition import is_not_assessable, recognise, recognise_sections

pytestmark = pytest.mark.weights

THREE = ("Ptosis", "Strabismus", "Epicanthus")
LARGE_NOT_LOW = {"Macrotia": "present", "Low-set ears": "excluded"}
ANTEVERTED = "Anteverted nares"
CORNERS = "Downturned corners of mouth"
YES, NO, UNSEEN = "present", "excluded", "not assessable"


def _read(text: str) -> dict[str, str]:
    return {finding.label: finding.state for finding in recognise(text, "nose")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The nose is of normal shape and size.", {}),
        ("normal nose", {}),
        ("The nose is not short but broad.", {"Short nose": NO, "Wide nose": YES}),
        ("No ptosis, but marked telecanthus.", {"Ptosis": NO, "Telecanthus": YES}),
        ("The family denies ptosis.", {"Ptosis": NO}),
        ("Ptosis is excluded.", {"Ptosis": NO}),
        ("Ptosis cannot be excluded.", {"Ptosis": UNSEEN}),
        ("Ptosis has not been ruled out.", {"Ptosis": UNSEEN}),
        ("Micrognathia is ruled out.", {"Micrognathia": NO}),
        ("Ptosis (absent), epicanthus (present).", {"Ptosis": NO, "Epicanthus": YES}),
        ("Ptosis (mild), epicanthus (not seen).", {"Ptosis": YES, "Epicanthus": NO}),
        ("No unusual features other than a long face.", {"Long face": YES}),
        ("Mild, not severe, ptosis.", {"Ptosis": YES}),
        ("No microcephaly.", {"Microcephaly": NO}),
        ("Prominent forehead.", {"Prominent forehead": YES}),
        (
            "There is no ptosis and the palpebral fissures are upslanted.",
            {"Ptosis": NO, "Upslanted palpebral fissure": YES},
        ),
        (
            "Hypertelorism and ptosis are present, epicanthus is absent.",
            {"Hypertelorism": YES, "Ptosis": YES, "Epicanthus": NO},
        ),
        ("Neither ptosis nor epicanthus is seen.", {"Ptosis": NO, "Epicanthus": NO}),
        (
            "Without epicanthus, the eyes are widely spaced.",
            {"Epicanthus": NO, "Hypertelorism": YES},
        ),
        ("No evidence of micrognathia or a long face.", {"Micrognathia": NO, "Long face": NO}),
        ("Epicanthal folds: absent.", {"Epicanthus": NO}),
        ("Epicanthus is not seen, ptosis is mild.", {"Epicanthus": NO, "Ptosis": YES}),
        ("Ptosis, absent eyebrows.", {"Ptosis": YES, "Absent eyebrow": YES}),
        ("Not only ptosis but also epicanthus.", {"Ptosis": YES, "Epicanthus": YES}),
        ("The philtrum appears long and smooth.", {"Long philtrum": YES, "Smooth philtrum": YES}),
        (
            "Short, upturned nose with a depressed nasal bridge.",
            {"Short nose": YES, "Anteverted nares": YES, "Depressed nasal bridge": YES},
        ),
        (
            "The nasal bridge is broad and slightly depressed.",
            {"Wide nasal bridge": YES, "Depressed nasal bridge": YES},
        ),
        (
            "The nose is short, broad nasal bridge.",
            {"Short nose": YES, "Wide nasal bridge": YES},
        ),
        (
            "The ears are low-set and posteriorly rotated.",
            {"Low-set ears": YES, "Posteriorly rotated ears": YES},
        ),
        (
            "Large, low set, posteriorly rotated ears.",
            {"Macrotia": YES, "Low-set ears": YES, "Posteriorly rotated ears": YES},
        ),
        ("The upper lip is thin.", {"Thin upper lip vermilion": YES}),
        ("THIN UPPER-LIP VERMILION", {"Thin upper lip vermilion": YES}),
        ("- **Micrognathia** is noted", {"Micrognathia": YES}),
        ("Low-set ears cannot be assessed because hair covers them.", {"Low-set ears": UNSEEN}),
        ("It cannot be determined whether epicanthus is present.", {"Epicanthus": UNSEEN}),
        (
            "Long philtrum, full cheeks, epicanthus not seen.",
            {"Long philtrum": YES, "Full cheeks": YES, "Epicanthus": NO},
        ),
        ("Ptosis, squint and epicanthus are not seen.", dict.fromkeys(THREE, NO)),
        ("The mouth is small with downturned corners.", {"Narrow mouth": YES, CORNERS: YES}),
        ("The philtrum is neither long nor smooth.", {"Long philtrum": NO, "Smooth philtrum": NO}),
        ("Prominent, low-set ears.", {"Protruding ear": YES, "Low-set ears": YES}),
        ("A wide nasal bridge is absent.", {"Wide nasal bridge": NO}),
        ("The eyebrows are absent.", {"Absent eyebrow": YES}),
        ("Although the ears are large, they are not low-set.", LARGE_NOT_LOW),
        ("The face does not appear triangular.", {"Triangular face": NO}),
        (
            "- Nasal bridge: broad and flat",
            {"Wide nasal bridge": YES, "Depressed nasal bridge": YES},
        ),
        ("Short and broad, not upturned.", {"Short nose": YES, "Wide nose": YES, ANTEVERTED: NO}),
        ("Ptosis: no; epicanthus: yes", {"Ptosis": NO, "Epicanthus": YES}),
        (
            "The upper lip vermilion is thin and the lower lip is thick.",
            {"Thin upper lip vermilion": YES, "Thick lower lip vermilion": YES},
        ),
        ("Not assessable, the ears are hidden by hair.", {}),
        ("Retrognathia (no micrognathia).", {"Retrognathia": YES, "Micrognathia": NO}),
    ],
)
def test_sentences_of_reports(text: str, found: dict[str, str]) -> None:
    assert _read(text) == found


@pytest.mark.parametrize(
    ("section", "text", "label"),
    [
        ("right_eye", "Deep-set.", "Deeply set eye"),
        ("chin", "Unremarkable, but small", "Short chin"),
        ("nose", "Small nevus.", None),
        ("nose", "Long columella", None),
        ("overall_impression", "Broad, long.", None),
    ],
)
def test_a_section_need_not_repeat_what_it_is_about(
    section: str, text: str, label: str | None
) -> None:
    assert [each.label for each in recognise(text, section)] == ([label] if label else [])


def test_the_longest_name_wins() -> None:
    assert _read("Bulbous tip; thick lower lip vermilion.").keys() >= {"Thick lower lip vermilion"}
    assert "Thick vermilion border" not in _read("Thick lower lip vermilion.")


def test_the_evidence_is_the_sentence_and_the_section_is_kept() -> None:
    (finding,) = recognise("Eyes level. A **long philtrum** is seen.\nNothing else.", "nose")
    assert finding.evidence == "A **long philtrum** is seen."
    assert (finding.term, finding.section) == ("HP:0000343", "nose")
    assert finding.probability is None


def test_a_section_that_contradicts_itself_counts_as_present_once() -> None:
    findings = recognise("No epicanthus. Epicanthus of the outer half.", "left_eye")
    assert [(each.term, each.state) for each in findings] == [("HP:0000286", "present")]


def test_an_eye_without_a_sign_does_not_speak_for_the_other() -> None:
    findings = recognise_sections({"left_eye": "Ptosis.", "right_eye": "No ptosis."})
    assert [(each.section, each.state) for each in findings] == [
        ("left_eye", "present"),
        ("right_eye", "excluded"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "As left",
        "Same as the left eye",
        "Similar to the left",
        "The same features as in the left eye",
    ],
)
def test_an_eye_that_is_as_the_other_has_what_it_does_not_deny(words: str) -> None:
    text = {"left_eye": "Ptosis and epicanthus.", "right_eye": f"{words}. No ptosis."}
    right = [each for each in recognise_sections(text) if each.section == "right_eye"]
    assert {each.label: each.state for each in right} == {"Ptosis": NO, "Epicanthus": YES}
    assert right[-1].evidence == f"{words}."


def test_an_eye_compared_to_the_other_is_not_the_same() -> None:
    text = {"left_eye": "Ptosis.", "right_eye": "Larger than the left."}
    assert [each.section for each in recognise_sections(text)] == ["left_eye"]


def test_what_should_be_looked_for_was_not_seen() -> None:
    told = {"next_steps": "Look for ptosis.", "suspected_conditions": "Ptosis syndrome"}
    assert recognise_sections(told) == ()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Not assessable.", True),
        ("The ears cannot be seen (hair).", True),
        ("Low-set ears cannot be assessed.", True),
        ("Ordinary.", False),
        ("Both are well able to be seen.", False),
        ("Ordinary. The lobe is not visible.", False),
        ("Not able to assess them, for the hair.", True),
        ("The left ear is not assessable. The right one is small: microtia.", False),
    ],
)
def test_a_region_that_cannot_be_seen_is_told_from_an_ordinary_one(text: str, answer: bool) -> None:
    assert is_not_assessable(text) is answer


def test_the_instruction_names_no_finding_that_a_model_could_repeat() -> None:
    assert recognise(FREE_TEXT.text, "nose") == ()
    assert recognise(AS_JSON.text, "nose") == ()


def test_labels_and_exact_synonyms_are_found_as_their_own_term() -> None:
    """Lost are names with commas, and those that two terms share."""
    known = ontology()
    pairs = [
        (term, name.text)
        for term in known.visible_face
        for name in known.names(term)
        if name.scope in ("label", "exact") and not name.abbreviation
    ]
    found = sum(
        (term, YES) in {(each.term, each.state) for each in recognise(f"{name} is seen.", "nose")}
        for term, name in pairs
    )
    assert found >= 0.985 * len(pairs), (found, len(pairs))


@settings(max_examples=150)
@given(st.data())
def test_every_name_is_found_in_any_case_and_denied_after_no(data: st.DataObject) -> None:
    known = ontology()
    term = data.draw(st.sampled_from(known.visible_face))
    label = known.label(term)
    assume(face_lexicon().phrases.get(tuple(_plain(label))) == term)
    written = data.draw(st.sampled_from([label, label.upper(), label.lower()]))
    assert _read(f"{written} is seen.").get(label) == YES
    assert _read(f"No {written}.").get(label) == NO
    assert _read(f"{written} cannot be assessed.").get(label) == UNSEEN


def _plain(text: str) -> list[str]:
    from rdface.phenotype.lexicon import plain_words

    return [] if any(mark in text for mark in ",()") else list(plain_words(text))


@settings(max_examples=100)
@given(st.text(max_size=200) | st.text(alphabet="no ptosis,;. but is(epicanthus)\n", max_size=200))
def test_no_text_breaks_it_and_evidence_is_always_of_the_text(text: str) -> None:
    for finding in recognise(text, "nose"):
        assert finding.evidence in text
