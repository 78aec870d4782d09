"""Captions of simulated children, and the tokenizer that knows their words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.cohort.schema import age_in_years

if TYPE_CHECKING:
    import pandas as pd

LENGTH: Final = 24
"""Tokens of a prompt, the begin and the end among them."""
KEPT: Final = 0.7
"""Chance of each attribute to be said: short prompts shall be understood as well as long ones."""
UNSAID: Final = 0.1
"""Chance of an empty caption, for guidance without a classifier (J. Ho, T. Salimans, 2022)."""
_END: Final = "</w>"
_LIGHTS: Final = {"lamp": "lamp light", "room": "room light", "window": "window light"}


def attributes(images: pd.DataFrame) -> list[dict[str, str]]:
    """What is known of each picture and can be said: noun, age, ancestry, expression, light."""
    rows = []
    for row in images.to_dict("records"):
        noun = {"female": "girl", "male": "boy"}.get(row["sex"], "child")
        years = age_in_years(row["age"]) if row["age"] else None
        light = str(row.get("light", ""))
        rows.append(
            {
                "noun": noun,
                "age": ""
                if years is None
                else f"{round(years)} year old"
                if years >= 1
                else "baby",
                "ancestry": str(row["ancestry"]),
                "expression": str(row.get("expression", "")),
                "light": _LIGHTS.get(light, f"{light} light" if light else ""),
            }
        )
    return rows


def caption(known: dict[str, str], rng: np.random.Generator) -> str:
    """A caption that says some of what is known, or nothing at all."""
    if rng.uniform() < UNSAID:
        return ""
    said = {name: value if rng.uniform() < KEPT else "" for name, value in known.items()}
    subject = [said["age"], said["ancestry"], said["noun"] or "child"]
    parts = [" ".join(["photo of a", *filter(None, subject)]), said["expression"], said["light"]]
    return ", ".join(filter(None, parts))


def make_tokenizer(texts: Sequence[str]) -> Any:  # noqa: ANN401 - transformers has no types
    """A CLIP tokenizer (byte pairs) of the words of some texts; it can spell any other word.

    Args:
        texts: All captions that will be trained on.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    learner = Tokenizer(models.BPE(end_of_word_suffix=_END))
    learner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words = sorted({word.lower() for text in texts for word in text.replace(",", " ,").split()})
    last_letters = [letter + _END for letter in letters]
    trainer = trainers.BpeTrainer(
        vocab_size=2048,
        initial_alphabet=letters,
        special_tokens=last_letters,  # else numbered in a random order, which decides ties
        end_of_word_suffix=_END,
        show_progress=False,
    )
    learner.train_from_iterator([*words, *letters], trainer)
    merges: Any = [tuple(pair) for pair in json.loads(learner.to_str())["model"]["merges"]]
    tokens = [*letters, *last_letters, *("".join(pair) for pair in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    numbers = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    return CLIPTokenizer(vocab=numbers, merges=merges, model_max_length=LENGTH)
