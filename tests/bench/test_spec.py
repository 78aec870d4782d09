"""A spec says what it means, or is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench import read_spec
from rdface.bench.spec import task_of
from rdface.errors import UsageError

GOOD = """
version: 1
name: a
cohort: sim103
protocol: {name: strict}
backbones: [facenet, sface, facenet+sface]
learners: [knn]
"""


def test_ensembles_are_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    spec = read_spec(tmp_path / "a.yaml")
    assert spec.single_backbones == ("facenet", "sface")
    assert spec.protocol.options == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "version: 2", "version"),
        ("version: 1", "version: 2026-13-45", "no YAML"),
        ("name: a", "name: ../a", "name"),
        ("name: a", "name: a\ntask: Klassifikation", "Known: closed-set recognition, few-shot"),
        ("name: a", "name: a\ntask: few-shoot", "Did you mean few-shot"),
        ("cohort: sim103", "cohort: ''", "cohort"),
        ("learners: [knn]", "learners: []", "learners"),
        ("learners: [knn]", "learners: [knn, knn]", "stands twice"),
        ("learners: [knn]", "learner: [knn]", "learner"),
        ("facenet+sface]", "sface+sface]", "names a member twice"),
        ("facenet+sface]", "facenet+sface, sface+facenet]", "stands twice"),
        ("strict", "strickt", "strict"),
        ("version: 1", "{", "no YAML"),
        ("version: 1", "version: 1\nquirks: [unseeded]", "'strict' never has quirks"),
        ("name: strict", "name: paper, divide_by: image", "say quirks: [split-by-image]"),
        ("version: 1", "version: 1\nbeside: {name: strict}", "names the protocol itself"),
        ("version: 1", "version: 1\nrecipes: {head: {epochs: 1}}", "that of no learner"),
        ("version: 1", "version: 1\nrecipes: {knn: {epoch: 1}}", "recipes.knn.epoch"),
        (
            "version: 1",
            "version: 1\nbeside: {name: paper, divide_by: image}",
            "say quirks: [split-by-image]",
        ),
        ("[knn]", "[a/../../b]\nrecipes: {a/../../b: {trainer: head}}", "recipes.a/../../b"),
    ],
)
def test_mistakes_are_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace(old, new))
    with pytest.raises(UsageError) as raised:
        read_spec(tmp_path / "a.yaml")
    assert said in f"{raised.value.message} {raised.value.hint}"


def test_an_unknown_quirk_shows_the_nearest(tmp_path: Path) -> None:
    text = GOOD.replace("strict", "paper") + "quirks: [last-epoch-top]"
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(UsageError, match="last-epoch-top") as raised:
        read_spec(tmp_path / "a.yaml")
    assert "Did you mean last-epoch-topk" in (raised.value.hint or "")


def test_a_learner_is_fitted_or_trained(tmp_path: Path) -> None:
    """By name, by the trainer that its recipe names, or not at all."""
    text = GOOD.replace("[knn]", "[knn, head, low-rank, typo]")
    text += "recipes: {low-rank: {trainer: fine_tune, trainable: lora, epochs: 3}}"
    (tmp_path / "a.yaml").write_text(text)
    spec = read_spec(tmp_path / "a.yaml")
    assert spec.training("knn") is None
    head, low_rank = spec.training("head"), spec.training("low-rank")
    assert head is not None
    assert (head.trainer, head.epochs) == ("head", 50)
    assert low_rank is not None
    assert (low_rank.trainer, low_rank.trainable, low_rank.epochs) == ("fine_tune", "lora", 3)
    with pytest.raises(UsageError, match="no learner called 'typo'"):
        spec.training("typo")


def test_a_learner_on_embeddings_takes_no_recipe(tmp_path: Path) -> None:
    """Else a trained head could stand in the table as ``knn``."""
    (tmp_path / "a.yaml").write_text(GOOD + "recipes: {knn: {trainer: head}}")
    with pytest.raises(UsageError, match="takes no recipe"):
        read_spec(tmp_path / "a.yaml").training("knn")


def test_quirks_set_what_they_name_and_the_protocol_beside_has_none(tmp_path: Path) -> None:
    """F1 is an option of the protocol, F8 one of the recipe; off is the sound choice."""
    text = GOOD.replace("{name: strict}", "{name: paper, folds: 3}").replace("[knn]", "[head]")
    (tmp_path / "a.yaml").write_text(text)
    sound = read_spec(tmp_path / "a.yaml")
    assert sound.protocol_options == {"folds": 3}
    assert sound.training("head").budget == "steps"  # type: ignore[union-attr]
    text += "quirks: [split-by-image, equal-epochs]\nbeside: {name: strict, repeats: 1}"
    (tmp_path / "a.yaml").write_text(text)
    quirky, beside = read_spec(tmp_path / "a.yaml").under_each_protocol()
    assert quirky.protocol_options == {"folds": 3, "divide_by": "image"}
    assert quirky.training("head").budget == "epochs"  # type: ignore[union-attr]
    assert (beside.protocol.name, beside.quirks, beside.beside) == ("strict", (), None)
    assert beside.protocol_options == {"repeats": 1}


SHIPPED = sorted(
    path
    for path in (Path(__file__).parents[2] / "specs").glob("*.yaml")
    if task_of(path) == "closed-set recognition"
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_specs_are_sound(path: Path) -> None:
    spec = read_spec(path)
    assert spec.name == path.stem
    for learner in spec.learners:
        spec.training(learner)
