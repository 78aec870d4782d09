"""The networks of the base model: public classes of diffusers and transformers, made small."""

from __future__ import annotations

from typing import Any, Final

from rdface.synthesis.base_model.captions import LENGTH
from rdface.synthesis.base_model.recipe import Recipe

TIMES: Final = 1000
"""Steps of the noise schedule."""


def make_autoencoder(recipe: Recipe) -> Any:  # noqa: ANN401 - diffusers has no types
    """Portraits to latents and back."""
    from diffusers import AutoencoderKL

    levels = len(recipe.autoencoder_channels)
    return AutoencoderKL(  # type: ignore[no-untyped-call]
        sample_size=recipe.size,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=recipe.autoencoder_channels,
        layers_per_block=1,
        latent_channels=recipe.latent_channels,
        norm_num_groups=8,
    )


def make_denoiser(recipe: Recipe) -> Any:  # noqa: ANN401
    """Noisy latents, a time and a prompt to the velocity of the noise."""
    from diffusers import UNet2DConditionModel

    levels = len(recipe.denoiser_channels)
    return UNet2DConditionModel(  # type: ignore[no-untyped-call]
        sample_size=recipe.size // recipe.reduction,
        in_channels=recipe.latent_channels,
        out_channels=recipe.latent_channels,
        layers_per_block=recipe.denoiser_layers,
        block_out_channels=recipe.denoiser_channels,
        down_block_types=("CrossAttnDownBlock2D",) * levels,
        up_block_types=("CrossAttnUpBlock2D",) * levels,
        cross_attention_dim=recipe.text_width,
        attention_head_dim=32,
        norm_num_groups=16,
    )


def make_text_encoder(recipe: Recipe, words: int, end: int) -> Any:  # noqa: ANN401
    """Tokens to numbers; ``end`` is the token that ends a prompt and fills it up."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=words,
            hidden_size=recipe.text_width,
            intermediate_size=4 * recipe.text_width,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=LENGTH,
            bos_token_id=end - 1,
            eos_token_id=end,
            pad_token_id=end,
            projection_dim=recipe.text_width,
        )
    )


def make_schedule() -> Any:  # noqa: ANN401
    """The noise: velocities are predicted (T. Salimans, J. Ho, ICLR 2022), DDIM samples."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(  # type: ignore[no-untyped-call]
        num_train_timesteps=TIMES,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )


def make_pipeline(vae: Any, unet: Any, text_encoder: Any, tokenizer: Any) -> Any:  # noqa: ANN401
    """All of it, as diffusers saves and loads it; without a safety checker."""
    from diffusers import StableDiffusionPipeline

    return StableDiffusionPipeline(  # type: ignore[no-untyped-call]
        vae=vae,
        unet=unet,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        scheduler=make_schedule(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
