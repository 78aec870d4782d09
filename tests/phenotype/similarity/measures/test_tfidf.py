"""TF-IDF is fitted on real reports, and on no pair."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.phenotype.similarity.measures.tfidf import Tfidf
from rdface.phenotype.similarity.passages import Passage


def said(*texts: str) -> list[Passage]:
    return [Passage((text,) if text else (), frozenset(), frozenset()) for text in texts]


REAL = said("short nose and wide eyes", "long nose and small chin", "wide eyes and small chin")


def test_a_pool_does_not_change_how_alike_real_reports_are() -> None:
    alone = Tfidf().compare(REAL, 3)
    beside = Tfidf().compare([*REAL, *said("nose nose nose", "short short", "purple hair")], 3)
    np.testing.assert_allclose(beside[:, :3], alone)


def test_words_that_no_real_report_has_make_reports_less_alike() -> None:
    table = Tfidf().compare([*REAL, *said("short nose", "short nose, purple hair")], 3)
    assert 0 < table[0, 4] < table[0, 3]


def test_a_passage_without_a_word_is_nan_and_never_0() -> None:
    table = Tfidf().compare([*REAL, *said("")], 3)
    assert np.isnan(table[:, 3]).all() and np.isfinite(table[:, :3]).all()
    assert np.isnan(Tfidf().compare(said("", ""), 1)).all()


def test_rare_words_weigh_more_than_those_of_every_report() -> None:
    texts = said("face ptosis", "face chin", "face nose", "face ptosis lip", "face chin ear")
    table = Tfidf().compare(texts, 5)
    assert table[0, 3] > table[0, 1] > 0
    assert table[0, 0] == pytest.approx(1)
