"""What decides a base model: sizes, steps, rates."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt


class Recipe(BaseModel):
    """Of the networks and their training.

    Attributes:
        size: Pixels of a portrait; a latent has an eighth of them a side.
        latent_channels: Numbers of each place of a latent.
        autoencoder_channels: Of the four levels of the autoencoder.
        denoiser_channels: Of the levels of the U-Net.
        denoiser_layers: Blocks a level.
        text_width: Numbers a token.
        autoencoder_children: It learns from so many, the first ones of the cohort.
        autoencoder_steps: Of Adam, at ``autoencoder_rate``, which falls to a tenth in the end.
        denoiser_steps: Of Adam, at ``denoiser_rate``; U-Net and text encoder together.
        averaging: Share of the old weights in each step of the moving average that is kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: PositiveInt = 64
    latent_channels: PositiveInt = 16
    autoencoder_channels: tuple[PositiveInt, ...] = (24, 48, 96, 128)
    denoiser_channels: tuple[PositiveInt, ...] = (64, 128, 192)
    denoiser_layers: PositiveInt = 1
    text_width: PositiveInt = 128
    autoencoder_children: PositiveInt = 2400
    autoencoder_steps: PositiveInt = 6000
    autoencoder_batch: PositiveInt = 16
    autoencoder_rate: PositiveFloat = 1e-3
    denoiser_steps: PositiveInt = 6000
    denoiser_batch: PositiveInt = 64
    denoiser_rate: PositiveFloat = 5e-4
    averaging: float = Field(default=0.999, ge=0, lt=1)

    @property
    def reduction(self) -> int:
        """Pixels a side that one place of a latent stands for."""
        return int(2 ** (len(self.autoencoder_channels) - 1))
