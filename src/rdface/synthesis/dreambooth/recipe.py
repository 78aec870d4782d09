"""What decides a DreamBooth model and its samples."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

EMBEDDED = "embedded"
"""The base model that comes with rdface."""

_ONLY_WHERE = ("conditions", "base_licence")
_ONLY_SAMPLES = (
    "negative_prompt",
    "sample_steps",
    "guidance",
    "sampler",
    "sample_batch",
    "redraws",
)


class Recipe(BaseModel):
    """How one model per condition is taught, and how samples are drawn from it.

    The defaults are for a small base of 64 pixels (docs/dreambooth.md); those of the paper, for
    Stable Diffusion, are in ``specs/dreambooth-paper.yaml``.

    ``devices``, ``checkpoint_every`` and ``keep_weights`` decide no picture and are left out of
    ``model_dump``, so that a pool can be gone on with under other devices or checkpoints. It names
    the weights themselves where they are kept, so ``keep_weights`` has to stay.

    Attributes:
        base: ``embedded``; a folder in diffusers' format; or the name of one on the Hugging Face
            hub, as ``SG161222/Realistic_Vision_V5.1_noVAE``.
        vae: A folder or hub name of an autoencoder that replaces the base's own; None for its own.
        revision: Of the base on the hub: a commit, so that it cannot change unseen.
        base_licence: Of the base, in your words; wanted for every base but the embedded one.
        prompt: What names the condition; ``{condition}`` stands for its name in the cohort.
        class_prompt: The same without the rare word; for prior preservation.
        negative_prompt: What samples are guided away from; "" as in training without a caption.
        tuning: ``full``: every weight of the U-Net; ``lora``: adapters on its attention alone.
        lora_rank: Rank of the adapters.
        train_text_encoder: Teach the text encoder, too (adapters or all of it, as ``tuning``).
        prior_weight: Of the loss on pictures of the class that the base drew itself; 0 for none.
        prior_images: How many of those there are.
        steps: Steps of the optimiser.
        batch: Portraits in a batch; as many class pictures are added to it.
        accumulate: Batches whose gradients make one step.
        learning_rate: Constant, of AdamW. The default is for adapters; ``full`` wants a fifth.
        weight_decay: Of AdamW.
        clip: Largest norm of the gradient.
        flip: Learn from mirrored portraits, too. Off: a face that is asymmetric by its condition
            would lose its side.
        precision: ``full`` float32, or ``bf16`` or ``fp16`` (CUDA) where weights stay float32.
        gradient_checkpointing: Compute activations again in the backward pass to save memory.
        checkpoint_every: Steps between checkpoints; 0 for none.
        sample_steps: Denoising steps of a sample.
        guidance: Strength of classifier-free guidance (Ho and Salimans, 2022); 1 for none.
        sampler: ``own`` of the base, or ``ddim``.
        sample_batch: Samples drawn together.
        redraws: How often in a row one sample may come out blank.
        conditions: Whom to learn; None for all that have portraits.
        devices: One process each, as ``[cuda:0, cuda:1]`` or ``[cpu, cpu]``; empty for the best
            device that there is, in this process.
        keep_weights: Keep what was learnt of each condition. False: a condition is learnt when it
            is sampled, and forgotten after its last sample.
    """

    model_config = ConfigDict(extra="forbid")

    base: str = EMBEDDED
    vae: str | None = None
    revision: str | None = None
    base_licence: str = ""
    prompt: str = "photo of a {condition} child"
    class_prompt: str = "photo of a child"
    negative_prompt: str = ""
    tuning: Literal["full", "lora"] = "lora"
    lora_rank: int = Field(default=8, ge=1)
    train_text_encoder: bool = True
    prior_weight: float = Field(default=1.0, ge=0)
    prior_images: int = Field(default=100, ge=1)
    steps: int = Field(default=60, ge=1)
    batch: int = Field(default=4, ge=1)
    accumulate: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=5e-3, gt=0)
    weight_decay: float = Field(default=1e-2, ge=0)
    clip: float = Field(default=1.0, gt=0)
    flip: bool = False
    precision: Literal["full", "bf16", "fp16"] = "full"
    gradient_checkpointing: bool = False
    checkpoint_every: int = Field(default=200, ge=0, exclude=True)
    sample_steps: int = Field(default=30, ge=1)
    guidance: float = Field(default=2.0, ge=1)
    sampler: Literal["own", "ddim"] = "own"
    sample_batch: int = Field(default=8, ge=1)
    redraws: int = Field(default=20, ge=1)
    conditions: tuple[str, ...] | None = None
    devices: tuple[str, ...] = Field(default=(), exclude=True)
    keep_weights: bool = Field(default=True, exclude=True)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.base != EMBEDDED and not self.base_licence.strip():
            raise ValueError(
                "base_licence is missing: say under which licence the base model stands; its "
                "samples stand under it, too"
            )
        try:
            self.prompt.format(condition="X")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("prompt may hold {condition} and no other braces") from error
        if self.prior_weight > 0 and self.prompt.strip() == self.class_prompt.strip():
            raise ValueError("prompt and class_prompt are equal: the rare word is missing")
        return self

    def prompt_for(self, condition: str) -> str:
        """The prompt that is taught and sampled."""
        return self.prompt.format(condition=condition)

    def teaching(self) -> dict[str, object]:
        """What decides what is learnt, beside base, portraits, class pictures and seed."""
        left = {*_ONLY_WHERE, *_ONLY_SAMPLES, "prior_images"}
        if self.tuning != "lora":
            left.add("lora_rank")
        if self.prior_weight == 0:
            left.add("class_prompt")
        return self.model_dump(mode="json", exclude=left)
