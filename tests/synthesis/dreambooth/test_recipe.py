"""Options that cannot be meant are refused; what decides what is learnt is told apart."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from rdface.synthesis.dreambooth import Recipe


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"base": "owner/model"}, "base_licence is missing"),
        ({"prompt": "photo of {name}"}, "no other braces"),
        ({"prompt": "photo of a child"}, "the rare word is missing"),
        ({"guidance": 0.5}, "greater than or equal to 1"),
        ({"precision": "fp8"}, "fp16"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Recipe(**options)


def test_the_prompt_of_the_paper_names_the_condition() -> None:
    assert Recipe().prompt_for("AAR") == "photo of a AAR child"


def test_what_draws_samples_does_not_change_what_is_learnt() -> None:
    """Guidance, devices and checkpoints leave a finished model usable; a rate does not."""
    plain = Recipe().teaching()
    other = Recipe(guidance=2, sample_steps=5, devices=("cpu",), checkpoint_every=1, redraws=1)
    assert other.teaching() == plain
    full = Recipe(tuning="full")
    assert full.teaching() == Recipe(tuning="full", lora_rank=2).teaching()  # no adapters
    assert Recipe(learning_rate=1e-6).teaching() != plain
    assert Recipe(prior_weight=0).teaching() != plain
