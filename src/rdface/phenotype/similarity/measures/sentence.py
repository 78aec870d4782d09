"""Meaning in common: cosine of sentence embeddings.

Reimers and Gurevych, "Sentence-BERT: Sentence embeddings using Siamese BERT-networks", EMNLP 2019:
the mean of the last layer's tokens, brought to unit length. Each section is embedded by itself,
once, and so is each piece of a text that is too long for the model: no word is cut off, and the
whole is the mean over the tokens of all sections. ``sentence:minilm`` is offline
(all-MiniLM-L6-v2; Wang et al., "MiniLM", NeurIPS 2020); any other model of that kind is a folder
or a name on the hub, such as the paper's
``sentence:pritamdeka/BioBERT-mnli-snli-scinli-scitail-mednli-stsb``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rdface.errors import UsageError, WeightsError
from rdface.phenotype.similarity.measure import MEASURES, Floats, Measure
from rdface.phenotype.similarity.passages import Passage

MINILM = "minilm"
_BATCH = 32
_LONGEST = 512
"""Tokens at once; a model that says fewer is taken at its word."""


class SentenceEmbedding:
    """Cosine of mean-pooled, unit-length embeddings of transformers models.

    Args:
        source: ``minilm``, a folder, or a name on the hub.
    """

    top: float | None = 1.0

    def __init__(self, source: str) -> None:
        self.source = source
        self._sums: dict[str, Floats] = {}

    @property
    def name(self) -> str:
        """As users say it."""
        return f"sentence:{self.source}"

    @property
    def about(self) -> str:
        """For people."""
        return f"cosine of sentence embeddings of {self.source}, mean of tokens"

    def compare(self, passages: Sequence[Passage], n_real: int) -> Floats:
        """See :meth:`Measure.compare`; passages without a word are NaN."""
        self._learn({text for each in passages for text in each.texts})
        if not any(each.texts for each in passages):
            return np.full((n_real, len(passages)), np.nan)
        blank = np.full(len(next(iter(self._sums.values()))), np.nan)
        sums = np.stack(
            [
                np.sum([self._sums[text] for text in each.texts], axis=0) if each.texts else blank
                for each in passages
            ]
        )
        vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(np.clip(vectors[:n_real] @ vectors.T, -1.0, 1.0))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors ``float64 [N, D]``, each text by itself: batches do not change it.

        Raises:
            UsageError: transformers is not installed, or the model pools otherwise.
            WeightsError: The model cannot be had.
        """
        self._learn(texts)
        sums = np.stack([self._sums[text] for text in texts])
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True))

    def _learn(self, texts: Iterable[str]) -> None:
        """Sums over the tokens of each new text; its direction is that of their mean."""
        new = sorted(set(texts) - self._sums.keys(), key=lambda text: (len(text), text))
        if not new:
            return
        import torch

        tokenizer, model, longest = self._loaded
        with torch.inference_mode():
            for start in range(0, len(new), _BATCH):
                batch = new[start : start + _BATCH]
                tokens = tokenizer(
                    batch,
                    padding=True,
                    truncation=True,
                    max_length=longest,
                    return_overflowing_tokens=True,  # what is too long goes on in another row
                    return_tensors="pt",
                )
                whose = tokens.pop("overflow_to_sample_mapping")
                last = model(**tokens).last_hidden_state.to(torch.float64)
                mask = tokens["attention_mask"][..., None].to(torch.float64)
                sums = torch.zeros(len(batch), last.shape[2], dtype=torch.float64)
                sums.index_add_(0, whose, (last * mask).sum(dim=1))
                self._sums |= dict(zip(batch, sums.numpy(), strict=True))

    @cached_property
    def _loaded(self) -> tuple[Any, Any, int]:
        try:
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging as loud
        except ImportError as error:
            raise UsageError(
                "Sentence embeddings need transformers.",
                hint="Install rdface[vlm], or leave --measure sentence:... out.",
            ) from error
        loud.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = self._folder()
        _check_pooling(folder)
        hub = not folder.is_dir()
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.source if hub else folder)
            model = AutoModel.from_pretrained(self.source if hub else folder)
        except (OSError, ValueError) as error:
            raise WeightsError(
                f"The sentence model {self.source} could not be loaded:"
                f" {str(error).splitlines()[0]}",
                hint="Name a folder that holds it, or go where its hub can be reached;"
                " sentence:minilm works offline after `rdface weights pull minilm`.",
            ) from error
        positions = getattr(model.config, "max_position_embeddings", _LONGEST)
        longest = min(_LONGEST, positions, tokenizer.model_max_length, _said_length(folder))
        return tokenizer, model.eval(), longest

    def _folder(self) -> Path:
        if self.source != MINILM:
            return Path(self.source).expanduser()
        from rdface.weights import where

        return where(MINILM)


def _said_length(folder: Path) -> int:
    """What sentence-transformers cuts texts to: the model was not trained on longer ones."""
    path = folder / "sentence_bert_config.json"
    if not path.is_file():
        return _LONGEST
    return int(json.loads(path.read_text(encoding="utf-8")).get("max_seq_length") or _LONGEST)


def _check_pooling(folder: Path) -> None:
    """Refuse a folder of sentence-transformers that pools otherwise than by the mean."""
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return
    said = json.loads(path.read_text(encoding="utf-8"))
    if not said.get("pooling_mode_mean_tokens", said.get("pooling_mode", "mean") == "mean"):
        raise UsageError(
            f"The sentence model in {folder} does not take the mean of its tokens.",
            hint="rdface embeds by the mean alone; choose another model.",
        )


@MEASURES.register("sentence")
def _sentence(argument: str | None) -> Measure:
    if not argument:
        raise UsageError(
            "The measure `sentence` needs a model.",
            hint="sentence:minilm, sentence:FOLDER or sentence:NAME-ON-A-HUB.",
        )
    return SentenceEmbedding(argument)
