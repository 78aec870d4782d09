"""What is exported is whole, says whose it is and how well it does, and keeps the terms."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from rdface.backbones import embed_cohort
from rdface.bench import Run
from rdface.cli.export import export
from rdface.cohort import load_cohort
from rdface.errors import RunError, TermsError, UsageError, WeightsError
from rdface.faces import locate_faces
from rdface.hub import export_head, load_head
from rdface.hub.exporting import KEEPS_EVERYBODY
from rdface.learners import LEARNERS
from rdface.learners.model import fit_model
from rdface.learners.preparation import unit_rows
from tests.hub.conftest import MakeRun

pytestmark = pytest.mark.weights
REAL = {"simulated": False, "licence": "CC-BY-4.0", "data_use": ["DUO:0000042"]}


def test_the_folder_is_a_hub_model_that_scores_as_the_head_did(
    make_run: MakeRun, tmp_path: Path
) -> None:
    run = make_run("logistic")
    head = export_head(run, tmp_path / "head")
    assert {path.name for path in (tmp_path / "head").iterdir()} == {
        "README.md",
        "config.json",
        "model.safetensors",
    }
    again = load_head(tmp_path / "head")
    assert again.config == head.config
    assert again.conditions == ("C0", "C1", "C2", "C3")
    cohort = load_cohort(tmp_path / "cohort")
    x = embed_cohort(cohort, again.backbone(), locate_faces(cohort, "whole-test"))
    scores = again.scores(x)
    assert np.array_equal(scores, head.scores(x))
    # it learnt from all of them, and from the right rows with the right names
    named = np.array(again.conditions)[scores.argmax(axis=1)]
    assert (named == cohort.images["condition"].to_numpy()).mean() > 0.9


def test_the_card_can_be_read_by_a_hub_and_repeats_the_runs_numbers(
    make_run: MakeRun, tmp_path: Path
) -> None:
    from huggingface_hub import ModelCard

    run = make_run()
    export_head(run, tmp_path / "head")
    card = ModelCard.load(tmp_path / "head" / "README.md", ignore_metadata_errors=False)
    assert card.data.license == "cc0-1.0" and card.data.library_name == "rdface"
    metric = run.result.metrics["top1_micro"]
    found = {one.metric_type: one.metric_value for one in card.data.eval_results}
    assert found["accuracy"] == pytest.approx(metric.value, abs=1e-6)
    assert (
        f"{100 * metric.value:.1f} [{100 * metric.low:.1f}, {100 * metric.high:.1f}]" in card.text
    )
    for words in ("not a diagnosis", "simulated children", "cannot be tested on"):
        assert words in card.text


def test_equal_runs_give_equal_bytes(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run("prototype")
    export_head(run, tmp_path / "one")
    export_head(run, tmp_path / "two")
    for name in ("README.md", "config.json", "model.safetensors"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("code", ["DUO:0000026", "DUO:0000028"])
def test_terms_that_forbid_a_copy_forbid_the_head(
    make_run: MakeRun, tmp_path: Path, code: str
) -> None:
    run = make_run(**REAL | {"data_use": [code]})
    with pytest.raises(TermsError, match=code):
        export_head(run, tmp_path / "head")
    assert not (tmp_path / "head").exists()


def test_real_conditions_of_few_patients_are_left_out_and_the_terms_go_along(
    make_run: MakeRun, tmp_path: Path
) -> None:
    run = make_run(rare=4, **REAL)
    done = CliRunner().invoke(export, [str(run.folder), "--out", str(tmp_path / "head")])
    assert done.output.endswith("3 conditions; 1 left out\n"), done.output
    head = load_head(tmp_path / "head")
    assert head.conditions == ("C1", "C2", "C3")
    assert head.config.terms.data_use == ("DUO:0000042",)
    card = (tmp_path / "head" / "README.md").read_text()
    assert yaml.safe_load(card.split("---\n")[1])["license"] == "cc-by-4.0"
    for words in ("general research use", "1 conditions with fewer than 5", "personal data"):
        assert words in card
    whole = export_head(run, tmp_path / "whole", smallest=4)
    assert whole.conditions == ("C0", "C1", "C2", "C3")
    told = "".join(path.read_text() for path in (tmp_path / "whole").glob("[Rc]*"))
    assert "but for the conditions that were left out" in card
    assert "_P" not in told  # ids of patients and images are C0_P1 and the like


def test_what_keeps_every_patient_is_refused_for_real_ones(
    make_run: MakeRun, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="embedding of every patient"):
        export_head(make_run("knn", **REAL), tmp_path / "head")


def test_a_condition_of_one_real_patient_is_refused(make_run: MakeRun, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one patient is that patient's embedding"):
        export_head(make_run("prototype", **REAL), tmp_path / "head", smallest=1)


def test_who_keeps_every_embedding_is_known() -> None:
    """A new learner that does has to be named, or it would hand patients' embeddings on."""
    rng = np.random.default_rng(0)
    x, labels = unit_rows(rng.normal(size=(37, 8))), np.arange(37) % 5
    for name in LEARNERS.names():
        kind = LEARNERS.get(name)
        model = fit_model(
            kind,
            x,
            labels,
            n_conditions=5,
            preparation=kind.preparations[0],
            parameters=kind.grid[0],
        )
        rows = {size for array in model.learner.state().values() for size in array.shape}
        assert (37 in rows) == (name in KEEPS_EVERYBODY), name


def test_dishonest_numbers_and_taken_folders_are_refused(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    with pytest.raises(UsageError, match="there already"):
        export_head(run, tmp_path)
    result = run.folder / "result.json"
    said = json.loads(result.read_text())
    for changed, error, words in (
        ({"tolerated_leaks": {"shared patient": 3}}, RunError, "a protocol that leaks"),
        ({"backbone": "a+b"}, UsageError, "ensemble"),
        ({"learner": "fine_tune"}, UsageError, "no head to export"),
        ({"fingerprints": {"pixels-test": "other"}}, RunError, "not the one that the run tested"),
    ):
        result.write_text(json.dumps(said | changed))
        with pytest.raises(error, match=words):
            export_head(Run(run.folder), tmp_path / "head")


def test_an_altered_head_is_not_used(make_run: MakeRun, tmp_path: Path) -> None:
    out = tmp_path / "head"
    export_head(make_run(), out)
    tensors, config = out / "model.safetensors", out / "config.json"
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(WeightsError, match="SHA-256"):
        load_head(out)
    tensors.write_bytes(whole)
    config.write_text(config.read_text().replace('"pixels-test-1"', '"pixels-test-2"'))
    with pytest.raises(WeightsError, match="not the one that the head was fitted on"):
        load_head(out).backbone()
    config.write_text("{}")
    with pytest.raises(UsageError, match="no configuration of a head"):
        load_head(out)
    config.unlink()
    with pytest.raises(UsageError, match=r"config\.json cannot be read"):
        load_head(out)
