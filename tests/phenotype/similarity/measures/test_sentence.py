"""Sentence embeddings: the real weights, offline, and a tiny model by the same code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rdface.errors import UsageError, WeightsError
from rdface.phenotype.similarity import make_measure
from rdface.phenotype.similarity.measures.sentence import SentenceEmbedding
from rdface.phenotype.similarity.passages import Passage

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] short long nose wide eyes chin small .".split()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A BERT of two layers with random weights, in a folder as transformers saves it."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(0)
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def said(*texts: str) -> list[Passage]:
    return [Passage((text,) if text else (), frozenset(), frozenset()) for text in texts]


def test_any_folder_of_transformers_serves(tiny: Path) -> None:
    measure = make_measure(f"sentence:{tiny}")
    assert measure.name == f"sentence:{tiny}"
    texts = said("short nose.", "wide eyes, small chin.", "", "short nose.", "long " * 60)
    table = measure.compare(texts, 3)
    assert table.shape == (3, 5)
    assert table[0, 3] == pytest.approx(1) and table[0, 1] < 0.9999
    assert np.isnan(table[2]).all() and np.isnan(table[:, 2]).all()


def test_a_text_is_embedded_as_if_it_were_alone(tiny: Path) -> None:
    """Padding takes no part in the mean."""
    measure = SentenceEmbedding(str(tiny))
    together = measure.embed(["nose.", "short nose wide eyes small chin."])
    np.testing.assert_allclose(together[0], measure.embed(["nose."])[0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1)


def test_no_word_of_a_long_text_is_cut_off(tiny: Path) -> None:
    """24 tokens fit: what lies behind them counts, and sections are read one by one."""
    measure = SentenceEmbedding(str(tiny))
    start = "short nose . " * 10
    first, second = measure.embed([start + "wide eyes .", start + "small chin ."])
    assert first @ second < 1 - 1e-6
    parts = [Passage(("short nose .", "small chin ."), frozenset(), frozenset())]
    sums = measure.compare([*parts, *said("small chin .")], 1)
    own = measure.embed(["short nose .", "small chin ."])
    assert sums[0, 1] > own[0] @ own[1]


def test_models_that_pool_otherwise_are_refused(tiny: Path) -> None:
    (tiny / "1_Pooling").mkdir()
    said = {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    (tiny / "1_Pooling" / "config.json").write_text(json.dumps(said))
    with pytest.raises(UsageError, match="mean of its tokens"):
        SentenceEmbedding(str(tiny)).embed(["nose"])


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="could not be loaded") as caught:
        SentenceEmbedding(str(tmp_path)).embed(["nose"])
    assert "sentence:minilm works offline" in str(caught.value.hint)


@pytest.mark.weights
def test_minilm_knows_what_is_meant() -> None:
    """The real weights: other words for the same thing are nearer than other things."""
    texts = said(
        "The eyes are widely spaced.", "There is hypertelorism of the eyes.", "The chin is small."
    )
    table = make_measure("sentence:minilm").compare(texts, 3)
    assert table[0, 1] > table[0, 2] + 0.1
    np.testing.assert_allclose(np.diag(table), 1)
    assert SentenceEmbedding("minilm").embed(["chin"]).shape == (1, 384)
