"""A Stable-Diffusion pipeline of 0.1 M random weights, 16-px pictures, saved as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rdface.synthesis import Portraits

SIZE = 16
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789,."


def tokenizer() -> Any:  # noqa: ANN401 - transformers has no types
    """Letters, alone and at a word's end; no merges."""
    from transformers import CLIPTokenizer

    words = ["<|startoftext|>", "<|endoftext|>", *CHARACTERS, *(f"{c}</w>" for c in CHARACTERS)]
    return CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=32
    )


def save_tiny_base(folder: Path, *, prediction: str = "epsilon", checker: bool = False) -> Path:
    """Build it from configurations, with weights that are always the same, and save it."""
    import torch
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel

    words = tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        text = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(words),
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=1,
                num_attention_heads=2,
                max_position_embeddings=32,
                bos_token_id=0,
                eos_token_id=1,
                pad_token_id=1,
            )
        )
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            block_out_channels=(8, 16),
            latent_channels=4,
            norm_num_groups=4,
            sample_size=SIZE,
            layers_per_block=1,
        )
        unet = UNet2DConditionModel(
            sample_size=SIZE // 2,
            in_channels=4,
            out_channels=4,
            layers_per_block=1,
            block_out_channels=(16, 32),
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=8,
            norm_num_groups=4,
        )
    scheduler = DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        clip_sample=False,
        steps_offset=1,
        prediction_type=prediction,
    )
    pipe = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=words,
        unet=unet,
        scheduler=scheduler,
        safety_checker=_checker() if checker else None,
        feature_extractor=_extractor() if checker else None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder)
    return folder


def _checker() -> Any:  # noqa: ANN401
    """A safety checker of the real class, with random weights."""
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPTextConfig, CLIPVisionConfig

    vision = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=SIZE,
        patch_size=8,
        projection_dim=8,
    )
    config = CLIPConfig(
        text_config=CLIPTextConfig().to_dict(),
        vision_config=vision.to_dict(),
        projection_dim=8,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return StableDiffusionSafetyChecker(config)


def _extractor() -> Any:  # noqa: ANN401
    from transformers import CLIPImageProcessor

    side = {"height": SIZE, "width": SIZE}
    return CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size=side)


def portraits(names: str = "AABB", seed: int = 0) -> Portraits:
    """One portrait a letter, of the condition of that letter; each letter has a colour."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 100, (len(names), SIZE, SIZE, 3))
    for row, name in enumerate(names):
        images[row, :, :, ord(name) % 3] += 150
    ids = tuple(f"{name}.{row}" for row, name in enumerate(names))
    return Portraits(images.astype(np.uint8), ids, tuple(names))
