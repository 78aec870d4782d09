"""The paper's figures stand beside one's own where, and only where, the cohort is the paper's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.bench import Run
from rdface.bench.few_shot import FewShotSpec, few_shot_table, leaderboard, run_few_shot
from rdface.bench.few_shot.reference import reference_accuracy
from rdface.protocols.few_shot import Setting

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def test_the_papers_figures() -> None:
    assert reference_accuracy("resnet152", "protonet", Setting(15)) == pytest.approx(0.1799)
    assert reference_accuracy("vggface", "protonet", Setting(5)) == pytest.approx(0.2154)
    assert reference_accuracy("resnet152", "prototypes", Setting(15)) is None
    assert reference_accuracy("resnet152", "protonet", Setting(15, 5)) is None
    assert reference_accuracy("sface", "protonet", Setting(15)) is None


def test_they_are_shown_beside_a_run_on_rdface(
    make_spec: Callable[..., FewShotSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec(settings={"way": 3}, methods=["prototypes"], backbones=["pixels-test"])
    (run,) = run_few_shot(spec, tmp_path)
    assert [row.reading for row in few_shot_table([run]).rows] == ["over patients"]
    renamed = Run(run.folder)
    renamed.result = run.result.model_copy(
        update={
            "backbone": "swin_t",
            "recipe": {"method": "protonet"},
            "protocol": {**run.result.protocol, "way": 5},
        }
    )
    monkeypatch.setattr(leaderboard, "is_rdface", lambda result: True)
    rows = few_shot_table([renamed]).rows
    assert [row.reading for row in rows] == ["paper", "over patients"]
    assert rows[0].cells == {Setting(5): pytest.approx(0.2224)}
    assert dataclasses.replace(rows[0], cells={}) != rows[1]
