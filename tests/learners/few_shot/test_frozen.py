"""Frozen methods on all episodes at once are what a plain loop over episodes gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.learners.few_shot import METHODS, FrozenMethod, make_method
from rdface.learners.few_shot.method import BATCH
from rdface.protocols.few_shot import EpisodeRows

Array = np.ndarray[Any, Any]
FROZEN = ("prototypes", "simpleshot", "baseline++")


def episodes(count: int, way: int, shot: int, query: int, rows: int) -> EpisodeRows:
    rng = np.random.default_rng(1)
    drawn = np.stack([rng.permutation(rows)[: way * (shot + query)] for _ in range(count)])
    parts = drawn.reshape(count, way, shot + query)
    return EpisodeRows(parts[:, :, :shot], parts[:, :, shot:])


@pytest.fixture(scope="module")
def embeddings() -> Array:
    return np.random.default_rng(0).normal(size=(90, 12)).astype(np.float32) + 0.5


def frozen(name: str, **options: object) -> FrozenMethod:
    method = make_method(name, options)
    assert isinstance(method, FrozenMethod)
    return method


def loop(x: Array, drawn: EpisodeRows, distance: str) -> Array:
    """Minus the distance to the mean, one query after the other."""
    scores = np.empty((*drawn.query.shape, drawn.query.shape[1]))
    for place, row in np.ndenumerate(drawn.query):
        for other, support in enumerate(drawn.support[place[0]]):
            a, b = x[row], x[support].mean(axis=0)
            scores[(*place, other)] = {
                "squared-euclidean": -((a - b) ** 2).sum(),
                "euclidean": -np.sqrt(((a - b) ** 2).sum()),
                "cosine": a @ b / np.linalg.norm(a) / np.linalg.norm(b) - 1,
            }[distance]
    return scores


@pytest.mark.parametrize("distance", ["squared-euclidean", "euclidean", "cosine"])
def test_prototypes(embeddings: Array, distance: str) -> None:
    drawn = episodes(7, 5, 3, 2, 90)
    scores = frozen("prototypes", distance=distance).scores(embeddings, drawn, np.arange(10))
    assert scores.shape == (7, 5, 2, 5)
    assert scores == pytest.approx(loop(embeddings.astype(float), drawn, distance), abs=1e-6)


def test_simpleshot_centres_by_development_and_divides(embeddings: Array) -> None:
    drawn, development = episodes(7, 5, 1, 1, 60), np.arange(60, 90)
    moved = embeddings.astype(float) - embeddings[development].astype(float).mean(axis=0)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    scores = frozen("simpleshot").scores(embeddings, drawn, development)
    assert scores == pytest.approx(loop(moved, drawn, "squared-euclidean"), abs=1e-9)


def test_simpleshots_mean_is_not_that_of_held_out_conditions(embeddings: Array) -> None:
    """A canary: move every held-out image but those of one episode; its answers stay."""
    drawn, development = episodes(1, 5, 1, 1, 60), np.arange(60, 90)
    method = frozen("simpleshot")
    before = method.scores(embeddings, drawn, development)
    moved = embeddings.copy()
    moved[np.setdiff1d(np.arange(60), drawn.images)] += 100
    assert np.array_equal(method.scores(moved, drawn, development), before)
    moved[60] += 100  # a development image does move them
    assert not np.array_equal(method.scores(moved, drawn, development), before)


def cosine_classifier(x: Array, drawn: EpisodeRows, steps: int) -> Array:
    """Baseline++ by torch's own gradient and SGD, episode after episode."""
    import torch

    scores = np.empty((*drawn.query.shape, drawn.query.shape[1]))
    for number in range(len(drawn.query)):
        support = torch.from_numpy(x[drawn.support[number]])
        way, shot, dim = support.shape
        unit = torch.nn.functional.normalize(support.reshape(-1, dim), dim=1)
        weights = unit.view(way, shot, dim).mean(dim=1).clone().requires_grad_()
        descent = torch.optim.SGD([weights], lr=0.01, momentum=0.9, weight_decay=1e-3)
        truth = torch.arange(way).repeat_interleave(shot)
        for _ in range(steps):
            descent.zero_grad()
            cosines = unit @ torch.nn.functional.normalize(weights, dim=1).T
            torch.nn.functional.cross_entropy(10 * cosines, truth).backward()
            descent.step()
        queries = torch.from_numpy(x[drawn.query[number]])
        queries = torch.nn.functional.normalize(queries.reshape(-1, dim), dim=1)
        found = queries @ torch.nn.functional.normalize(weights.detach(), dim=1).T
        scores[number] = found.numpy().reshape(way, -1, way)
    return scores


@pytest.mark.parametrize("steps", [0, 1, 30])
def test_baseline_plus_is_gradient_descent_on_a_cosine_classifier(
    embeddings: Array, steps: int
) -> None:
    """The coefficients in the support's span are the weights that torch finds."""
    drawn = episodes(3, 4, 2, 2, 90)
    scores = frozen("baseline++", steps=steps).scores(embeddings, drawn, np.arange(10))
    plain = cosine_classifier(embeddings.astype(float), drawn, steps)
    assert scores == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("name", FROZEN)
def test_a_query_is_answered_by_itself(embeddings: Array, name: str) -> None:
    """Its scores depend neither on the other queries nor on how episodes are batched."""
    drawn = episodes(BATCH + 3, 3, 1, 2, 90)
    method = frozen(name)
    whole = method.scores(embeddings, drawn, np.arange(10))
    alone = EpisodeRows(drawn.support[-1:], drawn.query[-1:, :, :1])
    found = method.scores(embeddings, alone, np.arange(10))[0]
    assert found == pytest.approx(whole[-1, :, :1], rel=1e-12)


def test_every_method_is_registered_with_a_line_about_it() -> None:
    assert set(METHODS.names()) >= {*FROZEN, "protonet"}
    for name in METHODS.names():
        assert (METHODS.get(name).__doc__ or "").strip()


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("protypes", {}, "prototypes"),
        ("prototypes", {"distanze": "cosine"}, "Did you mean distance"),
        ("prototypes", {"distance": "manhattan"}, "squared-euclidean"),
        ("protonet", {"learning_rate": -1}, "learning_rate"),
    ],
)
def test_mistakes_are_named(name: str, options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        make_method(name, options)
    assert said in f"{raised.value.message} {raised.value.hint}"
