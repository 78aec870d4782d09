"""The code of `qwen2.5-vl`, driven by a tiny random Qwen2.5-VL from its config; no hub."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rdface.errors import UsageError, WeightsError
from rdface.phenotype import Answer, Picture, make_describer
from rdface.phenotype import model_folder as folders
from rdface.phenotype.describers.transformers_model import QWEN, TransformersModel
from rdface.phenotype.describing import describe_cohort
from rdface.phenotype.instruction import FREE_TEXT
from tests.conftest import MakeCohort
from tests.phenotype.describers.tiny_models import save_tiny_llava, save_tiny_qwen


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_qwen(tmp_path_factory.mktemp("models") / "tiny")


def _pictures() -> list[Picture]:
    """Of several sizes, so that a batch has to be filled up."""
    rng = np.random.default_rng(0)
    return [
        Picture(
            f"picture-{n}",
            (rng.integers(0, 256, (84 + 28 * n, 112, 3)) * (n + 1) / 4).astype(np.uint8),
            None,
            "female",
            7.0,
        )
        for n in range(4)
    ]


def _describe(tiny: Path, pictures: Sequence[Picture], **options: object) -> list[Answer]:
    usual = {"model": str(tiny), "dtype": "float32", "device": "cpu", "max_new_tokens": 16}
    return list(make_describer("qwen2.5-vl", usual | options).describe(pictures))


def test_answers_are_the_models_own_and_told_by_the_picture(tiny: Path) -> None:
    """Greedy decoding by hand, token after token, gives the same words."""
    import torch
    from PIL import Image as Pillow
    from transformers import AutoModelForImageTextToText, AutoProcessor

    picture = _pictures()[0]
    (answer,) = _describe(tiny, [picture])
    processor = AutoProcessor.from_pretrained(tiny)
    model = AutoModelForImageTextToText.from_pretrained(tiny, dtype=torch.float32).eval()
    prompt = (
        "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>"
        f"{FREE_TEXT.text}<|im_end|>\n<|im_start|>assistant\n"
    )
    inputs = dict(
        processor(text=[prompt], images=[Pillow.fromarray(picture.image)], return_tensors="pt")
    )
    assert answer.tokens_in == inputs["input_ids"].shape[1]
    banned = model.generation_config.suppress_tokens
    said: list[int] = []
    for _ in range(16):
        with torch.no_grad():
            scores = model(**inputs).logits[0, -1]
        scores[banned] = -torch.inf
        said.append(int(scores.argmax()))
        if said[-1] == model.generation_config.eos_token_id:
            break
        for name, new in (("input_ids", said[-1]), ("attention_mask", 1), ("mm_token_type_ids", 0)):
            if name in inputs:
                inputs[name] = torch.cat([inputs[name], torch.tensor([[new]])], 1)
    assert answer.text == processor.tokenizer.decode(said, skip_special_tokens=True).strip()


def test_answers_are_the_same_whatever_the_batch_and_differ_between_pictures(tiny: Path) -> None:
    one = _describe(tiny, _pictures(), batch=1)
    assert len({answer.text for answer in one}) == 4
    for batch in (2, 3, 4):
        assert _describe(tiny, _pictures(), batch=batch) == one


def test_a_model_of_another_make_is_driven_by_the_same_code(tmp_path: Path) -> None:
    """LLaVA: other networks, another processor, pictures of one size."""
    llava = save_tiny_llava(tmp_path / "llava")
    one = _describe(llava, _pictures(), batch=1)
    assert _describe(llava, _pictures(), batch=3) == one
    assert len({answer.text for answer in one}) > 1 and all(answer.tokens_out for answer in one)


def test_an_answer_that_reaches_the_limit_is_cut_short_and_one_that_ends_is_not(
    tiny: Path, tmp_path: Path
) -> None:
    """The same model, told that a letter which it says is where answers end."""
    (cut,) = _describe(tiny, _pictures()[1:2], max_new_tokens=5)
    assert (len(cut.text), cut.tokens_out) == (5, 5)
    assert cut.problem == "cut short at 5 tokens"
    ending = tmp_path / "ending"
    shutil.copytree(tiny, ending)
    tokens = json.loads((ending / "tokenizer.json").read_text())["model"]["vocab"]
    said = json.loads((ending / "generation_config.json").read_text())
    said["eos_token_id"] = [tokens[cut.text[3]]]
    (ending / "generation_config.json").write_text(json.dumps(said))
    (whole,) = _describe(ending, _pictures()[1:2], max_new_tokens=5)
    assert whole.text == cut.text[: cut.text.index(cut.text[3])]
    assert (whole.tokens_out, whole.problem) == (len(whole.text), "")


def test_who_is_shown_does_not_change_the_answer(tiny: Path) -> None:
    plain = _pictures()[0]
    other = Picture("another-name", plain.image, None, "male", 70.0)
    first, second = _describe(tiny, [plain, other])
    assert (first.text, first.tokens_in) == (second.text, second.tokens_in)


def test_large_pictures_are_shrunk_and_small_ones_enlarged(tiny: Path) -> None:
    large, small = _pictures()[3:], _pictures()[:1]
    told = [
        _describe(tiny, pictures, max_new_tokens=1, **bounds)[0].tokens_in or 0
        for pictures, bounds in (
            (large, {}),
            (large, {"max_pixels": 56 * 56}),
            (small, {}),
            (small, {"min_pixels": 224 * 224}),
        )
    ]
    assert told[1] < told[0] and told[3] > told[2]


def test_the_fingerprint_names_the_content_of_the_model(tiny: Path, tmp_path: Path) -> None:
    def named(folder: Path, **options: object) -> str:
        return TransformersModel.model_validate({"model": str(folder)} | options).fingerprint

    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    assert named(copy) == named(tiny) == named(tiny, device="cpu")
    other = save_tiny_qwen(tmp_path / "other", seed=1)
    different = {
        named(tiny),
        named(other),
        named(tiny, max_new_tokens=7),
        named(tiny, max_pixels=28 * 28 * 4),
        named(tiny, dtype="float16"),
        named(tiny, batch=2),
    }
    assert len(different) == 6
    assert named(tiny, dtype="float32", batch=2) == named(tiny, dtype="float32")


def test_pictures_stay_on_this_machine_and_no_faces_are_needed() -> None:
    assert not TransformersModel().uploads and not TransformersModel.wants_faces


@pytest.mark.weights
def test_a_cohort_is_described_from_end_to_end(
    tiny: Path, make_cohort: MakeCohort, tmp_path: Path
) -> None:
    describer = make_describer(
        "qwen2.5-vl", {"model": str(tiny), "max_new_tokens": 8, "batch": 4, "device": "cpu"}
    )
    done = describe_cohort(make_cohort(), describer, tmp_path / "out", name="qwen2.5-vl", limit=6)
    assert {report.status for report in done.reports} == {"partial"}
    assert "no heading was found" in done.reports[0].problem
    about = json.loads((tmp_path / "out" / "about.json").read_text())
    assert about["instruction"] == FREE_TEXT.version
    assert about["tokens"]["out"] == sum(report.tokens_out or 0 for report in done.reports)


def test_without_hub_and_files_every_way_to_get_the_model_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    folders._from_hub.cache_clear()
    with pytest.raises(WeightsError, match=QWEN) as caught:
        list(TransformersModel().describe(_pictures()))
    assert caught.value.hint is not None
    for way in ("RDFACE_WEIGHTS", "qwen2_5_vl_7b", "--set model=FOLDER"):
        assert way in caught.value.hint


def test_the_folder_of_the_manifest_goes_before_the_hub(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qwen2_5_vl_7b").symlink_to(tiny)
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path))
    assert folders.model_folder(QWEN) == tmp_path / "qwen2_5_vl_7b"


@pytest.mark.parametrize("damage", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_damaged_folder_says_so(tiny: Path, tmp_path: Path, damage: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    (broken / damage).write_bytes((broken / damage).read_bytes()[:50])
    with pytest.raises(WeightsError, match="cannot be opened"):
        _describe(broken, _pictures())


def test_a_model_without_a_chat_template_follows_no_instruction(tiny: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(tiny, bare)
    (bare / "chat_template.jinja").unlink()
    with pytest.raises(WeightsError, match="no chat template"):
        _describe(bare, _pictures())


def test_what_is_written_as_a_folder_is_not_looked_for_on_a_hub(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"There is no folder \./model") as caught:
        folders.model_folder("./model")
    assert "save_pretrained" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"model": "no/such/folder"}, "no folder"),
        ({"min_pixels": 10_000, "max_pixels": 1_000}, "min_pixels"),
        ({"dtype": "int8"}, "dtype"),
        ({"modle": "x"}, "modle"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], what: str) -> None:
    with pytest.raises((UsageError, WeightsError), match=what):
        list(make_describer("qwen2.5-vl", options).describe(_pictures()))
