"""The recipe of a training; what it leaves unsaid is as in the RDFace paper."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Recipe(BaseModel):
    """How a network or a head is trained.

    The defaults are those of the RDFace paper (arXiv 2604.03454): the whole network, AdamW,
    cosine to ``min_learning_rate``, no augmentation, the checkpoint of the best validation top-1,
    the latest at a tie.

    Attributes:
        epochs: Passes over the training images.
        batch: Images in a batch.
        accumulate: Batches whose gradients make one step.
        learning_rate: Of the head, and of the trunk's last block.
        min_learning_rate: Where the cosine ends.
        weight_decay: Of AdamW.
        head: ``paper`` (gate, BatchNorm, dropout, linear) or ``linear``.
        dropout: In the paper's head.
        size: Side of the pictures, pixels; the backbone's own if None.
        trainable: ``all`` of the trunk; ``last-N`` blocks of it, as ``last-2``; ``lora``.
        lora_rank: Rank of the adapters under ``lora``.
        layer_decay: The learning rate of a block is that of the next one times this.
        warm_start: Begin with a linear head fitted to the frozen features (of training images).
        augmentation: ``none``; ``flip``; ``standard`` (flip, small rotation, shift, scale,
            brightness and contrast).
        label_smoothing: Of the cross-entropy.
        clip: Largest norm of a gradient; None for any.
        ema: Decay of a moving average of the weights, which is then what is tested; None for none.
        patience: Epochs without a better validation top-1 after which training stops; None for
            never.
        budget: ``steps``: as many steps as so many passes over the real images would be, however
            many synthetic ones there are; ``epochs``: so many passes over all of them (F8).
        checkpoint: ``best`` epoch on validation, or the ``last``.
        precision: ``mixed`` on a GPU (bfloat16 or float16 where that does), or ``full``: float32.
        seed: Of weights, order, dropout and augmentation; folds count on from it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=50, ge=1)
    batch: int = Field(default=32, ge=2)
    accumulate: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=1e-4, gt=0)
    min_learning_rate: float = Field(default=1e-6, ge=0)
    weight_decay: float = Field(default=1e-4, ge=0)
    head: Literal["paper", "linear"] = "paper"
    dropout: float = Field(default=0.5, ge=0, lt=1)
    size: int | None = Field(default=None, ge=16, le=1024)
    trainable: str = Field(default="all", pattern=r"^(all|lora|last-[1-9][0-9]*)$")
    lora_rank: int = Field(default=8, ge=1)
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    warm_start: bool = False
    augmentation: Literal["none", "flip", "standard"] = "none"
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    clip: float | None = Field(default=None, gt=0)
    ema: float | None = Field(default=None, gt=0, lt=1)
    patience: int | None = Field(default=None, ge=1)
    budget: Literal["epochs", "steps"] = "steps"
    checkpoint: Literal["best", "last"] = "best"
    precision: Literal["mixed", "full"] = "mixed"
    seed: int = Field(default=42, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.min_learning_rate > self.learning_rate:
            raise ValueError("min_learning_rate is above learning_rate")
        return self
