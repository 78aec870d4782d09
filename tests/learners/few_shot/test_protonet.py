"""ProtoNet learns what can be learnt, on the conditions it may see, and resumes to the bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.errors import RdfaceError
from rdface.learners.few_shot import Pictures, Trained, make_method
from rdface.learners.few_shot.embedding import embedding
from rdface.learners.few_shot.episodic_training import EpisodicTraining
from rdface.learners.few_shot.protonet import ProtoNet
from rdface.protocols.few_shot import EpisodeRows, EpisodeSource, Manifest, Setting, make_manifest

QUICK = {"epochs": 3, "episodes": 30, "validation_episodes": 20, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def manifest(table: pd.DataFrame) -> Manifest:
    return make_manifest(table, Setting(3), episodes=60, test_share=0.25, folds=3)


@pytest.fixture
def train(
    table: pd.DataFrame, pictures: Pictures, manifest: Manifest, tmp_path: Path
) -> Callable[..., Trained]:
    def run(folder: str = "a", given: Pictures = pictures, **options: object) -> Trained:
        method = make_method("protonet", QUICK | options)
        assert isinstance(method, ProtoNet)
        source = EpisodeSource.of(manifest, table)
        test = manifest.rows(0, table["image_id"].tolist())
        return method.train(given, source, 0, test, folder=tmp_path / folder)

    return run


def accuracy(found: Trained) -> float:
    scores = found.scores
    own = scores[:, np.arange(3), :, np.arange(3)].transpose(1, 0, 2)
    return float(((scores >= own[..., None]).sum(axis=-1) == 1).mean())


@pytest.mark.parametrize("distance", ["squared-euclidean", "euclidean", "cosine"])
def test_it_learns_a_separable_problem(train: Callable[..., Trained], distance: str) -> None:
    """Green tells the conditions apart, red and blue do not: conditions never seen gain by it."""
    before = train("before", epochs=1, episodes=1, learning_rate=1e-9, distance=distance)
    after = train("after", distance=distance, batch_norm="batch")
    assert before.chosen["epoch"] == 0
    assert after.chosen["epoch"] > 0
    assert accuracy(after) > accuracy(before) + 0.2
    assert [row["epoch"] for row in after.history] == [1, 2, 3]


def test_a_stopped_training_goes_on_to_the_same_bits(
    train: Callable[..., Trained], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train("whole")
    run_epoch = EpisodicTraining.run_epoch

    def stop_before_the_third(self: EpisodicTraining) -> None:
        if len(self.history) == 2:
            raise KeyboardInterrupt
        run_epoch(self)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(EpisodicTraining, "run_epoch", stop_before_the_third)
        train("stopped")
    epochs = []
    monkeypatch.setattr(
        EpisodicTraining, "run_epoch", lambda self: (epochs.append(1), run_epoch(self))
    )
    resumed = train("stopped")
    assert len(epochs) == 1
    assert np.array_equal(resumed.scores, whole.scores)
    timeless = [
        [{name: value for name, value in row.items() if name != "seconds"} for row in each.history]
        for each in (whole, resumed)
    ]
    assert timeless[0] == timeless[1]


def test_another_recipe_does_not_take_up_a_checkpoint(train: Callable[..., Trained]) -> None:
    train("shared")
    other = train("shared", learning_rate=1e-3)
    assert np.array_equal(other.scores, train("alone", learning_rate=1e-3).scores)


def test_held_out_pictures_change_nothing_that_is_learnt(
    train: Callable[..., Trained], table: pd.DataFrame, pictures: Pictures, manifest: Manifest
) -> None:
    """Blank the test conditions: history and choice are the same to the bit, answers are not."""
    whole = train("whole")
    blank = pictures.images.copy()
    blank[table["condition"].isin(manifest.test_conditions)] = 0
    other = train("blank", dataclasses.replace(pictures, images=blank))
    assert other.chosen == whole.chosen
    for one, two in zip(whole.history, other.history, strict=True):
        assert one["loss"] == two["loss"]
    assert not np.array_equal(whole.scores, other.scores)


def test_a_training_picture_does_change_it(
    train: Callable[..., Trained], table: pd.DataFrame, pictures: Pictures, manifest: Manifest
) -> None:
    """The twin of the test above: had a test picture leaked, it would have been seen."""
    blank = pictures.images.copy()
    blank[table["condition"] == manifest.folds[0].train[0]] = 0
    other = train("blank", dataclasses.replace(pictures, images=blank))
    assert other.history[0]["loss"] != train("whole").history[0]["loss"]


def test_the_best_epoch_on_validation_is_taken_the_first_one_at_a_tie(
    table: pd.DataFrame, pictures: Pictures, manifest: Manifest, tmp_path: Path
) -> None:
    """The pretrained network is a candidate unless told not, and may win (F10)."""
    import torch

    source = EpisodeSource.of(manifest, table)
    chosen = {}
    for kept in (True, False):
        training = EpisodicTraining(
            ProtoNet(keep_pretrained=kept, validation_episodes=5),
            pictures,
            source,
            0,
            torch.device("cpu"),
            folder=tmp_path / str(kept),
            wrong_axes=False,
        )
        training._pretrained = 0.6
        for reached in ((0.5, 0.6, 0.6), (0.5, 0.7, 0.7), (0.1, 0.0, 0.0)):
            history = [{"validation_accuracy": value} for value in reached]
            chosen[kept, reached] = training._best(history)
    assert list(chosen.values()) == [0, 2, 0, 2, 2, 1]


def test_batch_norm_statistics_stay_where_they_are(
    table: pd.DataFrame, pictures: Pictures, manifest: Manifest, tmp_path: Path
) -> None:
    import torch

    source = EpisodeSource.of(manifest, table)
    for kind, moved in (("frozen", False), ("batch", True)):
        method = ProtoNet(batch_norm=kind, **QUICK)
        training = EpisodicTraining(
            method,
            pictures,
            source,
            0,
            torch.device("cpu"),
            folder=tmp_path / kind,
            wrong_axes=False,
        )
        mean = training._network.state_dict()["3.running_mean"].clone()
        training.run_epoch()
        after = training._network.state_dict()["3.running_mean"]
        assert bool((mean != after).any()) == moved


def test_what_is_no_number_is_said_so(train: Callable[..., Trained], pictures: Pictures) -> None:
    from rdface.backbones.trunk import Normalisation

    spoilt = dataclasses.replace(pictures, normalisation=Normalisation(std=(0.0, 1.0, 1.0)))
    with pytest.raises(RdfaceError, match="not finite"):
        train("spoilt", spoilt)


def test_swin_on_the_wrong_axes_has_seven_numbers() -> None:
    """F10: torchvision's map is [N, H, W, C]; pooled as [N, C, H, W] it leaves H = 7."""
    import torch
    from torchvision.models import swin_t

    network = swin_t(weights=None).eval()
    network.head = torch.nn.Identity()
    batch = torch.rand(2, 3, 224, 224)
    with torch.inference_mode():
        maps = network.features(batch)
        assert maps.shape == (2, 7, 7, 768)
        wrong = embedding(network, batch, wrong_axes=True)
        assert torch.equal(wrong, torch.nn.functional.adaptive_avg_pool2d(maps, 1).flatten(1))
        assert wrong.shape == (2, 7)
        assert embedding(network, batch).shape == (2, 768)


def test_the_scores_are_those_of_the_chosen_network(
    train: Callable[..., Trained], table: pd.DataFrame, pictures: Pictures, manifest: Manifest
) -> None:
    """At epoch 0 they are those of the pretrained network, by a plain loop."""
    import torch

    found = train("plain", epochs=1, episodes=1, learning_rate=1e-9)
    network = pictures.trunk().network.eval()
    rows: EpisodeRows = manifest.rows(0, table["image_id"].tolist())

    def embed(row: int) -> np.ndarray:
        picture = torch.from_numpy(pictures.images[[row]]).permute(0, 3, 1, 2)
        with torch.inference_mode():
            return network(pictures.normalisation.apply(picture)).numpy()[0]

    for place in (0, 7):
        support = [embed(row) for row in rows.support[place, :, 0]]
        query = embed(rows.query[place, 1, 0])
        plain = [-float(((query - each) ** 2).sum()) for each in support]
        assert found.scores[place, 1, 0] == pytest.approx(plain, rel=1e-4, abs=1e-6)
