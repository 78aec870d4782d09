"""Meaning in common: cosine of sentence embeddings.

Reimers and Gurevych, "Sentence-BERT: Sentence embeddings using Siamese BERT-networks", EMNLP 2019:
the mean of the last layer's tokens, brought to unit length. ``sentence:minilm`` is offline
(all-MiniLM-L6-v2; Wang et al., "MiniLM", NeurIPS 2020); any other model of that kind is a folder
or a name on the hub, such as the paper's
``sentence:pritamdeka/BioBERT-mnli-snli-scinli-scitail-mednli-stsb``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
"""Tokens; a model that says less is taken at its word, and longer text is cut there."""


class SentenceEmbedding:
    """Cosine of mean-pooled, unit-length embeddings of transformers models.

    Args:
        source: ``minilm``, a folder, or a name on the hub.
    """

    top: float | None = 1.0

    def __init__(self, source: str) -> None:
        self.source = source

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
        texts = [each.text for each in passages]
        distinct = sorted(set(filter(None, texts)), key=lambda text: (len(text), text))
        if not distinct:
            return np.full((n_real, len(texts)), np.nan)
        place = {text: row for row, text in enumerate(distinct)}
        known = self.embed(distinct)
        blank = np.full((1, known.shape[1]), np.nan)
        vectors = np.concatenate([known, blank])[[place.get(text, -1) for text in texts]]
        return np.asarray(np.clip(vectors[:n_real] @ vectors.T, -1.0, 1.0))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors ``float64 [N, D]``, each text by itself: batches do not change it.

        Raises:
            UsageError: transformers is not installed, or the model pools otherwise.
            WeightsError: The model cannot be had.
        """
        import torch

        tokenizer, model, longest = self._loaded
        rows = []
        with torch.inference_mode():
            for start in range(0, len(texts), _BATCH):
                tokens = tokenizer(
                    list(texts[start : start + _BATCH]),
                    padding=True,
                    truncation=True,
                    max_length=longest,
                    return_tensors="pt",
                )
                last = model(**tokens).last_hidden_state.to(torch.float64)
                mask = tokens["attention_mask"][..., None].to(torch.float64)
                mean = (last * mask).sum(dim=1) / mask.sum(dim=1)
                rows.append(torch.nn.functional.normalize(mean, dim=1).numpy())
        return np.concatenate(rows)

    @cached_property
    def _loaded(self) -> tuple[Any, Any, int]:
        try:
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging as loud
        except ImportError as error:
            raise UsageError(
                "Sentence embeddings need transformers.",
                hint="Install rdface[synthesis], or leave --measure sentence:... out.",
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
        return tokenizer, model.eval(), min(_LONGEST, positions, tokenizer.model_max_length)

    def _folder(self) -> Path:
        if self.source != MINILM:
            return Path(self.source).expanduser()
        from rdface.weights import where

        return where(MINILM)


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
