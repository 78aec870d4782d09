"""Words in common: cosine of TF-IDF vectors.

Salton and Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing
& Management 24 (1988). Words and pairs of words, case folded. The vocabulary is that of all
reports, but how rare a word is (IDF) is fitted on the real reports alone, each once and on no pair:
so a pool, however large, does not change how alike real reports are. A word that no real report
has counts as the rarest, and is not dropped: dropping it would make reports more alike than
they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rdface.phenotype.similarity.measure import MEASURES, Floats, Measure, no_argument
from rdface.phenotype.similarity.passages import Passage

_PAIRS = (1, 2)


class Tfidf:
    """Cosine of TF-IDF vectors of words and pairs of words."""

    name = "tfidf"
    about = "cosine of TF-IDF vectors of words and pairs of words; IDF of the real reports"
    top: float | None = 1.0

    def compare(self, passages: Sequence[Passage], n_real: int) -> Floats:
        """See :meth:`Measure.compare`; passages without a word are NaN."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        texts = [each.text for each in passages]
        counts = CountVectorizer(ngram_range=_PAIRS)
        try:
            counts.fit(texts)
        except ValueError:  # not a word in any of them
            return np.full((n_real, len(texts)), np.nan)
        words = TfidfVectorizer(ngram_range=_PAIRS, vocabulary=counts.vocabulary_)
        words.fit(texts[:n_real])
        vectors = words.transform(texts)
        table = np.asarray((vectors[:n_real] @ vectors.T).toarray(), np.float64)
        silent = np.diff(vectors.indptr) == 0
        table[silent[:n_real]] = np.nan
        table[:, silent] = np.nan
        return np.clip(table, 0.0, 1.0)


@MEASURES.register("tfidf")
def _tfidf(argument: str | None) -> Measure:
    no_argument("tfidf", argument)
    return Tfidf()
