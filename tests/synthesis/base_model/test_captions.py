"""Captions say what is known, not always all of it, and the tokenizer spells what it never met."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.synthesis.base_model.captions import LENGTH, attributes, caption, make_tokenizer

ROWS = pd.DataFrame(
    [
        {
            "sex": "female",
            "age": "P6Y4M",
            "ancestry": "mixed",
            "expression": "smile",
            "light": "lamp",
        },
        {"sex": "", "age": "P5M", "ancestry": "", "expression": "", "light": ""},
    ],
    columns=["sex", "age", "ancestry", "expression", "light"],
)


def test_captions_say_nothing_that_is_not_known() -> None:
    """Whatever is drawn, every word of a caption is one of the child's own attributes."""
    girl, baby = attributes(ROWS)
    assert girl["noun"] == "girl" and girl["age"] == "6 year old" and baby["age"] == "baby"
    own = {
        "photo",
        "of",
        "a",
        "child",
        "girl",
        "6",
        "year",
        "old",
        "mixed",
        "smile",
        "lamp",
        "light",
    }
    said = [caption(girl, np.random.default_rng(seed)) for seed in range(300)]
    assert {word for text in said for word in text.replace(",", "").split()} == own
    assert set(caption(baby, np.random.default_rng(seed)) for seed in range(99)) == {
        "",
        "photo of a child",
        "photo of a baby child",
    }


def test_some_captions_are_empty_and_the_plain_prompt_occurs() -> None:
    """Guidance needs the empty prompt, DreamBooth's class prompt the plain one."""
    girl = attributes(ROWS)[0]
    said = [caption(girl, np.random.default_rng(seed)) for seed in range(2000)]
    assert 0.05 < np.mean([not text for text in said]) < 0.15
    assert "photo of a child" in said


def test_known_words_are_one_token_and_unknown_ones_are_spelt(tmp_path: Path) -> None:
    texts = ["photo of a 6 year old mixed girl, smile, lamp light", "photo of a child"]
    tokenizer = make_tokenizer(texts)
    assert tokenizer.tokenize("photo of a child") == ["photo</w>", "of</w>", "a</w>", "child</w>"]
    rare = tokenizer("photo of a KBG child").input_ids
    assert rare != tokenizer("photo of a AAR child").input_ids
    assert tokenizer.decode(rare, skip_special_tokens=True).strip() == "photo of a kbg child"
    tokenizer.save_pretrained(tmp_path)
    from transformers import CLIPTokenizer

    again = CLIPTokenizer.from_pretrained(tmp_path)
    assert again("photo of a KBG child").input_ids == rare
    assert again.model_max_length == LENGTH


def test_equal_texts_make_equal_tokenizers() -> None:
    """Words that are as frequent tie; left to the library, a hash map decides between them."""
    texts = ["photo of a girl", "photo of a boy, smile", "10 15 11 12 16 13 al ar om of window"]
    first, *others = (make_tokenizer(order).get_vocab() for order in [texts, texts[::-1]] * 4)
    assert all(other == first for other in others)
