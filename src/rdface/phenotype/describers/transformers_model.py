"""Describer ``qwen2.5-vl``: any image-text model that transformers can load, on this machine."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from rdface.files import sha256_bytes
from rdface.phenotype.describer import DESCRIBERS, Answer, Describer, Picture
from rdface.phenotype.instruction import FREE_TEXT
from rdface.phenotype.model_folder import folder_name, model_folder, open_model
from rdface.phenotype.pixels import between

if TYPE_CHECKING:
    from rdface.phenotype.model_folder import OpenModel

log = logging.getLogger(__name__)

QWEN = "Qwen/Qwen2.5-VL-7B-Instruct"


@DESCRIBERS.register("qwen2.5-vl")
class TransformersModel(Describer):
    """Qwen2.5-VL, the paper's report writer, or any image-text model of transformers.

    Bai et al., "Qwen2.5-VL technical report", arXiv:2502.13923 (2025). Greedy decoding: the same
    picture gives the same words. Pictures never leave the machine.

    Attributes:
        model: A name on the Hugging Face hub, or a folder that ``save_pretrained`` has written.
        revision: On the hub: a commit, so that the model cannot change unseen.
        device: As torch names it; the best one there is if empty; ``auto`` spreads the model over
            all graphics cards (needs accelerate).
        dtype: Of weights and arithmetic; ``auto`` as they are stored. The paper: float16.
        batch: Pictures that are described together. In half precision, the words may depend on it.
        max_new_tokens: Of an answer; the paper: 1024.
        min_pixels: Smaller pictures are enlarged to so many pixels in all.
        max_pixels: Larger pictures are shrunk to so many pixels in all.
    """

    wants_faces: ClassVar[bool] = False

    model: str = Field(default=QWEN, min_length=1)
    revision: str | None = None
    device: str = ""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    batch: int = Field(default=1, ge=1)
    max_new_tokens: int = Field(default=1024, ge=1)
    min_pixels: int = Field(default=56 * 56, ge=1)
    max_pixels: int = Field(default=1280 * 28 * 28, ge=28 * 28)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_pixels > self.max_pixels:
            raise ValueError("min_pixels is more than max_pixels")
        return self

    @property
    def instruction(self) -> str:
        """Version of what is asked."""
        return FREE_TEXT.version

    @property
    def fingerprint(self) -> str:
        """Model with its commit or the hash of its files, instruction, decoding and picture.

        Raises:
            WeightsError: The model cannot be had.
        """
        decides = (
            *(folder_name(model_folder(self.model, self.revision)), self.instruction),
            *(self.dtype, self.max_new_tokens, self.min_pixels, self.max_pixels),
            *(() if self.dtype == "float32" else (self.batch,)),
        )
        return sha256_bytes(json.dumps(["transformers", *decides]).encode())[:24]

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        """Batch after batch, in the order of the pictures.

        Raises:
            UsageError: torch or transformers is missing, or there is no such device.
            WeightsError: The model cannot be had or opened.
        """
        opened = open_model(model_folder(self.model, self.revision), self.device, self.dtype)
        for start in range(0, len(pictures), self.batch):
            some = pictures[start : start + self.batch]
            yield from self._some([some[place] for place in range(len(some))], opened)

    def _some(self, pictures: Sequence[Picture], opened: OpenModel) -> Iterator[Answer]:
        import torch

        inputs = self._inputs(pictures, opened)
        begun = int(inputs["input_ids"].shape[1])
        with torch.inference_mode():
            ids = opened.model.generate(
                **inputs,
                max_new_tokens=self.max_new_tokens,
                do_sample=False,
                num_beams=1,
                pad_token_id=opened.padding,
                # greedy: what a checkpoint says of sampling is not used, and not warned of
                **dict.fromkeys(("temperature", "top_p", "top_k")),
            )[:, begun:].cpu()
        told = inputs["attention_mask"].sum(1).tolist()
        for picture, row, tokens_in in zip(pictures, ids, told, strict=True):
            words = row.tolist()
            ends = [place for place, token in enumerate(words) if token in opened.ends]
            words = words[: ends[0]] if ends else words
            text = opened.processor.tokenizer.decode(words, skip_special_tokens=True)
            cut = not ends and len(words) >= self.max_new_tokens
            yield Answer(
                picture.image_id,
                text.strip(),
                problem=f"cut short at {self.max_new_tokens} tokens" if cut else "",
                tokens_in=int(tokens_in),
                tokens_out=len(words),
            )

    def _inputs(self, pictures: Sequence[Picture], opened: OpenModel) -> Any:  # noqa: ANN401
        from PIL import Image as Pillow

        shown = [
            Pillow.fromarray(between(picture.image, self.min_pixels, self.max_pixels))
            for picture in pictures
        ]
        asked = [{"type": "image"}, {"type": "text", "text": FREE_TEXT.text}]
        prompt = opened.processor.apply_chat_template(
            [{"role": "user", "content": asked}], add_generation_prompt=True, tokenize=False
        )
        inputs = opened.processor(
            text=[prompt] * len(shown),
            images=[[image] for image in shown],
            padding=True,
            return_tensors="pt",
        ).to(opened.model.device)
        # Pixels in the model's precision; ids stay whole numbers.
        return inputs.to(opened.model.dtype)
