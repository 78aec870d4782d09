"""A spec says what it means, or is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench import read_spec
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
        ("cohort: sim103", "cohort: ''", "cohort"),
        ("learners: [knn]", "learners: []", "learners"),
        ("learners: [knn]", "learners: [knn, knn]", "stands twice"),
        ("learners: [knn]", "learner: [knn]", "learner"),
        ("facenet+sface]", "sface+sface]", "names a member twice"),
        ("facenet+sface]", "facenet+sface, sface+facenet]", "stands twice"),
        ("strict", "strickt", "strict"),
        ("version: 1", "{", "no YAML"),
    ],
)
def test_mistakes_are_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace(old, new))
    with pytest.raises(UsageError) as raised:
        read_spec(tmp_path / "a.yaml")
    assert said in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize("name", ["demo", "strict"])
def test_the_shipped_specs_are_sound(name: str) -> None:
    assert read_spec(Path(__file__).parents[2] / "specs" / f"{name}.yaml").name == name
