"""What is taught, with what, and that a stop changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.synthesis.dreambooth import Job, Recipe, train
from rdface.synthesis.dreambooth.pipeline import open_base
from rdface.synthesis.dreambooth.prior import class_pictures
from rdface.synthesis.dreambooth.training import token_ids

from .tiny import SIZE, portraits, save_tiny_base

MakeJob = Callable[..., Job]


@pytest.fixture
def job(recipe: Callable[..., Recipe], tmp_path: Path) -> MakeJob:
    """A job on the two portraits of A."""

    def make(folder: str = "job", images: Any = None, **options: Any) -> Job:  # noqa: ANN401
        import torch

        chosen = recipe(**options)
        base = open_base(chosen)
        prior = None
        if chosen.prior_weight > 0:
            prior = class_pictures(base, chosen, SIZE, 5, torch.device("cpu"))
        return Job(
            condition="A",
            images=portraits().of("A").images if images is None else images,
            recipe=chosen,
            seed=7,
            folder=tmp_path / folder,
            base_sha256=base.sha256,
            prior=prior,
        )

    return make


def losses(about: dict[str, Any]) -> np.ndarray:
    return np.array(about["losses"])


@pytest.mark.parametrize("tuning", ["full", "lora"])
def test_one_picture_is_learnt(job: MakeJob, tuning: str) -> None:
    """The loss of the last steps is well below that of the first ones: it overfits at will."""
    one = portraits("A").images
    about = train(
        job(images=one, tuning=tuning, prior_weight=0, steps=60, learning_rate=1e-2, batch=4)
    )
    seen = losses(about)[:, 0]
    assert seen[-15:].mean() < 0.85 * seen[:15].mean()
    assert about["steps"] == 60 and about["parameters"] > 0


@pytest.mark.parametrize("prediction", ["v_prediction", "sample"])
def test_every_kind_of_prediction_is_taught(job: MakeJob, tmp_path: Path, prediction: str) -> None:
    base = save_tiny_base(tmp_path / prediction, prediction=prediction)
    asked = {"tuning": "full", "prior_weight": 0, "steps": 40, "learning_rate": 1e-2, "batch": 4}
    about = train(job(base=str(base), **asked))
    seen = losses(about)[:, 0]
    assert seen[-10:].mean() < 0.9 * seen[:10].mean()


def test_prior_preservation_is_part_of_the_loss(job: MakeJob) -> None:
    """The class has a loss of its own, and its weight changes what is learnt."""
    with_it = train(job("with"))
    without = train(job("without", prior_weight=0))
    heavy = train(job("heavy", prior_weight=5))
    assert losses(with_it).shape == (4, 2) and losses(without).shape == (4, 1)
    np.testing.assert_array_equal(losses(with_it)[0], losses(heavy)[0])  # before any step
    assert len({about["sha256"] for about in (with_it, without, heavy)}) == 3


def test_class_pictures_are_drawn_once(
    recipe: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All folds and conditions take them out of the cache; another prompt draws its own."""
    import torch

    from rdface.synthesis.dreambooth import prior

    base, cpu = open_base(recipe()), torch.device("cpu")
    first = class_pictures(base, recipe(), SIZE, 1, cpu)
    assert np.load(first).shape == (3, SIZE, SIZE, 3)
    other = class_pictures(base, recipe(class_prompt="photo of a girl"), SIZE, 1, cpu)
    assert not np.array_equal(np.load(first), np.load(other))
    monkeypatch.setattr(prior, "_drawn", lambda *a: pytest.fail("drawn again"))
    assert class_pictures(base, recipe(learning_rate=0.5), SIZE, 1, cpu) == first


class Stopped(Exception):
    pass


def stop_after(steps: int) -> Callable[[int], None]:
    """Raise once so many steps were done."""
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if done >= steps:
            raise Stopped

    return advance


@pytest.mark.parametrize(
    "changed",
    [{}, {"tuning": "lora"}, {"accumulate": 2, "flip": True, "gradient_checkpointing": True}],
    ids=str,
)
def test_a_stop_changes_no_bit(job: MakeJob, changed: dict[str, Any]) -> None:
    """Stopped after step 3, gone on from the checkpoint of step 2: equal weights and losses."""
    whole = train(job("whole", **changed))
    with pytest.raises(Stopped):
        train(job("parts", **changed), advance=stop_after(3))
    steps: list[int] = []
    parts = train(job("parts", **changed), advance=steps.append)
    assert steps == [2, 1, 1]
    assert parts["sha256"] == whole["sha256"] and parts["losses"] == whole["losses"]
    assert sorted(path.name for path in job("parts").folder.iterdir()) == [
        "learnt.json",
        "weights.safetensors",
    ]


def test_a_checkpoint_of_another_training_is_not_used(job: MakeJob) -> None:
    """Another rate: from the first step; a checkpoint that is cut short: likewise."""
    with pytest.raises(Stopped):
        train(job(), advance=stop_after(3))
    steps: list[int] = []
    train(job(learning_rate=2e-3), advance=steps.append)
    assert steps[0] == 0
    with pytest.raises(Stopped):
        train(job("cut"), advance=stop_after(3))
    last = job("cut").folder / "last.pt"
    last.write_bytes(last.read_bytes()[:100])
    steps.clear()
    train(job("cut"), advance=steps.append)
    assert steps[0] == 0


def test_what_is_done_is_not_done_again_unless_it_was_altered(job: MakeJob) -> None:
    first = train(job())
    steps: list[int] = []
    assert train(job(), advance=steps.append) == first and steps == [4]
    (job().folder / "weights.safetensors").write_bytes(b"altered")
    steps.clear()
    assert train(job(), advance=steps.append)["sha256"] == first["sha256"] and steps[0] == 0


def test_seeds_decide(job: MakeJob) -> None:
    """Equal seeds give equal bits in other folders; another seed gives others."""
    import dataclasses

    first, again = train(job("a")), train(job("b"))
    assert first["sha256"] == again["sha256"]
    other = train(dataclasses.replace(job("c"), seed=8))
    assert other["sha256"] != first["sha256"]


def test_less_memory_gives_the_same_lesson(job: MakeJob) -> None:
    """Gradient checkpointing computes again what it did not keep: the losses are equal."""
    plain = losses(train(job("plain")))
    saving = losses(train(job("saving", gradient_checkpointing=True)))
    np.testing.assert_allclose(plain, saving, rtol=1e-4)


def test_bfloat16_learns_about_the_same(job: MakeJob) -> None:
    """And whole networks are kept in it, in half the bytes."""
    plain, half = (
        train(job(name, tuning="full", precision=precision))
        for name, precision in (("plain", "full"), ("half", "bf16"))
    )
    np.testing.assert_allclose(losses(plain), losses(half), rtol=0.1)
    sizes = [(job(n).folder / "weights.safetensors").stat().st_size for n in ("plain", "half")]
    assert 1.5 < sizes[0] / sizes[1] < 2.1


def test_float16_wants_a_cuda_device(job: MakeJob) -> None:
    with pytest.raises(UsageError, match="needs a CUDA device"):
        train(job(precision="fp16"))


def test_a_training_that_went_astray_says_so(job: MakeJob) -> None:
    """And leaves no weights that look learnt."""
    with pytest.raises(UsageError, match="loss is no number"):
        train(job(learning_rate=1e30, prior_weight=0, steps=20))
    assert not (job(prior_weight=0).folder / "learnt.json").exists()


def test_prompts_must_differ_for_the_tokenizer(job: MakeJob) -> None:
    """Prompts that are cut to the same tokens would teach the class, not the condition."""
    long = "a child " * 40
    with pytest.raises(UsageError, match="are the same"):
        token_ids(open_base(job().recipe).pipe.tokenizer, [long + "b", long + "c"])


def test_the_report_of_a_job_is_plain(job: MakeJob) -> None:
    """Readable JSON with what a person asks first."""
    train(job())
    about = json.loads((job().folder / "learnt.json").read_text())
    assert about["condition"] == "A" and about["steps"] == 4 and about["device"] == "cpu"
    assert {"key", "sha256", "base_sha256", "parameters", "seconds", "losses"} <= set(about)
