"""The shipped paper specs, whole, on the shipped cohort: only networks and epochs are small."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.bench import read_spec, run_benchmark
from rdface.bench import side_by_side as table
from rdface.bench.spec import Spec, Training
from rdface.cli.leaderboard import leaderboard

SPECS = Path(__file__).parents[2] / "specs"


def small(spec: Spec, network: str) -> Spec:
    """A tiny network at 64 pixels for two epochs, everything else as shipped."""
    recipe = spec.recipes["fine_tune"].model_dump() | {"epochs": 2, "size": 64}
    return spec.model_copy(
        update={
            "cohort": "sim103",
            "backbones": (network,),
            "recipes": {"fine_tune": Training(**recipe)},
        }
    )


@pytest.mark.slow
@pytest.mark.weights
def test_the_papers_table_from_its_spec(tiny_network: str, tmp_path: Path) -> None:
    """343 and 113 images, five models, every quirk, and strict beside it."""
    spec = small(read_spec(SPECS / "paper.yaml"), tiny_network)
    paper, strict = run_benchmark(spec, tmp_path / "paper")
    assert paper.result.metrics["top1_micro"].n == 113
    assert len(paper.predictions) == 5 * 113
    assert paper.result.fold_spread is not None
    assert paper.result.fold_spread["top30_micro"].folds == 5
    assert len(paper.result.quirks) == len(spec.quirks) == 6
    assert strict.result.metrics["top1_micro"].n == 451
    assert strict.result.tolerated_leaks == {}
    readings = [line.reading for line in table.side_by_side([paper, strict])]
    assert [reading.split(",")[0] for reading in readings] == [
        "paper",
        "paper with quirks",
        "strict",
    ]
    shown = CliRunner().invoke(leaderboard, [str(tmp_path / "paper"), "--markdown"])
    assert shown.exit_code == 0, shown.output
    assert "mean ± SD of 5 models" in shown.output
    assert "| chance |" in shown.output


def test_the_papers_figures_stand_beside_ones_own_on_rdface_alone() -> None:
    """By the cohort's name; every backbone of the paper's spec has its row."""
    from rdface.bench.reference import reference_figures

    spec = read_spec(SPECS / "paper.yaml")
    for backbone in spec.backbones:
        figures = reference_figures(backbone)
        assert figures is not None
        means = [figures[name].mean for name in table.COLUMNS]
        assert means == sorted(means)
        assert 0 < means[0] < 0.2
    assert reference_figures("sface") is None
