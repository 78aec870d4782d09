"""Where a sentence speaks of terms."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.phenotype.lexicon import make_lexicon
from rdface.phenotype.mentions import mentions, sentences

NAMES = make_lexicon(
    [("Short nose", "A"), ("Broad nose", "B"), ("Thin upper lip", "C"), ("Thin lip", "D")]
)


def _terms(text: str) -> list[list[str]]:
    return [[one.term for one in mentions(each, NAMES)] for each in sentences(text)]


def test_sentences_keep_their_words_and_places() -> None:
    (first, second) = sentences("- The low-set **ears**.\nSize 1.5 cm.")
    assert first.words == ["low", "set", "ear", "."]
    assert first.text[slice(*first.at[2])] == "ears"
    assert second.text == "Size 1.5 cm."


def test_a_part_of_a_longer_name_is_not_meant() -> None:
    assert _terms("The upper lip is thin.") == [["C"]]
    assert _terms("The lip is thin.") == [["D"]]


def test_a_row_belongs_to_what_it_stands_at() -> None:
    assert _terms("Short, broad nose. The nose is broad. Broad bridge.") == [["A", "B"], ["B"], []]


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["short", "broad", "nose", "lip", "thin", "upper", "is", "and", ",", "not"]
        ),
        max_size=14,
    )
)
def test_no_word_is_counted_for_two_terms(words: list[str]) -> None:
    for sentence in sentences(" ".join(words)):
        found = mentions(sentence, NAMES)
        places = [place for one in found for place in range(one.start, one.end)]
        assert len(places) == len(set(places))
        assert all(0 <= place < len(sentence.words) for place in places)
