"""The generator as a whole: options, resuming, snapshots and samples."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from rdface.errors import UsageError
from rdface.synthesis import GENERATORS, Portraits, Sample
from rdface.synthesis.fastgan import FastGAN
from tests.synthesis.fastgan.conftest import TINY, Fit, noise_portraits

CONDITIONAL: dict[str, Any] = {
    **{"conditional": True, "controls_share": 0.5, "class_from": 1, "class_full": 3},
}
VARIANTS: dict[str, dict[str, Any]] = {
    "unconditional": {},
    "conditional": CONDITIONAL,
    "half precision": {"precision": "bf16"},
}


def pictures(samples: Any) -> list[bytes]:  # noqa: ANN401
    return [sample.image.tobytes() for sample in samples]


def test_it_is_registered_and_states_its_licence() -> None:
    assert GENERATORS.get("fastgan") is FastGAN
    assert "Apache-2.0" in FastGAN.licence


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_stopped_and_resumed_is_never_stopped(fit: Fit, options: dict[str, Any]) -> None:
    """After each step; moments, averages, draws and the power iteration go on, to the bit."""
    straight = fit("straight", **options)
    for steps in (1, 2, 3, 4):
        resumed = fit("resumed", **options, steps=steps)
    assert resumed.weights_sha256 == straight.weights_sha256
    assert fit("resumed", **options).weights_sha256 == straight.weights_sha256
    assert fit("other", seed=2, **options).weights_sha256 != straight.weights_sha256


KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from rdface.synthesis.fastgan import FastGAN
from rdface.synthesis.fastgan.training import Training
from tests.synthesis.fastgan.conftest import noise_portraits

plain = Training.advance


def advance(self):
    if self.step == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(self)


Training.advance = advance
FastGAN(**{options!r}).fit(noise_portraits(5), Path({work!r}), seed=1)
"""


def test_killed_with_signal_9_it_goes_on_to_the_same_bits(fit: Fit, tmp_path: Path) -> None:
    """A process of its own, killed between two checkpoints: the step in between is done anew."""
    options = {"steps": 6, "checkpoint_every": 2, "snapshots": (3, 6)}
    root = str(Path(__file__).parents[3])
    code = KILLED.format(root=root, at=5, options=TINY | options, work=str(tmp_path / "killed"))
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    there = {path.name for path in (tmp_path / "killed").iterdir()}
    assert "last.pt" in there and "generator-0000003.pt" in there
    assert "generator-0000006.pt" not in there
    resumed, straight = fit("killed", **options), fit("straight", **options)
    assert resumed.weights_sha256 == straight.weights_sha256


def test_half_a_checkpoint_is_not_read(fit: Fit, tmp_path: Path) -> None:
    """What a kill leaves of a file is passed over, and its scratch folder removed."""
    straight = fit("straight")
    fit("torn", steps=2)
    (tmp_path / "torn" / "last.pt").write_bytes(b"half")
    left = tmp_path / "torn" / ".last.pt.abc"
    left.mkdir()
    assert fit("torn").weights_sha256 == straight.weights_sha256
    assert not left.exists()


def test_another_training_is_not_written_over(fit: Fit) -> None:
    """Other options, seed or portraits; how far and how often does not make it another."""
    fit()
    for other in ({"width": 3}, {"seed": 2}, {"learning_rate": 1e-3}, {"conditional": True}):
        with pytest.raises(UsageError, match="another training"):
            fit(**{"steps": 5, **other})
    fit(checkpoint_every=3, steps=5)
    with pytest.raises(UsageError, match="step 3 was not kept"):
        fit(steps=3)


def test_samples_come_from_the_snapshots_in_turn(fit: Fit) -> None:
    """Sample k is of snapshot k modulo 3, as the generator of that step would make it."""
    several = fit(snapshots=(1, 2, 4))
    found = list(several.sample({"": 5}, seed=3))
    assert [sample.notes["step"] for sample in found] == ["1", "2", "4", "1", "2"]
    for steps in (1, 2, 4):
        alone = list(fit(steps=steps).sample({"": 5}, seed=3))
        for sample, single in zip(found, alone, strict=True):
            if sample.notes["step"] == str(steps):
                np.testing.assert_array_equal(sample.image, single.image)


def test_the_average_of_the_weights_is_sampled_from(fit: Fit) -> None:
    """With decay 0 the last weights; with another decay, others."""
    assert fit("none", ema=0.0).weights_sha256 != fit("long", ema=0.999).weights_sha256


def test_the_average_follows_the_weights_step_by_step() -> None:
    """It begins with the first step's own weights, and its decay grows to the one asked for."""
    import torch

    from rdface.synthesis.fastgan.reconstruction import reconstruction
    from rdface.synthesis.fastgan.training import Training

    device, portraits = torch.device("cpu"), noise_portraits(5)
    training = Training(
        FastGAN(**(TINY | {"ema": 0.25})),
        portraits.images,
        np.zeros(5, np.int64),
        0,
        ((5, 4),),
        reconstruction("l1", device),
        seed=0,
        device=device,
    )
    wanted = torch.zeros(1)
    for step in range(3):
        training.advance()
        now = training.generator.start.convolution.weight.detach().clone()
        decay = {0: 0.0, 1: 2 / 11, 2: 0.25}[step]
        wanted = decay * wanted + (1 - decay) * now
    torch.testing.assert_close(training.averaged()["start.convolution.weight"], wanted)


def test_a_sample_depends_on_seed_condition_and_number_alone(
    fit: Fit, portraits: Portraits
) -> None:
    """Not on how many are made, of what else, or in which order; its own seed makes it again."""
    from rdface.synthesis.fastgan.sampling import picture, seed_of

    generator = fit(**CONDITIONAL, learning_rate=0.05)
    long: list[Sample] = list(generator.sample({"X": 3, "Y": 2}, seed=0))
    short = list(generator.sample({"Y": 1, "X": 2}, seed=0))
    assert pictures(short) == pictures([long[3], long[0], long[1]])
    after = generator.sample_after({"X": 2}, {"X": 3, "Y": 2}, seed=0)
    assert pictures(after) == pictures(long[2:])
    assert pictures(generator.sample({"X": 3}, seed=1)) != pictures(long[:3])
    assert len({sample.seed for sample in long}) == 5
    unaffected = tuple(f"control-{k}" for k in range(7))  # they have taught it, too
    assert long[0].parents == portraits.image_ids + unaffected and long[4].condition == "Y"
    assert long[1].seed == seed_of(0, "X", 1)
    again = picture(generator, generator._fitted, 4, "X", long[1].seed)
    np.testing.assert_array_equal(again, long[1].image)


def test_samples_of_a_class_are_of_that_class(fit: Fit) -> None:
    """The same noise under another condition is another picture; unconditional there is none."""
    from rdface.synthesis.fastgan.sampling import picture

    generator = fit(conditional=True, learning_rate=0.05)
    drawn = [picture(generator, generator._fitted, 4, name, 5) for name in "XYZ"]
    assert not np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[1], drawn[2])
    assert generator.knows_conditions and not fit("other").knows_conditions
    assert {s.condition for s in fit("other").sample({"": 2}, seed=0)} == {""}


def test_samples_can_be_resized(fit: Fit) -> None:
    """The paper makes 1024 pixels and keeps 512."""
    plain, small = fit(), fit(sample_size=32)
    first = next(iter(plain.sample({"": 1}, seed=0))).image
    resized = next(iter(small.sample({"": 1}, seed=0))).image
    assert first.shape == (64, 64, 3) and resized.shape == (32, 32, 3)
    assert resized.mean() == pytest.approx(first.mean(), abs=2)


def test_provenance_says_what_the_reconstruction_was_judged_by(fit: Fit) -> None:
    sample = next(iter(fit().sample({"": 1}, seed=0)))
    assert sample.notes == {"step": "4", "reconstruction": "l1"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": 100}, "size is one of 64, 128, 256, 512, 1024"),
        ({"controls_share": 0.5}, "need conditional"),
        ({"conditional": True, "class_from": 5}, "not before"),
        ({"snapshots": (5,)}, "beyond the last step"),
        ({"snapshots": (2, 2)}, "named twice"),
        ({"conditional": True, "controls_share": 0.95}, "no portrait is left"),
    ],
)
def test_options_that_do_not_fit_together(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FastGAN(**(TINY | options))


def test_mistakes_are_named(fit: Fit, portraits: Portraits, tmp_path: Path) -> None:
    generator = FastGAN(**TINY)
    with pytest.raises(UsageError, match="learnt nothing"):
        generator.sample({"": 1}, seed=0)
    with pytest.raises(UsageError, match="64 pixels, two at least"):
        generator.fit(noise_portraits(3, size=32), tmp_path, seed=0)
    with pytest.raises(UsageError, match="needs controls"):
        FastGAN(**(TINY | CONDITIONAL)).fit(portraits, tmp_path, seed=0)
    with pytest.raises(UsageError, match="Controls have 32"):
        small = noise_portraits(3, size=32)
        FastGAN(**(TINY | CONDITIONAL)).fit(portraits, tmp_path, seed=0, controls=small)
    with pytest.raises(UsageError, match="fp16 is for CUDA"):
        fit(precision="fp16")
    with pytest.raises(UsageError, match='the key "" alone'):
        fit("plain").sample({"X": 1}, seed=0)
    with pytest.raises(UsageError, match="conditions that it learnt"):
        fit("classes", **CONDITIONAL).sample({"": 1}, seed=0)


def test_without_torch_it_says_what_to_install(
    portraits: Portraits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs torch") as caught:
        FastGAN(**TINY).fit(portraits, tmp_path, seed=0)
    assert caught.value.hint == "Run `pip install rdface[torch]`."


def test_how_much_a_condition_counts_grows_between_two_steps() -> None:
    generator = FastGAN(conditional=True, class_from=10, class_full=20)
    assert [generator.known(step) for step in (0, 10, 15, 20, 99)] == [0, 0, 0.5, 1, 1]
    assert FastGAN(conditional=True).known(0) == 1


@pytest.mark.slow
def test_it_learns_the_colours_of_what_it_is_shown(tmp_path: Path) -> None:
    """Two conditions, one red and one blue: samples of each have its colour."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 60, (8, 64, 64, 3)).astype(np.uint8)
    images[:4, ..., 0] += 180
    images[4:, ..., 2] += 180
    conditions = ("red",) * 4 + ("blue",) * 4
    shown = Portraits(images, tuple("abcdefgh"), conditions)
    options = TINY | {"width": 4, "steps": 150, "ema": 0.9, "conditional": True}
    more = {"augment": ("translation",), "checkpoint_every": 150, "learning_rate": 2e-3}
    generator = FastGAN(**(options | more))
    generator.fit(shown, tmp_path, seed=0)
    for name, strong, weak in (("red", 0, 2), ("blue", 2, 0)):
        for sample in generator.sample({name: 4}, seed=0):
            means = sample.image.mean(axis=(0, 1))
            assert means[strong] > means[weak] + 30, (name, means)
